#Requires -Version 7.6
<#
.SYNOPSIS
    Builds, demonstrates and tests Diffah.
.DESCRIPTION
    Build   compiles everything and stages out/Diffah/<version> (the module) and out/bin/diffah (the command line).
    Demo builds what it shows, makes, reads and restores deltas of sample images, and compares digests; the images stay
    in out/demo. Test builds, packs, then runs the unit tests, and the Pester tests over the module installed from the
    package. Package builds, and writes out/packages, which is what would be published: the module, the dotnet tool, the
    engine as a library, single files
            for each platform, and SHA256SUMS.
    Format  formats the sources.
    Clean   removes what was built.
.PARAMETER Task
    What to do.
.PARAMETER Configuration
    Release or Debug.
.PARAMETER CI
    Warnings are errors, Test fails on sources that `dotnet format` would change, on a suite that can't run, and on
    tests that are skipped for a reason that is not in build/skip-reasons.txt; and the tests run in an odd environment.
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Demo', 'Test', 'Package', 'Clean', 'Format')]
    [string] $Task = 'Build',

    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release',

    [switch] $CI
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

$Root = $PSScriptRoot
$Version = (Import-PowerShellDataFile (Join-Path $Root 'Diffah.psd1')).ModuleVersion
$Module = Join-Path $Root "out/Diffah/$Version"
$CommandLine = Join-Path $Root 'out/bin/diffah'
$Packages = Join-Path $Root 'out/packages'
$Results = Join-Path $Root 'out/test-results'

if (-not (Get-Command pwsh -CommandType Application -ErrorAction Ignore)) {
    # Scripts that start a fresh PowerShell start this one.
    $env:PATH = $PSHOME + [IO.Path]::PathSeparator + $env:PATH
}
$env:DOTNET_CLI_TELEMETRY_OPTOUT = 1
$env:DOTNET_NOLOGO = 1

. (Join-Path $Root 'build/Ticker.ps1')
. (Join-Path $Root 'build/Help.ps1')
. (Join-Path $Root 'build/Testing.ps1')
. (Join-Path $Root 'build/Packaging.ps1')
. (Join-Path $Root 'build/SingleFiles.ps1')

function Invoke-Build([string] $Extent) {
    Update-ModuleHelp
    $strict = $CI ? @('-warnaserror') : @()
    $build =
        { dotnet msbuild build/Stage.proj `
            -nologo -verbosity:minimal "-p:Configuration=$Configuration" "-p:Extent=$Extent" @strict }
    # In a terminal MSBuild shows by itself what it is at.
    if ([Console]::IsOutputRedirected) {
        Invoke-Ticking 'building' $build
    }
    else {
        & $build
    }
}

# Makes the help anew where its pages have changed, if this machine can. In CI sources stay as they are, and a test
# fails.
function Update-ModuleHelp {
    if ($CI -or (Test-HelpCurrent $Root)) {
        return
    }
    if (Get-Module -ListAvailable Microsoft.PowerShell.PlatyPS) {
        pwsh -NoLogo -NoProfile -NonInteractive -File (Join-Path $Root 'build/Export-Help.ps1')
    }
    else {
        Write-Host "*** $HelpFile is older than its pages, and Microsoft.PowerShell.PlatyPS, which would make it anew, is not installed."
    }
}

# Packs the module; gives the package's path.
function Invoke-ModulePackage {
    Remove-Item -Recurse -Force $Packages -ErrorAction Ignore
    New-ModulePackage $Module $Packages
}

# Packs all else that would be published, and says what there is.
function Invoke-OtherPackage {
    New-LibraryPackage (Join-Path $Packages 'nuget')
    foreach ($platform in $SingleFilePlatforms) { New-SingleFileArchive $platform $Packages }
    Write-Checksum $Packages
    foreach ($file in Get-ChildItem -LiteralPath $Packages -Recurse -File) {
        Write-Host ('{0,12:N0} bytes  {1}' -f $file.Length, [IO.Path]::GetRelativePath($Root, $file.FullName))
    }
}

# Without the others the module can be tested all the same.
function Invoke-OtherPackageStep {
    try {
        Invoke-OtherPackage
        New-SuiteResult 'packages' 1 0 0
    }
    catch [System.Management.Automation.NativeCommandExitException] {
        Write-Host $_.Exception.Message
        New-SuiteResult 'packages' 0 1 0
    }
}

# Runs the generator of sample images.
function Write-SampleImage {
    dotnet "tests/samples/bin/$Configuration/net10.0/Diffah.Samples.dll" @args
}

function Invoke-Demo {
    Remove-Item -Recurse -Force out/demo -ErrorAction Ignore
    $here, $there = 'module', 'command-line' | ForEach-Object { Join-Path $Root "out/demo/$_" }
    Invoke-Ticking 'the demo goes on' {
        Write-Host "`nSample images:"
        $here, $there | ForEach-Object { Write-SampleImage $_ }
        Write-SampleImage readme out/demo
        pwsh -NoLogo -NoProfile -NonInteractive -File build/Demo.ps1 -Module $Module -Samples $here
        bash build/demo-cli.sh $CommandLine $there
    }
    sh build/demo-end.sh
}

function Invoke-Test {
    try {
        Invoke-Build
    }
    catch [System.Management.Automation.NativeCommandExitException] {
        Write-TestSum (New-SuiteResult 'build' 0 1 0)
    }
    Remove-Item -Recurse -Force $Results -ErrorAction Ignore
    $samples = Join-Path $Root 'out/samples'
    Remove-Item -Recurse -Force $samples -ErrorAction Ignore
    Write-SampleImage $samples
    $installed = Install-ModulePackage (Invoke-ModulePackage) (Join-Path $Root 'out/installed')
    $suites = @(
        if ($CI) {
            Invoke-Step 'format' { dotnet format Diffah.sln --no-restore --verify-no-changes }
        }
        Invoke-OtherPackageStep
        Invoke-WithEnvironment ($CI ? $OddEnvironment : @{}) {
            Invoke-UnitTest -Project 'tests/unit/Diffah.Tests.csproj' -Configuration $Configuration -Results $Results
            Invoke-FuzzTest -Program "tests/fuzz/bin/$Configuration/net10.0/Diffah.Fuzz.dll" -Results $Results
            Invoke-PesterTest -Script 'tests/pester/Invoke-Tests.ps1' -Module $installed -Samples $samples -Required:$CI
        }
    )
    if ($CI) {
        $suites += Test-SkipReason 'build/skip-reasons.txt'
    }
    Write-TestSum $suites
}

Push-Location $Root
try {
    switch ($Task) {
        'Build' { Invoke-Build }
        'Demo' { Invoke-Build -Extent Demo; Invoke-Demo }
        'Test' { Invoke-Test }
        'Package' { Invoke-Build; $null = Invoke-ModulePackage; Invoke-OtherPackage }
        'Format' { dotnet format Diffah.sln }
        'Clean' {
            Remove-Item -Recurse -Force out -ErrorAction Ignore
            dotnet clean Diffah.sln -nologo -verbosity:quiet -c $Configuration
        }
    }
}
catch [System.Management.Automation.NativeCommandExitException] {
    # What failed has said why; a stack of this script would say nothing more.
    Write-Host $_.Exception.Message
    exit 1
}
finally {
    Pop-Location
}
