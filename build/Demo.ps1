<#
.SYNOPSIS
    The main job through the module, on sample images: New-DiffahDelta, Get-DiffahArchive, Restore-DiffahImage, and
    equal digests.
.PARAMETER Module
    Folder of the staged module.
.PARAMETER Samples
    Folder that Diffah.Samples wrote; deltas and restored images go beside the samples.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Samples
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
if ([Console]::IsOutputRedirected) {
    $PSStyle.OutputRendering = 'PlainText'
}

Import-Module (Join-Path $Module 'Diffah.psd1')
Set-Location $Samples
$known = Get-Content -Raw samples.json | ConvertFrom-Json

# One pair of images: makes the delta, restores from it, and says which digests came out.
function Show-Pair([string] $Transport, [string] $Suffix) {
    $baseline, $target, $restored = 'v1', 'v2', 'restored' | ForEach-Object { "${Transport}:./$_.$Suffix" }
    $delta = "v1-v2.$Suffix.delta.tar"
    Write-Host "`nPS> New-DiffahDelta -Baseline $baseline -Target $target -Path $delta"
    New-DiffahDelta -Baseline $baseline -Target $target -Path $delta | Out-Host
    Write-Host "PS> Get-DiffahArchive $delta | Select-Object -ExpandProperty Images"
    $archive = Get-DiffahArchive $delta
    $archive.Images | Out-Host
    Write-Host "PS> Restore-DiffahImage -Path $delta -Baseline $baseline -Destination $restored"
    $image = Restore-DiffahImage -Path $delta -Baseline $baseline -Destination $restored
    $image | Out-Host
    [pscustomobject]@{
        Target   = $target
        Expected = ($known | Where-Object path -EQ "v2.$Suffix").manifestDigest
        InDelta  = $archive.Images[0].TargetManifestDigest
        Restored = $image.ManifestDigest
    }
}

$outcomes = @(
    Show-Pair docker-archive docker.tar
    Show-Pair oci-archive oci.tar
)
Write-Host "`nManifest digests:"
foreach ($outcome in $outcomes) {
    Write-Host "  $($outcome.Target)"
    Write-Host "    by its generator  $($outcome.Expected)"
    Write-Host "    in the delta      $($outcome.InDelta)"
    Write-Host "    restored          $($outcome.Restored)"
}
if ($outcomes | Where-Object { $_.Expected -ne $_.Restored -or $_.Expected -ne $_.InDelta }) {
    Write-Host "`nModule: digests DIFFER."
    exit 1
}
Write-Host "`nModule: all digests are equal."
