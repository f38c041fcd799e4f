BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    $module = Split-Path (Get-ModuleUnderTest)
    $notices = Get-Content -LiteralPath (Join-Path $module 'THIRD-PARTY-NOTICES.txt') -Raw
}

Describe 'What the package says of others' {
    It 'names every library it ships, with its version' {
        $libraries = Get-ChildItem -LiteralPath (Join-Path $module 'dependencies') -Filter *.dll |
            Where-Object Name -NotLike 'Diffah.*'
        $libraries | Should -Not -BeNullOrEmpty
        foreach ($library in $libraries) {
            $version = ($library.VersionInfo.ProductVersion -split '[+-]')[0]
            # A package may be called more than its assembly is (ZstdSharp.Port), and its version be longer (1.9.0).
            $package = "$([regex]::Escape($library.BaseName))(\.\w+)?"
            $notices | Should -Match "(?m)^\| $package \| $([regex]::Escape($version))(\.0)* \|"
        }
    }

    It 'names what the central list of packages has, with its version' {
        $central = @{}
        Select-Xml -Path (Get-RepositoryPath 'Directory.Packages.props') -XPath '//PackageVersion' |
            ForEach-Object { $central[$_.Node.Include] = $_.Node.Version }
        $listed = [regex]::Matches($notices, '(?m)^\| (?<name>[\w.]+) \| (?<version>[\d.]+) \|')
        $listed.Count | Should -BeGreaterThan 1
        foreach ($line in $listed) { $line.Groups['version'].Value |
            Should -Be $central[$line.Groups['name'].Value] -Because $line.Groups['name'].Value }
    }
}

Describe 'The package' {
    BeforeAll {
        $package = Get-ChildItem (Get-RepositoryPath 'out/packages') -Filter Diffah.*.nupkg -ErrorAction Ignore |
            Select-Object -First 1
        $folder = Join-Path $TestDrive 'package'
        if ($package) { [System.IO.Compression.ZipFile]::ExtractToDirectory($package.FullName, $folder) }
    }

    BeforeEach {
        if (-not $package) { Set-ItResult -Skipped -Because 'there is no package: build.ps1 -Task Package makes one' }
    }

    It 'has the version of the manifest, and says what the gallery shows' {
        $metadata = ([xml](Get-Content -LiteralPath (Join-Path $folder 'Diffah.nuspec') -Raw)).package.metadata
        $manifest = Test-ModuleManifest (Join-Path $folder 'Diffah.psd1')
        $metadata.version | Should -Be $manifest.Version.ToString()
        $metadata.description | Should -Be $manifest.Description
        $metadata.tags -split ' ' | Should -Contain 'PSModule'
        foreach ($name in $manifest.ExportedCmdlets.Keys) {
            $metadata.tags -split ' ' | Should -Contain "PSCmdlet_$name"
        }
    }

    It 'holds the module that was installed from it, byte for byte' {
        $installed = Get-ChildItem -LiteralPath $module -Recurse -File | Where-Object Name -NE 'PSGetModuleInfo.xml'
        $installed.Count | Should -BeGreaterThan 5
        foreach ($file in $installed) {
            $packed = Join-Path $folder ([System.IO.Path]::GetRelativePath($module, $file.FullName))
            (Get-FileHash -LiteralPath $packed).Hash |
                Should -Be (Get-FileHash -LiteralPath $file.FullName).Hash -Because $file.Name
        }
    }
}
