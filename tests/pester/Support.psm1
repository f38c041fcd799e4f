# What the test files share. It finds the module under test, the sample images and the fixtures, and knows no test.

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$script:Root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).ProviderPath

# What Diffah takes from its environment is not for the tests to inherit. Language and time zone stay as they are.
function Clear-InheritedVariable {
    $kept = 'DIFFAH_MODULE', 'DIFFAH_SAMPLES', 'DIFFAH_FIXTURES'
    $foreign = 'SOURCE_DATE_EPOCH',
        'NO_COLOR', 'CI', 'REGISTRY_AUTH_FILE', 'DOCKER_CONFIG', 'XDG_CONFIG_HOME', 'XDG_RUNTIME_DIR',
        'DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY', 'CONTAINER_HOST',
        'CONTAINERD_ADDRESS', 'CONTAINERD_NAMESPACE'
    Get-ChildItem Env: |
        Where-Object { $_.Name -cin $foreign -or ($_.Name -clike 'DIFFAH_*' -and $_.Name -cnotin $kept) } | Remove-Item
    # PowerShell read this one when it started.
    $PSStyle.OutputRendering = 'Host'
}

# The manifest of the staged module: the one that would be published, never the build folder.
function Get-ModuleUnderTest {
    if ($env:DIFFAH_MODULE) {
        $path = $env:DIFFAH_MODULE
        return (Test-Path -LiteralPath $path -PathType Container) ? (Join-Path $path 'Diffah.psd1') : $path
    }
    $version = (Import-PowerShellDataFile (Join-Path $script:Root 'Diffah.psd1')).ModuleVersion
    Join-Path $script:Root "out/Diffah/$version/Diffah.psd1"
}

function Get-RepositoryPath([string] $Name) { Join-Path $script:Root $Name }

