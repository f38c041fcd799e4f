#Requires -Version 7.6
<#
.SYNOPSIS
    Times New-DiffahDelta and the engine operation it calls, in turns, on two tiny images; gives JSON.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Manifest,
    [int] $Rounds = 60
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
Import-Module $Manifest
$work = New-Item -ItemType Directory -Path (Join-Path ([System.IO.Path]::GetTempPath()) "diffah-overhead-$PID")

# An image of one small file, as a Docker archive; written here so that the script needs nothing but the module.
function New-TinyImage([string] $Path, [string] $Text) {
    $folder = New-Item -ItemType Directory -Path (Join-Path $work ([guid]::NewGuid().ToString('n')))
    $null = New-Item -ItemType Directory -Path (Join-Path $folder 'layer')
    Set-Content -LiteralPath (Join-Path $folder 'layer/hello.txt') -Value $Text -NoNewline
    tar -C (Join-Path $folder 'layer') -cf (Join-Path $folder 'layer.tar') hello.txt
    $diffId = (Get-FileHash -LiteralPath (Join-Path $folder 'layer.tar')).Hash.ToLowerInvariant()
    @{ architecture = 'amd64'; os = 'linux'; config = @{}; rootfs = @{
        type = 'layers'
        diff_ids = @("sha256:$diffId")
    } } |
        ConvertTo-Json -Compress -Depth 5 | Set-Content -LiteralPath (Join-Path $folder 'config.json') -NoNewline
    ConvertTo-Json -Compress @(@{ Config = 'config.json'; RepoTags = @(); Layers = @('layer.tar') }) |
        Set-Content -LiteralPath (Join-Path $folder 'manifest.json') -NoNewline
    tar -C $folder -cf $Path config.json layer.tar manifest.json
    "docker-archive:$Path"
}

function Get-Median([double[]] $Values) { ($Values | Sort-Object)[[int][Math]::Floor($Values.Count / 2)] }

try {
    $one = New-TinyImage (Join-Path $work 'one.tar') ('one ' * 200)
    $two = New-TinyImage (Join-Path $work 'two.tar') ('two ' * 200)
    $output = Join-Path $work 'out.tar'
    $engine = [Diffah.Engine.Operations.CreateDelta]::new([Diffah.Engine.Transports.TransportCatalog]::Default)
    $request = [Diffah.Engine.Operations.CreateDeltaRequest]@{
        Baseline   = [Diffah.Engine.Images.ImageReference]::Parse($one)
        Target     = [Diffah.Engine.Images.ImageReference]::Parse($two)
        OutputPath = $output
        Overwrite  = $true
    }
    $engineTimes, $cmdletTimes = @(), @()
    foreach ($round in 1..$Rounds) {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $null = $engine.RunAsync($request, [Diffah.Engine.Diagnostics.EventSink]::None,
            [System.Threading.CancellationToken]::None).GetAwaiter().GetResult()
        $engineTimes += $watch.Elapsed.TotalMilliseconds
        $watch.Restart()
        $null = New-DiffahDelta $one $two $output -Force -Confirm:$false
        $cmdletTimes += $watch.Elapsed.TotalMilliseconds
    }
    @{ EngineMs = [Math]::Round((Get-Median $engineTimes),
        2); CmdletMs = [Math]::Round((Get-Median $cmdletTimes), 2) } | ConvertTo-Json -Compress
}
finally {
    Remove-Item -Recurse -Force -LiteralPath $work
}
