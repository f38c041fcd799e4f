# A real Docker engine (Debian's docker.io) on a socket of its own, for the tests that need one.

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

# Why there is no engine here; nothing where one can be tried.
function Get-EngineObstacle {
    foreach ($program in 'dockerd', 'docker') {
        if (-not (Get-Command $program -CommandType Application -ErrorAction Ignore)) {
            return "$program is not installed"
        }
    }
    if ([Environment]::UserName -ne 'root') { 'Only root can start dockerd' }
}

# Starts an engine, without networks, that keeps each layer as a folder. Problem says why there is none; Host is where
# it listens, as docker is told.
function Start-TestEngine([string] $Folder) {
    $obstacle = Get-EngineObstacle
    if ($obstacle) { return [pscustomobject]@{ Host = $null; Process = $null; Folder = $null; Problem = $obstacle } }
    $null = New-Item -ItemType Directory $Folder, (Join-Path $Folder tmp)
    $log, $settings = (Join-Path $Folder engine.log), (Join-Path $Folder daemon.json)
    '{}' | Set-Content -LiteralPath $settings
    $address = "unix://$Folder/s.sock"
    $process = Start-Process dockerd '--iptables=false', '--ip6tables=false', '--bridge=none', '--storage-driver=vfs',
        '--data-root', "$Folder/data", '--exec-root', "$Folder/exec", '--pidfile', "$Folder/pid",
        '--config-file', $settings, '-H', $address -PassThru -Environment @{ HOME = $Folder; TMPDIR = "$Folder/tmp" } `
        -RedirectStandardError $log -RedirectStandardOutput (Join-Path $Folder out.log)
    $engine = [pscustomobject]@{ Host = $address; Process = $process; Folder = $Folder; Problem = $null }
    if (-not (Wait-Engine $process $address)) {
        $said = Get-Content -LiteralPath $log -Tail 1
        if (-not $process.HasExited) { throw "dockerd does not answer: $said" }
        Stop-TestEngine $engine
        $engine.Problem = "dockerd can't run on this machine: $said"
    }
    $engine
}

# Ends an engine, the containerd that it has started, and what it has mounted.
function Stop-TestEngine($Engine) {
    if (-not $Engine.Process) { return }
    if (-not $Engine.Process.HasExited) {
        sh -c "kill -TERM $($Engine.Process.Id)"
        if (-not $Engine.Process.WaitForExit(30000)) { $Engine.Process.Kill() }
        $Engine.Process.WaitForExit()
    }
    $file = "$($Engine.Folder)/exec/containerd/containerd.pid"
    if (Test-Path -LiteralPath $file) {
        $child = Get-Content -LiteralPath $file
        # The number may be that of another process by now.
        $line = Get-Content -Raw "/proc/$child/cmdline" -ErrorAction Ignore
        if ($line -and $line.Contains($Engine.Folder)) { sh -c "kill -KILL $child" }
    }
    foreach ($mount in Get-Content /proc/self/mounts | ForEach-Object { ($_ -split ' ')[1] }) {
        if ($mount.StartsWith("$($Engine.Folder)/")) { umount -l $mount }
    }
    Remove-Item -Recurse -Force -LiteralPath $Engine.Folder
}

# All images of an engine, a line each.
function Get-EngineImage($Engine) {
    docker -H $Engine.Host images -a --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}' | Sort-Object
}

# What docker says of an image: its id.
function Get-EngineImageId($Engine, [string] $Name) {
    $id = docker -H $Engine.Host image inspect --format '{{.Id}}' $Name 2>&1
    if ($LASTEXITCODE -ne 0) { throw "docker: $id" }
    $id
}

# docker load.
function Add-EngineImage($Engine, [string] $Path) {
    $said = docker -H $Engine.Host load -q -i $Path 2>&1
    if ($LASTEXITCODE -ne 0) { throw "docker: $said" }
}

function Wait-Engine($Process, [string] $Address) {
    $deadline = [datetime]::UtcNow.AddSeconds(30)
    while ([datetime]::UtcNow -lt $deadline -and -not $Process.HasExited) {
        docker -H $Address version *> $null
        if ($LASTEXITCODE -eq 0) { return $true }
        Start-Sleep -Milliseconds 50
    }
    $false
}

Export-ModuleMember -Function Start-TestEngine, Stop-TestEngine, Get-EngineImage, Get-EngineImageId, Add-EngineImage
