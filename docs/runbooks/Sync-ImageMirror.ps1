#Requires -Version 7.6
#Requires -Modules Diffah

<#
.SYNOPSIS
    Brings the images of a mirror up to date by deltas, on a schedule, and raises the alarm where it can't.
.DESCRIPTION
    A table (CSV with the columns Name, Source, Mirror) says which images there are. For each, the digest of the source
    is compared with that of the mirror:

    - equal: nothing is done.
    - the mirror has no image: it is copied whole.
    - otherwise a delta is made from the image the mirror has to the image the source has, restored into the mirror, and
      the mirror's digest is read again.

    Images are named by digest while they are worked on, so a tag that moves meanwhile does no harm; the next run sees
    it. One image that fails does not stop the others. The script ends with a terminating error (exit code 1 of pwsh
    -File) where an image failed, where an alert reached nobody, or where another run is still at it.

    The state directory holds state.json (for each image: last success, failures in a row, whether an alert is out),
    mirror.lock, and, unless LogPath says otherwise, mirror.jsonl, the log, one JSON object a line. The same folder must
    not serve two tables.
.PARAMETER Path
    The table: CSV with Name, Source, Mirror. Source and Mirror are docker:// references. Names are unique.
.PARAMETER StateDirectory
    The folder of state, lock and log. It is made where it is not there.
.PARAMETER LogPath
    The log; the default is mirror.jsonl in the state directory. Lines are added to it.
.PARAMETER AlertUri
    Where alerts are posted, as JSON. It is never written to state or log.
.PARAMETER OnAlert
    Who else is told: a script block, which gets the alert as its argument, or the name of a command, which gets it as
    JSON on its standard input.
.PARAMETER AlertAfter
    Failures in a row before an alert goes out for an image. One alert goes out, and a notice when the image is well
    again.
.PARAMETER AlertTimeout
    Seconds that a web hook may take to connect, and between two bytes of its answer.
.PARAMETER RestoreWith
    What restores a delta in place of Restore-DiffahImage on this machine: a script block that gets the delta's path,
    the baseline and the destination. With it the delta is what crosses the slow line: send it over, and restore there.
    The digest is checked from here afterwards.
.PARAMETER Platform
    Which image of an index is mirrored, os/arch[/variant].
.PARAMETER WorkDirectory
    Where deltas are made; the default is the system's temporary folder. Nothing is left there.
.PARAMETER Credential
    User and password for both registries. For registries with different ones use an auth file.
.PARAMETER AuthFile
    A file with credentials (containers-auth.json), as skopeo login and docker login write it.
.PARAMETER CertificateDirectory
    A folder with *.crt (CAs), and *.cert with *.key (certificates of the client).
.PARAMETER SkipTlsVerification
    Accepts any certificate, and registries without TLS.
.PARAMETER RetryCount
    How many times more a failed request to a registry is tried.
.PARAMETER RetryDelay
    Seconds between two tries; the default begins at a second and doubles.
.OUTPUTS
    An object an image: Name, Action (Unchanged, Copied, Updated, Failed, Planned), From, To, DeltaBytes, Failures,
    Message.
.EXAMPLE
    ./Sync-ImageMirror.ps1 -Path images.csv -StateDirectory ./state -WhatIf

    Says what would be copied or updated. Nothing is written: no image, no state, no log, no alert.
