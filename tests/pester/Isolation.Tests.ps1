BeforeDiscovery {
    # What makes the module use each library it brings.
    $uses = @{
        'Polly.Core' = "try { Get-DiffahImage docker://127.0.0.1:9/a:b -SkipTlsVerification -RetryCount 1 -RetryDelay 0 -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId -replace ',.*' }"
        'YamlDotNet' = "`$env:DIFFAH_CONFIG = `$file; Set-Content -LiteralPath `$file 'workers: 3'; (Test-DiffahConfiguration -Quiet)"
    }
    $answers = @{ 'Polly.Core' = 'RegistryUnreachable'; 'YamlDotNet' = 'True' }
    $cases = foreach ($library in $uses.Keys) {
        foreach ($version in 'older', 'same', 'newer') { @{ Library = $library; Version = $version; Use = $uses[$library]; Answer = $answers[$library] } }
    }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    $dependencies = Join-Path (Split-Path (Get-ModuleUnderTest)) 'dependencies'

    # An assembly of the library's name, with nothing of it inside: whoever got it in place of the library would fail.
    function New-Impostor([string] $Library, [string] $Version) {
        $real = [System.Reflection.AssemblyName]::GetAssemblyName((Join-Path $dependencies "$Library.dll"))
        $name = [System.Reflection.AssemblyName]::new($Library)
        $name.Version = [version]::new($real.Version.Major + @{ older = -1; same = 0; newer = 1 }[$Version], $real.Version.Minor, 0, 0)
        $builder = [System.Reflection.Emit.PersistedAssemblyBuilder]::new($name, [object].Assembly)
        $null = $builder.DefineDynamicModule($Library).DefineType('Impostor', 'Public').CreateType()
        $folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive "$Library-$Version")
        $path = Join-Path $folder "$Library.dll"
        $builder.Save($path)
        $path
    }
}

Describe 'A session that has loaded another <Library>, <Version>' -ForEach $cases {
    It 'gets its own, and the module gets the module''s' {
        $impostor = New-Impostor $Library $Version
        $script = [scriptblock]::Create(@"
            `$null = [System.Reflection.Assembly]::LoadFrom('$impostor')
            `$file = '$(Join-Path $TestDrive config.yaml)'
            Import-Module `$module
            $Use
            [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { `$_.GetName().Name -eq '$Library' } |
                ForEach-Object { [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$_).Name } | Sort-Object
"@)
        Invoke-FreshPowerShell $script | Should -Be $Answer, 'Default', 'Diffah.Dependencies'
    }
}

Describe 'The libraries that the module brings' {
    It 'are all tried above' -ForEach @(@{ Tried = $uses.Keys }) {
        (Get-ChildItem -LiteralPath $dependencies -Filter *.dll).BaseName | Where-Object { $_ -notlike 'Diffah.*' } | Should -BeIn $Tried
    }
}
