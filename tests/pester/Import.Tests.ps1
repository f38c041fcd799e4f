BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
}

Describe 'Importing the module' {
    It 'works in a fresh process, without a word' {
        Invoke-FreshPowerShell { Import-Module $module; (Get-Command -Module Diffah).Count } | Should -Be 15
    }

    It 'works by the name of the folder that holds the version' {
        Invoke-FreshPowerShell {
            Import-Module (Split-Path (Split-Path $module))
            (Get-Module Diffah).Version.ToString()
        } | Should -Match '^\d+\.\d+\.\d+$'
    }

    It 'works by name from PSModulePath, cmdlets loading it by themselves' {
        Invoke-FreshPowerShell {
            $env:PSModulePath = (Split-Path (Split-Path (Split-Path $module))) +
                [System.IO.Path]::PathSeparator + $env:PSModulePath
            (Test-DiffahEnvironment).Count -gt 0
            (Get-Module Diffah).Name
        } | Should -Be 'True', 'Diffah'
    }

    It 'works twice with -Force, and the cmdlets still run' {
        Invoke-FreshPowerShell {
            Import-Module $module
            Import-Module $module -Force
            Import-Module $module -Force
            Test-DiffahEnvironment -Quiet
            (Get-Module Diffah).Count
        } | Should -Be 'True', '1'
    }

    It 'works again after Remove-Module, which takes the cmdlets away' {
        Invoke-FreshPowerShell {
            Import-Module $module
            Remove-Module Diffah
            [bool](Get-Command Get-DiffahArchive -ErrorAction Ignore)
            Import-Module $module
            [bool](Get-Command Get-DiffahArchive -ErrorAction Ignore)
        } | Should -Be 'False', 'True'
    }

    It 'makes the engine''s types available as type literals' {
        Invoke-FreshPowerShell {
            Import-Module $module
            [Diffah.Engine.Images.ImageReference]::Parse('oci:/images/app:v1').Name
            [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext(
                [Diffah.Engine.Images.ImageReference].Assembly).Name
        } | Should -Be 'v1', 'Default'
    }

    It 'works in several sessions of one process' {
        Invoke-FreshPowerShell {
            $jobs = 1..4 |
                ForEach-Object { Start-ThreadJob { Import-Module $using:module; Test-DiffahEnvironment -Quiet } }
            $jobs | Receive-Job -Wait -AutoRemoveJob
        } | Should -Be 'True', 'True', 'True', 'True'
    }
}

Describe 'Private dependencies' {
    BeforeAll {
        # A copy of the module with a dependency more.
        $copy = Join-Path $TestDrive 'Diffah/0.0.1'
        Copy-Item -LiteralPath (Split-Path (Get-ModuleUnderTest)) -Destination $copy -Recurse
        $env:DIFFAH_TEST_COPY = Join-Path $copy 'Diffah.psd1'
        (Get-Content -LiteralPath $env:DIFFAH_TEST_COPY) -replace "ModuleVersion .*", "ModuleVersion = '0.0.1'" |
            Set-Content -LiteralPath $env:DIFFAH_TEST_COPY
        $null = New-Item -ItemType Directory (Join-Path $copy 'dependencies') -Force
        $built = Join-Path $copy 'dependencies/built.dll'
        Add-Type `
            -TypeDefinition 'public static class DiffahProbe { public static int Answer => 42; }' -OutputAssembly $built
        # Add-Type gives an assembly a name of its own choice, and a dependency's file is named after its assembly.
        $env:DIFFAH_TEST_ASSEMBLY = [System.Reflection.AssemblyName]::GetAssemblyName($built).Name
        Rename-Item -LiteralPath $built "$env:DIFFAH_TEST_ASSEMBLY.dll"
    }

    AfterAll { $env:DIFFAH_TEST_COPY = $env:DIFFAH_TEST_ASSEMBLY = $null }

    It 'are found while the module is there, in a context of their own' {
        Invoke-FreshPowerShell {
            Import-Module $env:DIFFAH_TEST_COPY
            $assembly = [System.Reflection.Assembly]::Load($env:DIFFAH_TEST_ASSEMBLY)
            $assembly.GetType('DiffahProbe').GetProperty('Answer').GetValue($null)
            [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($assembly).Name
        } | Should -Be '42', 'Diffah.Dependencies'
    }

    It 'are found after Import-Module -Force, the same ones' {
        Invoke-FreshPowerShell {
            Import-Module $env:DIFFAH_TEST_COPY
            $first = [System.Reflection.Assembly]::Load($env:DIFFAH_TEST_ASSEMBLY)
            Import-Module $env:DIFFAH_TEST_COPY -Force
            Import-Module $env:DIFFAH_TEST_COPY -Force
            [object]::ReferenceEquals($first, [System.Reflection.Assembly]::Load($env:DIFFAH_TEST_ASSEMBLY))
        } | Should -Be 'True'
    }

    It 'are not offered once the module is removed' {
        Invoke-FreshPowerShell {
            Import-Module $env:DIFFAH_TEST_COPY
            Remove-Module Diffah
            try { $null = [System.Reflection.Assembly]::Load($env:DIFFAH_TEST_ASSEMBLY); 'found' } catch { 'not found' }
        } | Should -Be 'not found'
    }

    It 'are loaded for what is written in YAML' {
        Invoke-FreshPowerShell -Environment @{ DIFFAH_CONFIG = '/dev/null' } {
            Import-Module $module
            Test-DiffahConfiguration -Quiet
            $yaml = [System.AppDomain]::CurrentDomain.GetAssemblies() |
                Where-Object { $_.GetName().Name -eq 'YamlDotNet' }
            [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($yaml).Name
        } | Should -Be 'True', 'Diffah.Dependencies'
    }

    It 'leave names alone that are not theirs' {
        Invoke-FreshPowerShell {
            Import-Module $env:DIFFAH_TEST_COPY
            try { $null = [System.Reflection.Assembly]::Load('Nobody.Has.This'); 'found' } catch { 'not found' }
        } | Should -Be 'not found'
    }
}