.EXAMPLE
    ./Sync-ImageMirror.ps1 images.csv /var/lib/image-mirror -AuthFile /etc/image-mirror/auth.json `
        -AlertUri https://alerts.example.com/hook -AlertAfter 2

    A scheduled run that posts an alert once an image failed twice in a row.
.EXAMPLE
    ./Sync-ImageMirror.ps1 images.csv ./state -RestoreWith {
        param($Delta, $Baseline, $Destination)
        scp $Delta ship:/tmp/app.delta.tar
        ssh ship diffah apply /tmp/app.delta.tar $Baseline $Destination
    }

    The delta goes to the far side by scp, and is restored over there.
#>
[CmdletBinding(SupportsShouldProcess)]
[OutputType('Diffah.MirrorResult')]
param(
    [Parameter(Mandatory, Position = 0)]
    [ValidateNotNullOrEmpty()]
    [string] $Path,

    [Parameter(Mandatory, Position = 1)]
    [ValidateNotNullOrEmpty()]
    [string] $StateDirectory,

    [string] $LogPath = (Join-Path $StateDirectory 'mirror.jsonl'),

    [ValidateScript({ $_.IsAbsoluteUri -and $_.Scheme -in 'http', 'https' },
        ErrorMessage = 'The web hook is an http or https address.')]
    [uri] $AlertUri,

    [ValidateScript({ $_ -is [scriptblock] -or $_ -is [string] },
        ErrorMessage = 'Give a script block, or the name of a command.')]
    [object] $OnAlert,

    [ValidateRange(1, 1000)]
    [int] $AlertAfter = 3,

    [ValidateRange(1, 300)]
    [int] $AlertTimeout = 15,

    [scriptblock] $RestoreWith,

    [string] $Platform = 'linux/amd64',

    [string] $WorkDirectory = [IO.Path]::GetTempPath(),

    [Management.Automation.Credential()]
    [pscredential] $Credential,

    [string] $AuthFile,

    [string] $CertificateDirectory,

    [switch] $SkipTlsVerification,

    [ValidateRange(0, 100)]
    [int] $RetryCount,

    [ValidateRange(0, 30)]
    [double] $RetryDelay
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
# The native commands of OnAlert and RestoreWith count as failed where they exit with anything but 0.
$PSNativeCommandUseErrorActionPreference = $true

function New-Problem([string] $Id, [string] $Message, [Management.Automation.ErrorCategory] $Category = 'InvalidData') {
    [Management.Automation.ErrorRecord]::new([InvalidOperationException]::new($Message), $Id, $Category, $null)
}

# --- the table

function Read-Table([string] $Path) {
    $rows = @(Import-Csv -LiteralPath $Path)
    if ($rows.Count -eq 0) { throw (New-Problem TableInvalid "There is no image in '$Path'.") }
    foreach ($column in 'Name', 'Source', 'Mirror') {
        if ($column -notin $rows[0].PSObject.Properties.Name) {
            throw (New-Problem TableInvalid "'$Path' has no column $column. It needs Name, Source and Mirror.")
        }
    }
    $twice = @($rows | Group-Object Name | Where-Object { $_.Count -gt 1 -or -not $_.Name })
    if ($twice) {
        throw (New-Problem TableInvalid "'$Path' has rows without a name, or names twice: $($twice.Name -join ', ').")
    }
    $rows
}

# The repository of a reference, without tag and digest.
function Get-Repository([string] $Reference) {
    if ($Reference -notmatch '^docker://(?<repository>[^@]+?)(:[^/:@]+)?(@.+)?$') {
        throw (New-Problem NotARegistry "'$Reference' is no registry reference (docker://HOST/REPOSITORY:TAG).")
    }
    "docker://$($Matches.repository)"
}

# --- images

# An image, or nothing where the registry says that there is none. Every other trouble is an error.
function Find-Image([string] $Reference, [hashtable] $Registry) {
    try { Get-DiffahImage $Reference @Registry }
    catch {
        if (Test-ErrorId $_ RegistryNotFound) { return }
        throw
    }
}

function Test-ErrorId($Record, [string] $Id) { ($Record.FullyQualifiedErrorId -split ',')[0] -eq $Id }

# The image the mirror has, named by digest: at the source where that still has it, which is near; else at the mirror.
function Get-BaselineReference($Row, [string] $Digest, [hashtable] $Registry) {
    $atSource = "$(Get-Repository $Row.Source)@$Digest"
    (Find-Image $atSource $Registry) ? $atSource : "$(Get-Repository $Row.Mirror)@$Digest"
}

# Compares both sides: what there is to do with an image.
function Get-Plan($Row, [hashtable] $Options) {
    $registry = $Options.Registry
    $sourceRepository, $mirrorRepository = (Get-Repository $Row.Source), (Get-Repository $Row.Mirror)
    $source = Get-DiffahImage $Row.Source -Platform $Options.Platform @registry
    $mirror = Find-Image $Row.Mirror ($registry + @{ Platform = $Options.Platform })
    [pscustomobject]@{
        Action   = -not $mirror ? 'Copied' : $mirror.Digest -eq $source.Digest ? 'Unchanged' : 'Updated'
        From     = ${mirror}?.Digest
        To       = $source.Digest
        Source   = "$sourceRepository@$($source.Digest)"
        AtMirror = $mirror ? "$mirrorRepository@$($mirror.Digest)" : $null
        Mirror   = $Row.Mirror
    }
}

# Makes the delta and restores it. Gives the bytes of the delta.
function Update-ByDelta($Row, $Plan, [hashtable] $Options) {
    $registry = $Options.Registry
    $folder = Join-Path $Options.WorkDirectory "image-mirror-$([guid]::NewGuid().ToString('n'))"
    $null = New-Item -ItemType Directory -Path $folder -Confirm:$false
    try {
        $delta = Join-Path $folder 'image.delta.tar'
        $baseline = Get-BaselineReference $Row $Plan.From $registry
        $made = New-DiffahDelta `
            -Baseline $baseline -Target $Plan.Source -Path $delta -Platform $Options.Platform -Confirm:$false @registry
        if ($Options.RestoreWith) { $null = & $Options.RestoreWith $delta $Plan.AtMirror $Plan.Mirror }
        else { $null = Restore-DiffahImage `
            -LiteralPath $delta -Baseline $Plan.AtMirror -Destination $Plan.Mirror -Confirm:$false @registry }
        $made.ArchiveBytes
    }
    finally { Remove-Item -LiteralPath $folder -Recurse -Force -Confirm:$false }
}

function Assert-Mirrored($Plan, [hashtable] $Options) {
    $registry = $Options.Registry
    $now = (Get-DiffahImage $Plan.Mirror -Platform $Options.Platform @registry).Digest
    if ($now -ne $Plan.To) {
        throw (New-Problem MirrorDiffers "The mirror has $now after the update, and the source's image is $($Plan.To).")
    }
}

# Does what is to be done with one image; agreed is false for a run that only says what it would do.
function Sync-Image($Row, [hashtable] $Options, [scriptblock] $Agreed) {
    $plan = Get-Plan $Row $Options
    $result = New-Result $Row.Name $plan.Action $plan.From $plan.To
    if ($plan.Action -eq 'Unchanged') { return $result }
    if (-not (& $Agreed $plan)) {
        $result.Action = 'Planned'
        return $result
    }
    $registry = $Options.Registry
    if ($plan.Action -eq 'Copied') {
        $null = Copy-DiffahImage $plan.Source $plan.Mirror -Platform $Options.Platform -Confirm:$false @registry
    }
    else { $result.DeltaBytes = Update-ByDelta $Row $plan $Options }
    Assert-Mirrored $plan $Options
    $result
}

function New-Result([string] $Name, [string] $Action, $From, $To) {
    [pscustomobject]@{
        PSTypeName = 'Diffah.MirrorResult'
        Name = $Name
        Action = $Action; From = $From; To = $To; DeltaBytes = [long]0; Failures = 0; ErrorId = $null; Message = $null
    }
}

function New-Failure([string] $Name, $Record) {
    $result = New-Result $Name Failed $null $null
    $result.ErrorId = ($Record.FullyQualifiedErrorId -split ',')[0]
    $result.Message = $Record.Exception.Message
    $result
}

# --- state, log, lock

function Get-Now { [datetime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ') }

function Read-State([string] $File) {
    if (-not (Test-Path -LiteralPath $File)) { return @{} }
    try { (Get-Content -LiteralPath $File -Raw | ConvertFrom-Json -AsHashtable -DateKind String).images + @{} }
    catch {
        throw (New-Problem StateInvalid `
            "'$File' can't be read: $($_.Exception.Message) Move it away to begin anew; failures are counted from zero then.")
    }
}