# A file or folder of the fixtures; ends the test as skipped where they are not on this machine.
function Get-Fixture([string] $Name) {
    $folder = $env:DIFFAH_FIXTURES ? $env:DIFFAH_FIXTURES : (Join-Path $script:Root '../shared/fixtures')
    if (-not (Test-Path -LiteralPath $folder)) {
        Set-ItResult -Skipped `
            -Because 'the fixtures (../shared/fixtures, or the folder in DIFFAH_FIXTURES) are not on this machine'
    }
    (Resolve-Path -LiteralPath (Join-Path $folder $Name)).ProviderPath
}

# The folder of the sample images; generated once a process where DIFFAH_SAMPLES names none.
function Get-SampleFolder {
    if (-not $env:DIFFAH_SAMPLES) {
        $env:DIFFAH_SAMPLES = Join-Path ([System.IO.Path]::GetTempPath()) "diffah-samples-$PID"
        Invoke-Generator $env:DIFFAH_SAMPLES
    }
    $env:DIFFAH_SAMPLES
}

# What the generator, which is no part of the engine, says of a sample: reference, path, digests.
function Get-Sample([string] $Format, [string] $Version) {
    $folder = Get-SampleFolder
    $sample = Get-Content (Join-Path $folder 'samples.json') -Raw | ConvertFrom-Json |
        Where-Object { $_.format -eq $Format -and $_.version -eq $Version }
    $transport, $location = $sample.reference -split ':', 2
    [pscustomobject]@{
        Path           = Join-Path $folder $sample.path
        Reference      = '{0}:{1}' -f $transport, (Join-Path $folder $location)
        ManifestDigest = $sample.manifestDigest
        ConfigDigest   = $sample.configDigest
        LayerDigests   = $sample.layerDigests
        DiffIds        = $sample.diffIds
    }
}

# Two images with one large layer each, which take a while to make a delta of.
function New-LargePair([string] $Folder, [int] $Mebibytes = 48) { Invoke-Generator large $Folder --mib $Mebibytes }

# An image that has nothing in common with the samples.
function Get-StrangerReference {
    $folder = Join-Path (Get-SampleFolder) 'stranger'
    if (-not (Test-Path -LiteralPath $folder)) { New-LargePair $folder 1 }
    "docker-archive:$(Join-Path $folder 'v1.docker.tar')"
}

# The images that the pages name, as the demo keeps them.
function New-ReadmeImage([string] $Folder) { Invoke-Generator readme $Folder --size 0.1 }

function Invoke-Generator {
    $output = dotnet run --project (Join-Path $script:Root 'tests/samples') -c Release -v quiet -- @args 2>&1
    if ($LASTEXITCODE -ne 0) { throw "The sample generator failed: $output" }
}

# Everything below a folder, hidden files too, as relative names.
function Get-Entry([string] $Folder) {
    @(Get-ChildItem -LiteralPath $Folder -Recurse -Force |
        ForEach-Object { [System.IO.Path]::GetRelativePath($Folder, $_.FullName) } | Sort-Object)
}

# A PowerShell of its own with the module, in the given folder, to be watched and stopped from outside.
function New-Session([string] $Folder) {
    $shell = [powershell]::Create([System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2())
    $null =
        $shell.AddScript(
            'param($module, $folder) Import-Module $module; Set-Location -LiteralPath $folder').AddArgument(
                (Get-ModuleUnderTest)).AddArgument($Folder).Invoke()
    $shell.Commands.Clear()
    $shell
}

function Wait-Until([scriptblock] $Condition, [int] $Seconds = 60) {
    $deadline = [datetime]::UtcNow.AddSeconds($Seconds)
    while (-not (& $Condition)) {
        if ([datetime]::UtcNow -gt $deadline) { throw "It did not come to pass in $Seconds seconds: $Condition" }
        Start-Sleep -Milliseconds 20
    }
}

# Runs a script block in a pwsh of its own and gives what it writes; a failure of the process fails the test.
function Invoke-FreshPowerShell([scriptblock] $Script, [hashtable] $Environment = @{}) {
    $before = @{}
    foreach ($name in $Environment.Keys) {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $Environment[$name])
    }
    try {
        $prelude = "`$ErrorActionPreference = 'Stop'; `$module = '$((Get-ModuleUnderTest) -replace "'", "''")'`n"
        $encoded = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($prelude + $Script))
        # A PowerShell that came as a .NET tool runs in a process called dotnet; the build puts a pwsh on PATH.
        $pwsh = [System.IO.Path]::GetFileName([Environment]::ProcessPath) -eq 'pwsh' ?
            [Environment]::ProcessPath : 'pwsh'
        $output = & $pwsh -NoLogo -NoProfile -NonInteractive -OutputFormat Text -EncodedCommand $encoded 2>&1
        if ($LASTEXITCODE -ne 0) { throw "pwsh exited ${LASTEXITCODE}: $($output -join "`n")" }
        $output
    }
    finally {
        foreach ($name in $before.Keys) { Set-Item -LiteralPath "Env:$name" $before[$name] }
    }
}

# What is true of every error record of the module.
function Assert-DiffahError($Record, [string] $Id, [string] $Command, [string] $Category) {
    $Record | Should -Not -BeNullOrEmpty -Because 'the command had to fail'
    $Record.FullyQualifiedErrorId | Should -Be "$Id,Diffah.PowerShell.Commands.${Command}Command"
    $Record.Exception | Should -BeOfType ([Diffah.Engine.Diagnostics.DiffahException])
    $Record.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    $Record.ErrorDetails.Message | Should -Be $Record.Exception.Message
    if ($Category) { $Record.CategoryInfo.Category | Should -Be $Category }
}

# A delta as a registry lists it.
function New-PublishedDelta {
    $baseline = [Diffah.Engine.Deltas.Reports.PublishedBaseline]::new(
        "sha256:$('1' * 64)", "sha256:$('5' * 64)", 'docker://registry.example/app:v1')
    [Diffah.Engine.Deltas.Reports.PublishedDelta]::new(
        "docker://registry.example/app@sha256:$('4' * 64)", "sha256:$('4' * 64)", "sha256:$('2' * 64)",
        [System.Collections.Immutable.ImmutableArray]::Create($baseline), 2MB, [datetimeoffset]'2026-01-02T03:04:05Z')
}

# A plan of two ways, as a dry run of Restore-DiffahImage -Image gives it.
function New-PullPlan {
    $app = 'docker://registry.example/app'
    $step = [Diffah.Engine.Operations.PullStep]::new(
        "$app@sha256:$('4' * 64)", "sha256:$('1' * 64)", "sha256:$('2' * 64)", 2MB, 5)
    $delta = [Diffah.Engine.Operations.PullWay]::new(
        'Delta', [System.Collections.Immutable.ImmutableArray]::Create($step), 2MB, 5, $true)
    $plain = [Diffah.Engine.Operations.PullWay]::new('Plain',
        [System.Collections.Immutable.ImmutableArray[Diffah.Engine.Operations.PullStep]]::Empty, 20MB, 2, $false)
    $plan = [Diffah.Engine.Operations.PullPlan]::new("${app}:v2", "sha256:$('2' * 64)", 'oci:/srv/layout:v2',
        [System.Collections.Immutable.ImmutableArray]::Create($delta, $plain), 'One delta needs 2.0 MiB.')
    $plan.ListedDeltas, $plan.ReadDeltas = 3, 2
    $plan
}

# How an image came by one delta.
function New-ImagePull {
    [Diffah.Engine.Operations.ImagePull]::new('Delta', [System.Collections.Immutable.ImmutableArray]::Create(
            "docker://registry.example/app@sha256:$('4' * 64)"), 2MB, 'One delta needs 2.0 MiB.')
}

Clear-InheritedVariable
Export-ModuleMember -Function Get-*, New-*, Invoke-FreshPowerShell, Wait-Until, Assert-*
