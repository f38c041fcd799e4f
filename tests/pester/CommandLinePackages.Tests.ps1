BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    $packages = Get-RepositoryPath 'out/packages'
    $version = (Import-PowerShellDataFile (Get-RepositoryPath 'Diffah.psd1')).ModuleVersion
    $nuget = Join-Path $packages 'nuget'
    $base, $target = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)

    # Runs a program, and fails the test with all it said where it fails.
    function Invoke-Program([string] $Program) {
        $said = & $Program @args 2>&1
        if ($LASTEXITCODE -ne 0) { throw "$Program $args exited with $LASTEXITCODE`: $($said | Out-String)" }
        $said
    }

    # What NuGet keeps between runs would be an older package of the same version; what it has of others is used.
    function Use-OwnPackageFolder([string] $Folder) {
        $cache = $env:NUGET_PACKAGES ? $env:NUGET_PACKAGES : (Join-Path $HOME '.nuget/packages')
        $null = New-Item -ItemType Directory -Force $Folder
        Set-Content -LiteralPath (Join-Path $Folder 'nuget.config') -Value @"
<configuration>
  <config><add key="globalPackagesFolder" value="$Folder/packages" /></config>
  <packageSources><add key="built" value="$nuget" /></packageSources>
  <fallbackPackageFolders><add key="cache" value="$cache" /></fallbackPackageFolders>
</configuration>
"@
    }

    function Expand-SingleFile([string] $Platform) {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive $Platform)).FullName
        Invoke-Program tar -C $folder -xzf (Join-Path $packages "diffah-$version-$Platform.tar.gz")
        $folder
    }
}