# The old state or the new one, never half of one.
function Save-State([string] $File, [hashtable] $State) {
    $new = "$File.new"
    [ordered]@{ schemaVersion = 1; images = $State } |
        ConvertTo-Json -Depth 5 | Set-Content -LiteralPath $new -Confirm:$false
    [IO.File]::Move($new, $File, $true)
}

function Get-ImageState([hashtable] $State, [string] $Name) {
    $State[$Name] ??
        @{ lastSuccess = $null
            lastAttempt = $null; digest = $null; failures = 0; failingSince = $null; isAlerted = $false }
}

function Add-LogLine([string] $File, [string] $Level, [string] $What, [Collections.IDictionary] $Data = @{}) {
    $line = [ordered]@{ time = Get-Now; level = $Level; event = $What } + $Data
    $line | ConvertTo-Json -Compress -Depth 4 | Add-Content -LiteralPath $File -Confirm:$false
}

# Held as long as it is open, and free again when the process ends, however it does.
function Open-Lock([string] $File) {
    try { [IO.File]::Open($File, 'OpenOrCreate', 'ReadWrite', 'None') }
    catch [IO.IOException] { throw (New-Problem MirrorBusy "Another run is at work: '$File' is in use." ResourceBusy) }
}

# --- alerts

function New-Alert([string] $Kind, $Row, $Result, [hashtable] $ImageState) {
    [pscustomobject][ordered]@{
        event = $Kind; time = Get-Now; image = $Row.Name; source = $Row.Source; mirror = $Row.Mirror
        failures = $ImageState.failures; failingSince = $ImageState.failingSince; lastSuccess = $ImageState.lastSuccess
        errorId = $Result.ErrorId; message = $Result.Message
    }
}

