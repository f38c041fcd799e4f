#!/usr/bin/env pwsh
<#
.SYNOPSIS
Runs the Pester suite over the staged module.
.PARAMETER Path
Test files or folders; the default is all of them.
.PARAMETER ResultPath
Writes an NUnit report there.
.PARAMETER Output
How much Pester says: None, Normal, Detailed, Diagnostic.
#>
[CmdletBinding()]
param(
    [string[]] $Path = $PSScriptRoot,
    [string] $ResultPath,
    [ValidateSet('None', 'Normal', 'Detailed', 'Diagnostic')]
    [string] $Output = 'Normal'
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 5.5 -MaximumVersion 6.99
Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force

if ('Diffah.Engine.Oci.Digest' -as [type]) {
    throw 'Diffah is loaded in this session already: run the tests in a fresh pwsh -NoProfile.'
}
$module = Get-ModuleUnderTest
if (-not (Test-Path -LiteralPath $module)) {
    throw "There is no staged module at $module. Build it first, or name one in DIFFAH_MODULE."
}
Write-Host "pester: module $module"

$ownSamples = -not $env:DIFFAH_SAMPLES
try {
    $null = Get-SampleFolder
    $configuration = New-PesterConfiguration
    $configuration.Run.Path = $Path
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = $Output
    if ($ResultPath) {
        $configuration.TestResult.Enabled = $true
        $configuration.TestResult.OutputFormat = 'NUnit3'
        $configuration.TestResult.OutputPath = $ResultPath
    }
    $result = Invoke-Pester -Configuration $configuration
}
finally {
    if ($ownSamples -and $env:DIFFAH_SAMPLES) {
        Remove-Item -LiteralPath $env:DIFFAH_SAMPLES -Recurse -Force -ErrorAction Ignore
        $env:DIFFAH_SAMPLES = $null
    }
}

foreach ($test in $result.Skipped) {
    $reason = $test.ErrorRecord ? ($test.ErrorRecord[0].Exception.Message -replace '^is skipped, because ') :
        'no reason given'
    Write-Host "pester: skipped: $reason -- $($test.ExpandedPath)"
}
foreach ($test in $result.Failed) {
    Write-Host "pester: failed: $($test.ExpandedPath): $("$($test.ErrorRecord)" -replace '\s+', ' ')"
}
# A file whose tests were all skipped, or that has none, did not run.
$ran = @($result.Containers | Where-Object { $_.PassedCount + $_.FailedCount -gt 0 }).Count
Write-Host "pester: $ran of $($result.Containers.Count) files ran"
# A file that can't be read counts as a failure, too.
$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
Write-Host "pester: $($result.PassedCount) passed, $failed failed, $($result.SkippedCount) skipped"
exit ($failed -eq 0 -and $result.PassedCount -gt 0 ? 0 : 1)
