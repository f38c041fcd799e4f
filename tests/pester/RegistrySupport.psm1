# Real registries (Debian's docker-registry) on free ports of loopback, for the tests that need one.

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$script:User = 'bob'
$script:Password = 'secret-pass-1'
# bcrypt of the password, by crypt(3).
$script:PasswordHash = '$2y$05$abcdefghijklmnopqrstuu1K978SymWM00THOcZfdPcYIQ6YnmCAe'

# Starts a registry, plain HTTP; nothing where it is not installed. Host is HOST:PORT.
function Start-TestRegistry([string] $Folder, [switch] $WithPassword) {
    if (-not (Get-Command docker-registry -CommandType Application -ErrorAction Ignore)) { return }
    $null = New-Item -ItemType Directory $Folder
    $log, $configuration = (Join-Path $Folder registry.log), (Join-Path $Folder config.yml)
    New-Configuration $Folder $WithPassword | Set-Content -LiteralPath $configuration
    # What our side calls an auth file the registry takes for a setting of its own.
    $environment = @{ OTEL_TRACES_EXPORTER = 'none'; REGISTRY_AUTH_FILE = $null }
    $process = Start-Process docker-registry 'serve', "`"$configuration`"" -PassThru `
        -Environment $environment -RedirectStandardError $log -RedirectStandardOutput (Join-Path $Folder access.log)
    [pscustomobject]@{ Host = Wait-Listening $process $log; Process = $process; Folder = $Folder }
}

function Stop-TestRegistry($Registry) {
    if (-not $Registry) { return }
    if (-not $Registry.Process.HasExited) { $Registry.Process.Kill() }
    $Registry.Process.WaitForExit()
}

# The credentials of a registry with a password, or wrong ones.
function Get-TestCredential([switch] $Wrong) {
    [pscredential]::new($script:User,
        (ConvertTo-SecureString ($Wrong ? 'wrong-pass-2' : $script:Password) -AsPlainText -Force))
}

# Every form in which a secret could turn up.
function Get-TestSecret {
    foreach ($password in $script:Password, 'wrong-pass-2') {
        $password
        [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("${script:User}:$password"))
    }
}

# The digest of an image as skopeo sees it; ends the test as skipped where skopeo is not installed.
function Get-SkopeoDigest([string] $Reference, [pscredential] $Credential) {
    if (-not (Get-Command skopeo -CommandType Application -ErrorAction Ignore)) {
        Set-ItResult -Skipped -Because 'skopeo is not installed'
    }
    $login = $Credential ? @('--creds', "$($Credential.UserName):$($Credential.GetNetworkCredential().Password)") : @()
    $digest = skopeo inspect --tls-verify=false @login --format '{{.Digest}}' $Reference 2>&1
    if ($LASTEXITCODE -ne 0) { throw "skopeo: $digest" }
    $digest
}

function New-Configuration([string] $Folder, [bool] $WithPassword) {
    @"
version: 0.1
log:
  level: info
storage:
  filesystem:
    rootdirectory: $Folder/data
  maintenance:
    uploadpurging:
      enabled: false
http:
  addr: 127.0.0.1:0
  secret: test
"@
    if ($WithPassword) {
        "${script:User}:$script:PasswordHash" | Set-Content -LiteralPath (Join-Path $Folder htpasswd)
        "auth:`n  htpasswd:`n    realm: test`n    path: $Folder/htpasswd"
    }
}

function Wait-Listening($Process, [string] $Log) {
    $deadline = [datetime]::UtcNow.AddSeconds(30)
    while ([datetime]::UtcNow -lt $deadline -and -not $Process.HasExited) {
        $line = Select-String -LiteralPath $Log -Pattern 'listening on 127\.0\.0\.1:(\d+)' | Select-Object -First 1
        if ($line) { return "127.0.0.1:$($line.Matches[0].Groups[1].Value)" }
        Start-Sleep -Milliseconds 50
    }
    throw "docker-registry did not start: $(Get-Content -LiteralPath $Log -Raw)"
}

Export-ModuleMember -Function Start-TestRegistry,
    Stop-TestRegistry, Get-TestCredential, Get-TestSecret, Get-SkopeoDigest