function Send-WebHook([uri] $Uri, [int] $Timeout, $Alert) {
    $body = [Text.Encoding]::UTF8.GetBytes(($Alert | ConvertTo-Json))
    $null = Invoke-RestMethod -Uri $Uri -Method Post `
        -Body $body -ContentType 'application/json' -ConnectionTimeoutSeconds $Timeout -OperationTimeoutSeconds $Timeout
}

function Invoke-AlertCommand($Command, $Alert) {
    if ($Command -is [scriptblock]) { $null = & $Command $Alert }
    else { $null = $Alert | ConvertTo-Json | & $Command }
}

# Tells everybody who is to be told. True where somebody was reached.
function Send-Alert($Alert, [hashtable] $Options) {
    $channels = [ordered]@{}
    if ($Options.AlertUri) { $channels['web hook'] = { Send-WebHook $Options.AlertUri $Options.AlertTimeout $Alert } }
    if ($Options.OnAlert) { $channels['command'] = { Invoke-AlertCommand $Options.OnAlert $Alert } }
    $reached = $false
    foreach ($channel in $channels.Keys) {
        $about = [ordered]@{ image = $Alert.image; alert = $Alert.event; channel = $channel }
        try {
            & $channels[$channel]
            $reached = $true
            Add-LogLine $Options.LogPath info alert-sent $about
        }
        catch {
            Add-LogLine $Options.LogPath error alert-failed ($about + @{ message = $_.Exception.Message })
            Write-Warning "The alert about $($Alert.image) did not go out by $channel`: $($_.Exception.Message)"
        }
    }
    $reached
}

# Sends what is due for an image. An alert that reached nobody stays due. False where that was so.
function Send-DueAlert($Row, $Result, [hashtable] $ImageState, [hashtable] $Options) {
    if (-not $Options.AlertUri -and -not $Options.OnAlert) { return $true }
    $kind = $ImageState.failures -ge $Options.AlertAfter -and -not $ImageState.isAlerted ? 'failing' :
        $ImageState.failures -eq 0 -and $ImageState.isAlerted ? 'recovered' : $null
    if (-not $kind) { return $true }
    $reached = Send-Alert (New-Alert $kind $Row $Result $ImageState) $Options
    if ($reached) { $ImageState.isAlerted = $kind -eq 'failing' }
    $reached
}

# --- a run

function Update-ImageState([hashtable] $ImageState, $Result) {
    $ImageState.lastAttempt = Get-Now
    if ($Result.Action -eq 'Failed') {
        $ImageState.failures++
        $ImageState.failingSince ??= $ImageState.lastAttempt
        return
    }
    $ImageState.failures = 0
    $ImageState.failingSince = $null
    $ImageState.lastSuccess = $ImageState.lastAttempt
    $ImageState.digest = $Result.To
}

function Add-ResultLine([string] $File, $Result) {
    $failed = $Result.Action -eq 'Failed'
    $data =
        [ordered]@{
            image = $Result.Name
            action = $Result.Action
            from = $Result.From
            to = $Result.To
            deltaBytes = $Result.DeltaBytes
        }
    if ($failed) {
        $data =
            [ordered]@{
                image = $Result.Name
                failures = $Result.Failures
                errorId = $Result.ErrorId
                message = $Result.Message
            }
    }
    Add-LogLine $File ($failed ? 'error' : 'info') ($failed ? 'image-failed' : 'image-done') $data
}

