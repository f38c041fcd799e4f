BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    $path = Get-ModuleUnderTest
    $manifest = Test-ModuleManifest -Path $path -ErrorAction Stop
    $data = Import-PowerShellDataFile $path
    $cmdlets = 'Compare-DiffahImage', 'Copy-DiffahImage', 'Export-DiffahInventory', 'Export-DiffahReport',
        'Find-DiffahDelta', 'Get-DiffahArchive', 'Get-DiffahConfiguration', 'Get-DiffahImage', 'Merge-DiffahDelta', 'New-DiffahBundle', 'New-DiffahConfiguration',
        'New-DiffahDelta', 'New-DiffahKey', 'Publish-DiffahDelta', 'Restore-DiffahImage', 'Test-DiffahArchive', 'Test-DiffahConfiguration',
        'Test-DiffahEnvironment'
}

Describe 'The manifest' {
    It 'passes Test-ModuleManifest where it is staged' { $manifest.Name | Should -Be 'Diffah' }

    It 'lies in a folder of its version' {
        Split-Path (Split-Path $path) -Leaf | Should -Be $manifest.Version.ToString()
    }

    It 'exports exactly the cmdlets there are' {
        Import-Module $path -Force
        ($manifest.ExportedCmdlets.Keys | Sort-Object) | Should -Be $cmdlets
        ((Get-Command -Module Diffah).Name | Sort-Object) | Should -Be $cmdlets
    }

    It 'exports nothing else, and says so without wildcards' {
        $data.CmdletsToExport | Should -Not -Contain '*'
        foreach ($name in 'FunctionsToExport', 'AliasesToExport', 'VariablesToExport') {
            $data[$name].Count | Should -Be 0
        }
    }

    It 'says what it runs on' {
        $data.PowerShellVersion | Should -Be '7.6'
        $data.CompatiblePSEditions | Should -Be @('Core')
        $manifest.Tags | Should -Contain 'PSEdition_Core'
    }

    It 'says what the gallery asks for' {
        foreach ($name in 'Author', 'Description', 'LicenseUri', 'ProjectUri', 'ReleaseNotes') {
            $manifest.$name | Should -Not -BeNullOrEmpty
        }
    }

    It 'has the version of its assemblies' {
        foreach ($name in 'Diffah.PowerShell.dll', 'Diffah.Engine.dll') {
            $file = Join-Path (Split-Path $path) $name
            (Get-Item -LiteralPath $file).VersionInfo.ProductVersion | Should -Be $manifest.Version.ToString()
        }
    }
}

Describe 'The staged folder' {
    It 'holds the module and no leftovers of a build' {
        $allowed =
            '^(Diffah\.(psd1|format\.ps1xml|types\.ps1xml|Session\.psm1|Engine\.dll|PowerShell\.dll)|LICENSE|THIRD-PARTY-NOTICES\.txt|README\.md|CHANGELOG\.md|en-US/[\w.-]+\.(xml|txt)|dependencies/.+\.dll)$'
        $files = Get-ChildItem -LiteralPath (Split-Path $path) -Recurse -File |
            ForEach-Object { [System.IO.Path]::GetRelativePath((Split-Path $path), $_.FullName) }
        $files | Where-Object { $_ -notmatch $allowed } | Should -BeNullOrEmpty
    }

    It 'does not bring what PowerShell brings' {
        Get-ChildItem -LiteralPath (Split-Path $path) -Recurse -Filter 'System.*.dll' | Should -BeNullOrEmpty
    }
}