Describe 'The packages of the command line and the engine' {
    BeforeEach {
        if (-not (Test-Path (Join-Path $packages 'SHA256SUMS'))) {
            Set-ItResult -Skipped -Because 'there are no packages: build.ps1 -Task Package makes them'
        }
    }

    It 'are all in SHA256SUMS, with their digests' {
        $lines = Get-Content (Join-Path $packages 'SHA256SUMS')
        $files = Get-ChildItem -LiteralPath $packages -Recurse -File |
            Where-Object Name -NE 'SHA256SUMS' | ForEach-Object { [IO.Path]::GetRelativePath($packages, $_.FullName) }
        $lines | ForEach-Object { ($_ -split '  ')[1] } | Sort-Object | Should -Be ($files | Sort-Object)
        $files | Should -Contain "Diffah.$version.nupkg"
        foreach ($name in 'diffah', 'Diffah.Engine', 'Diffah.Libraries') {
            $files | Should -Contain "nuget/$name.$version.nupkg"
        }
        foreach ($platform in 'linux-x64', 'linux-arm64', 'osx-arm64', 'osx-x64') {
            $files | Should -Contain "diffah-$version-$platform.tar.gz"
        }
        Push-Location $packages
        try {
            ($IsMacOS ? (Invoke-Program shasum -a 256 -c SHA256SUMS) : (Invoke-Program sha256sum -c SHA256SUMS)).Count |
                Should -Be $lines.Count
        }
        finally { Pop-Location }
    }

    It 'install as a dotnet tool that makes a delta and restores the image' {
        $work = (New-Item -ItemType Directory (Join-Path $TestDrive 'tool')).FullName
        Use-OwnPackageFolder $work
        $null = Invoke-Program dotnet tool install diffah `
            --tool-path (Join-Path $work 'bin') --version $version --configfile (Join-Path $work 'nuget.config')
        $diffah = Join-Path $work 'bin/diffah'
        $null = Invoke-Program $diffah -q diff $base.Reference $target.Reference (Join-Path $work 'delta.tar')
        $said = Invoke-Program $diffah `
            -q apply -o json (Join-Path $work 'delta.tar') $base.Reference "docker-archive:$work/restored.tar"
        ($said | Where-Object { $_ -is [string] } | ConvertFrom-Json).data.images[0].manifest_digest |
            Should -Be $target.ManifestDigest
    }

    It 'give a program the engine, as its README shows it' {
        $work = (New-Item -ItemType Directory (Join-Path $TestDrive 'library')).FullName
        Use-OwnPackageFolder $work
        $null = [System.IO.Compression.ZipFile]::ExtractToDirectory((Join-Path $nuget "Diffah.Engine.$version.nupkg"),
            (Join-Path $work 'package'))
        $readme = Get-Content -Raw (Join-Path $work 'package/README.md')
        $example = [regex]::Match($readme, '(?s)```csharp\n(.*?)```').Groups[1].Value
        $example | Should -Match 'new CreateDelta'
        Remove-Item -Recurse -Force (Join-Path $work 'package')
        Set-Content -LiteralPath (Join-Path $work 'Program.cs') -Value $example
        Set-Content -LiteralPath (Join-Path $work 'Example.csproj') -Value @"
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
    <NuGetAudit>false</NuGetAudit>
  </PropertyGroup>
  <ItemGroup><PackageReference Include="Diffah.Engine" Version="$version" /></ItemGroup>
</Project>
"@
        Copy-Item -LiteralPath $base.Path (Join-Path $work 'app-v1.tar')
        Copy-Item -LiteralPath $target.Path (Join-Path $work 'app-v2.tar')
        $null = Invoke-Program dotnet build (Join-Path $work 'Example.csproj') `
            --output (Join-Path $work 'out') --verbosity quiet --configfile (Join-Path $work 'nuget.config')
        Push-Location $work
        try { Invoke-Program dotnet (Join-Path $work 'out/Example.dll') |
            Select-Object -Last 1 | Should -Be "$($target.ManifestDigest) is restored" }
        finally { Pop-Location }
    }

    It 'ask for no other version of what the engine is built with' {
        $folder = Join-Path $TestDrive 'engine'
        [System.IO.Compression.ZipFile]::ExtractToDirectory((Join-Path $nuget "Diffah.Engine.$version.nupkg"), $folder)
        $dependency =
            ([xml](Get-Content `
                -Raw (Join-Path $folder 'Diffah.Engine.nuspec'))).package.metadata.dependencies.group.dependency
        ($dependency | Where-Object id -EQ 'Diffah.Libraries').version | Should -Be "[$version]"
    }

    # Of what this machine can't run, the head says whether it is for the right one.
    It 'have a file for <platform>, with the licenses' -ForEach @(
        @{ platform = 'linux-x64'; magic = '7F454C46'; offset = 18; machine = '3E00' }
        @{ platform = 'linux-arm64'; magic = '7F454C46'; offset = 18; machine = 'B700' }
        @{ platform = 'osx-x64'; magic = 'CFFAEDFE'; offset = 4; machine = '07000001' }
        @{ platform = 'osx-arm64'; magic = 'CFFAEDFE'; offset = 4; machine = '0C000001' }
    ) {
        $folder = Expand-SingleFile $platform
        (Get-ChildItem -LiteralPath $folder | Sort-Object Name).Name |
            Should -Be 'diffah',
                'dotnet-LICENSE.txt', 'dotnet-THIRD-PARTY-NOTICES.txt', 'LICENSE', 'THIRD-PARTY-NOTICES.txt'
        $file = Get-Item -LiteralPath (Join-Path $folder 'diffah')
        $file.UnixMode | Should -Be '-rwxr-xr-x'
        $head = [Convert]::ToHexString((Get-Content -LiteralPath $file.FullName -AsByteStream -TotalCount 32))
        $head.Substring(0, 8) | Should -Be $magic
        $head.Substring(2 * $offset, $machine.Length) | Should -Be $machine
    }

    It 'have a file for this platform that needs no .NET, and restores what the demo makes' {
        $platform = [System.Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier
        $folder = Join-Path $TestDrive 'alone'
        $null = New-Item -ItemType Directory $folder
        $archive = Join-Path $packages "diffah-$version-$platform.tar.gz"
        if (-not (Test-Path $archive)) { Set-ItResult -Skipped -Because "there is no file for $platform"; return }
        Invoke-Program tar -C $folder -xzf $archive
        $samples = Join-Path $folder 'samples'
        Copy-Item -Recurse -LiteralPath (Get-SampleFolder) $samples
        # Nothing of .NET is in reach.
        $said = Invoke-Program env -u DOTNET_ROOT -u DOTNET_ROOT_X64 `
            PATH=/usr/bin:/bin bash (Get-RepositoryPath 'build/demo-cli.sh') (Join-Path $folder 'diffah') $samples
        $said | Select-Object -Last 1 | Should -Be 'Command line: all digests are equal.'
    }
}

Describe 'The completion of the command line in PowerShell' {
    BeforeAll {
        $images = (New-Item -ItemType Directory (Join-Path $TestDrive 'images')).FullName
        foreach ($name in 'app.tar', 'my app.tar') { Set-Content -LiteralPath (Join-Path $images $name) -Value '' }
        $null = New-Item -ItemType Directory (Join-Path $images 'layout')
        $savedPath = $env:PATH
        $env:PATH = (Get-RepositoryPath 'out/bin') + [IO.Path]::PathSeparator + $env:PATH
        Push-Location -LiteralPath $images
        Invoke-Program diffah completion pwsh | Out-String | Invoke-Expression
        function Complete([string] $Line) {
            [System.Management.Automation.CommandCompletion]::CompleteInput($Line,
                $Line.Length, $null).CompletionMatches
        }
    }

    AfterAll {
        Pop-Location
        $env:PATH = $savedPath
    }

    It 'offers <expected> after "<line>"' -ForEach @(
        @{ line = 'diffah ver'; expected = 'verify', 'version' }
        @{ line = 'diffah diff --intra-layer '; expected = 'auto', 'off', 'required' }
        @{ line = 'diffah diff --intra-layer=r'; expected = '--intra-layer=required' }
        @{ line = 'diffah diff --effort f'; expected = 'fast', 'full' }
        @{ line = 'diffah copy d'; expected = 'docker-archive:', 'dir:', 'docker://', 'docker-daemon:' }
        @{ line = 'diffah copy docker-archive:ap'; expected = 'docker-archive:app.tar' }
        @{ line = 'diffah copy docker-archive:my'; expected = "'docker-archive:my app.tar'" }
        @{ line = "diffah copy 'docker-archive:my app.tar' oci:"; expected = 'oci:layout/' }
        @{ line = 'diffah completion p'; expected = 'pwsh' }
    ) { (Complete $line).CompletionText | Should -Be $expected }

    It 'says what a verb does' { (Complete 'diffah vers').ToolTip | Should -Be 'Show the version.' }
}