# One image's outcome goes to state, log and alerts. False where an alert reached nobody.
function Complete-Image($Row, $Result, [hashtable] $State, [hashtable] $Options) {
    $imageState = Get-ImageState $State $Row.Name
    $State[$Row.Name] = $imageState
    Update-ImageState $imageState $Result
    $Result.Failures = $imageState.failures
    Add-ResultLine $Options.LogPath $Result
    Save-State $Options.StateFile $State
    $told = Send-DueAlert $Row $Result $imageState $Options
    Save-State $Options.StateFile $State
    $told
}

function Invoke-Image($Row, [hashtable] $Options, [scriptblock] $Agreed) {
    try { Sync-Image $Row $Options $Agreed }
    catch { New-Failure $Row.Name $_ }
}

# Writes the results, and ends with an error where there is something to see to.
function Complete-Run($Results, [int] $Untold) {
    $failed = @($Results | Where-Object Action -EQ Failed)
    if ($failed) {
        throw (New-Problem ImagesFailed `
            "$($failed.Count) of $(@($Results).Count) images failed: $($failed.Name -join ', '). $($failed[0].Message)" OperationStopped)
    }
    if ($Untold) {
        throw (New-Problem `
            AlertFailed "$Untold alerts reached nobody; they are due again in the next run." ConnectionError)
    }
}

function Invoke-Run($Rows, [hashtable] $Options, [scriptblock] $Agreed) {
    $state = Read-State $Options.StateFile
    foreach ($gone in @($state.Keys | Where-Object { $_ -notin $Rows.Name })) { $state.Remove($gone) }
    Add-LogLine $Options.LogPath info run-started @{ images = $Rows.Count }
    $results, $untold = @(), 0
    foreach ($row in $Rows) {
        $result = Invoke-Image $row $Options $Agreed
        if ($result.Action -ne 'Planned' -and -not (Complete-Image $row $result $state $Options)) { $untold++ }
        $results += $result
        $result
    }
    $failed = @($results | Where-Object Action -EQ Failed).Count
    Add-LogLine $Options.LogPath ($failed ?
        'error' : 'info') run-finished ([ordered]@{ images = $results.Count; failed = $failed; untold = $untold })
    Complete-Run $results $untold
}

# What a run would do: no state, no log, no lock, no alert.
function Show-Run($Rows, [hashtable] $Options, [scriptblock] $Agreed) {
    $results = @($Rows | ForEach-Object { Invoke-Image $_ $Options $Agreed })
    $results
    Complete-Run $results 0
}

$registry = @{ SkipTlsVerification = $SkipTlsVerification }
foreach ($name in 'Credential', 'AuthFile', 'CertificateDirectory', 'RetryCount', 'RetryDelay') {
    if ($PSBoundParameters.ContainsKey($name)) { $registry[$name] = $PSBoundParameters[$name] }
}
$resolve = { $PSCmdlet.GetUnresolvedProviderPathFromPSPath($args[0]) }
$options = @{
    Registry = $registry; Platform = $Platform; WorkDirectory = & $resolve $WorkDirectory; RestoreWith = $RestoreWith
    AlertUri = $AlertUri; OnAlert = $OnAlert; AlertAfter = $AlertAfter; AlertTimeout = $AlertTimeout
    LogPath = & $resolve $LogPath; StateFile = Join-Path (& $resolve $StateDirectory) 'state.json'
}
$cmdlet = $PSCmdlet
$agreed =
    { param($Plan) $cmdlet.ShouldProcess($Plan.Mirror,
        $Plan.Action -eq 'Copied' ? "Copy $($Plan.Source)" : "Update by delta to $($Plan.Source)") }

$lock = $null
try {
    $rows = @(Read-Table $Path)
    if ($WhatIfPreference) { Show-Run $rows $options $agreed }
    else {
        $null = New-Item -ItemType Directory -Force -Path $StateDirectory -Confirm:$false
        $lock = Open-Lock (Join-Path (Split-Path $options.StateFile) 'mirror.lock')
        Invoke-Run $rows $options $agreed
    }
}
catch { $PSCmdlet.ThrowTerminatingError($_) }
finally { if ($lock) { $lock.Dispose() } }
