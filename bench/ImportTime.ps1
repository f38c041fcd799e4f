#Requires -Version 7.6
<#
.SYNOPSIS
    Measures what the module costs a session: import over bare pwsh, memory after it, and a cmdlet over the engine.
.PARAMETER Module
    The staged or installed module's folder.
.PARAMETER Rounds
    How many fresh processes of each kind; the median counts.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Module,
    [ValidateRange(1, 1000)] [int] $Rounds = 15
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$manifest = (Resolve-Path -LiteralPath (Join-Path $Module 'Diffah.psd1')).ProviderPath

function Get-Median([double[]] $Values) { ($Values | Sort-Object)[[int][Math]::Floor($Values.Count / 2)] }

# Milliseconds a fresh process takes as a whole, and bytes it holds at its end.
function Measure-Process([string] $Command) {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $bytes = pwsh -NoLogo -NoProfile -NonInteractive `
        -Command "$Command; [GC]::Collect(); [System.Diagnostics.Process]::GetCurrentProcess().WorkingSet64"
    [pscustomobject]@{ Milliseconds = $watch.Elapsed.TotalMilliseconds; Bytes = [long]($bytes | Select-Object -Last 1) }
}

# Rounds take turns, so that what else the machine does falls on both kinds.
$bare, $imported, $inside = @(), @(), @()
foreach ($round in 0..$Rounds) {
    $results = (Measure-Process '$null'), (Measure-Process "Import-Module '$manifest'")
    $import = pwsh `
        -NoLogo -NoProfile -NonInteractive -Command "(Measure-Command { Import-Module '$manifest' }).TotalMilliseconds"
    if ($round -eq 0) { continue } # warms the disk's cache
    $bare += $results[0]
    $imported += $results[1]
    $inside += [double]$import
}

# A cmdlet over the operation it calls, for a delta of two tiny images, in one warm session.
$overhead = pwsh -NoLogo -NoProfile -NonInteractive `
    -File (Join-Path $PSScriptRoot 'CmdletOverhead.ps1') -Manifest $manifest -Rounds ($Rounds * 4) | ConvertFrom-Json

[pscustomobject]@{
    Rounds                  = $Rounds
    BareStartMs             = [Math]::Round((Get-Median $bare.Milliseconds), 1)
    StartWithImportMs       = [Math]::Round((Get-Median $imported.Milliseconds), 1)
    ImportOverBareMs        = [Math]::Round((Get-Median $imported.Milliseconds) - (Get-Median $bare.Milliseconds), 1)
    ImportModuleMs          = [Math]::Round((Get-Median $inside), 1)
    BareMiB                 = [Math]::Round((Get-Median $bare.Bytes) / 1MB, 1)
    MemoryAfterImportMiB    = [Math]::Round((Get-Median $imported.Bytes) / 1MB, 1)
    EngineMs                = $overhead.EngineMs
    CmdletMs                = $overhead.CmdletMs
    CmdletOverEngineMs      = [Math]::Round($overhead.CmdletMs - $overhead.EngineMs, 2)
}
