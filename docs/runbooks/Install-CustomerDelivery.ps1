#Requires -Version 7.6
#Requires -Modules Diffah

<#
.SYNOPSIS
    Checks a delivery that New-CustomerDelivery.ps1 made, and installs its images. Nothing is installed where anything
    is wrong.
.DESCRIPTION
    Before anything is written, in this order:

    1. SHA256SUMS covers every file of the folder, and every checksum is right.
    2. The public key has the fingerprint you were given by another way than the delivery itself.
    3. The table has a baseline and a destination for every image of the delivery.
    4. The bundle's signature is that of the key, and delivery.json says of the images what the signed bundle says.
    5. Every baseline is there and is the image the delta was made from.
    6. Every image can be rebuilt from its baseline, to the last byte.

    Then the images are restored, and the digest of each is read back from its destination and compared with
    delivery.json.
.PARAMETER Path
    The folder of the delivery.
.PARAMETER Table
    CSV with Name, Baseline, Destination: where you have each image, and where the new one goes. Relative paths start
    from the current location.
.PARAMETER Fingerprint
    The fingerprint of the vendor's public key, sha256:HEX, from a letter, a contract, a call: never from the delivery.
.PARAMETER VerificationKey
    The file of the vendor's public key; the default is the one in the delivery. Either way it must have the
    fingerprint.
.PARAMETER Force
    Replaces images that are there already, in files and folders. The tag of a registry is moved with or without it.
.PARAMETER WorkDirectory
    Where to spool; the default is DIFFAH_WORKDIR, or a folder beside the output.
.PARAMETER Credential
    User and password for the registries. For registries with different ones use an auth file.
.PARAMETER AuthFile
    A file with credentials (containers-auth.json).
.PARAMETER CertificateDirectory
    A folder with *.crt (CAs), and *.cert with *.key (certificates of the client).
.PARAMETER SkipTlsVerification
    Accepts any certificate, and registries without TLS.
.OUTPUTS
    An object an image: Name, Status (Installed, Failed), Destination, BaselineDigest, ExpectedDigest, InstalledDigest,
    Message.
.EXAMPLE
    ./Install-CustomerDelivery.ps1 -Path ./acme-release-42 -Table images.csv -Fingerprint sha256:0d5c... -WhatIf

    Checks everything, the rebuilding included, and installs nothing.
.EXAMPLE
    ./Install-CustomerDelivery.ps1 ./acme-release-42 images.csv sha256:0d5c... -AuthFile ./auth.json |
        Export-Csv installed.csv

    Installs, and keeps the report.
#>
[CmdletBinding(SupportsShouldProcess)]
[OutputType('Diffah.InstalledImage')]
param(
    [Parameter(Mandatory, Position = 0)]
    [ValidateNotNullOrEmpty()]
    [string] $Path,

    [Parameter(Mandatory, Position = 1)]
    [ValidateNotNullOrEmpty()]
    [string] $Table,

    [Parameter(Mandatory, Position = 2)]
    [ValidatePattern('^sha256:[0-9a-fA-F]{64}$', ErrorMessage = 'A fingerprint is sha256: and 64 hexadecimal digits.')]
    [string] $Fingerprint,

    [string] $VerificationKey,

    [switch] $Force,

    [string] $WorkDirectory,

    [Management.Automation.Credential()]
    [pscredential] $Credential,

    [string] $AuthFile,

    [string] $CertificateDirectory,

    [switch] $SkipTlsVerification
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$PublicKeyName, $ManifestName, $SumsName = 'delivery.pub', 'delivery.json', 'SHA256SUMS'

function New-Problem([string] $Id, [string] $Message, [Management.Automation.ErrorCategory] $Category = 'InvalidData') {
    [Management.Automation.ErrorRecord]::new([InvalidOperationException]::new($Message), $Id, $Category, $null)
}

# Lists all that is wrong in one error, since each of them has to be put right.
function Assert-None([string] $Id, [string] $Message, $Problems) {
    $problems = @($Problems)
    if ($problems) { throw (New-Problem $Id "$Message $($problems -join '; '). Nothing was installed." SecurityError) }
}

# --- the folder

# The checksums by file name. A name that leads out of the folder is none.
function Read-Checksum([string] $Folder) {
    $file = Join-Path $Folder $SumsName
    if (-not (Test-Path -LiteralPath $file -PathType Leaf)) {
        throw (New-Problem DeliveryIncomplete "There is no $SumsName in '$Folder'." ObjectNotFound)
    }
    $sums = @{}
    foreach ($line in Get-Content -LiteralPath $file) {
        if ($line -notmatch '^(?<sum>[0-9a-f]{64}) [ *](?<name>[A-Za-z0-9][A-Za-z0-9._-]*)$') {
            throw (New-Problem ChecksumsInvalid "$SumsName has a line that is no checksum: $line")
        }
        $sums[$Matches.name] = $Matches.sum
    }
    $sums
}

function Get-ChecksumProblem([string] $Folder, [hashtable] $Sums) {
    $there = @(Get-ChildItem -LiteralPath $Folder -Force | Where-Object Name -CNE $SumsName)
    $there | Where-Object { $_ -isnot [IO.FileInfo] -or -not $Sums.ContainsKey($_.Name) } |
        ForEach-Object { "$($_.Name) has no checksum" }
    foreach ($name in $Sums.Keys | Sort-Object) {
        $file = Join-Path $Folder $name
        if (-not (Test-Path -LiteralPath $file -PathType Leaf)) { "$name is missing" }
        elseif ((Get-FileHash -LiteralPath $file -Algorithm SHA256).Hash -ne $Sums[$name]) {
            "$name has another checksum"
        }
    }
}

# SHA-256 of the public key (DER), as New-DiffahKey says it.
function Get-KeyFingerprint([string] $File) {
    $key = [Security.Cryptography.ECDsa]::Create()
    try {
        $key.ImportFromPem((Get-Content -LiteralPath $File -Raw))
        'sha256:' +
            [Convert]::ToHexStringLower([Security.Cryptography.SHA256]::HashData($key.ExportSubjectPublicKeyInfo()))
    }
    catch [ArgumentException] { throw (New-Problem KeyInvalid "'$File' is no public key: $($_.Exception.Message)") }
    finally { $key.Dispose() }
}

function Assert-Key([string] $File, [string] $Fingerprint) {
    $found = Get-KeyFingerprint $File
    if ($found -ne $Fingerprint) {
        throw (New-Problem FingerprintDiffers `
            "The key '$File' has the fingerprint $found, and $Fingerprint was expected. Ask the vendor, not the delivery. Nothing was installed." SecurityError)
    }
}

# --- delivery.json, next to the table and to the bundle

function Read-Manifest([string] $Folder) {
    $manifest = Get-Content -LiteralPath (Join-Path $Folder $ManifestName) -Raw | ConvertFrom-Json -DateKind String
    if ($manifest.schemaVersion -ne 1) {
        throw (New-Problem `
            DeliveryUnknown "$ManifestName has the version $($manifest.schemaVersion), and this script knows 1.")
    }
    if ($manifest.archive.file -notmatch '^[A-Za-z0-9][A-Za-z0-9._-]*$') {
        throw (New-Problem DeliveryUnknown "$ManifestName names a bundle outside of the folder.")
    }
    $manifest
}

function Read-Table([string] $File) {
    $rows = @(Import-Csv -LiteralPath $File)
    $columns = $rows ? $rows[0].PSObject.Properties.Name : @()
    foreach ($column in 'Name', 'Baseline', 'Destination') {
        if ($column -notin $columns) {
            throw (New-Problem TableInvalid `
                "'$File' has no column $column. It needs Name, Baseline and Destination, and a row for each image.")
        }
    }
    $rows
}

function Get-TableProblem($Rows, $Manifest) {
    foreach ($name in $Manifest.images.name) {
        $own = @($Rows | Where-Object Name -CEQ $name)
        if ($own.Count -ne 1) { "$name has $($own.Count) rows" }
        elseif (-not $own[0].Baseline -or -not $own[0].Destination) { "$name needs a baseline and a destination" }
    }
    $Rows | Where-Object Name -CNotIn $Manifest.images.name | ForEach-Object { "$($_.Name) is not in the delivery" }
}

# delivery.json itself is not signed: what it says counts as far as the signed bundle says the same.
function Get-ManifestProblem($Manifest, $Archive, [string] $Fingerprint) {
    if ($Manifest.keyFingerprint -ne $Fingerprint) { "it names another key, $($Manifest.keyFingerprint)" }
    $said = { param($Name, $Baseline, $Target) "$Name from $Baseline to $Target" }
    $listed = @($Manifest.images | ForEach-Object { & $said $_.name $_.baselineDigest $_.targetDigest })
    $signed = @($Archive.Images | ForEach-Object { & $said $_.Name $_.BaselineManifestDigest $_.TargetManifestDigest })
    Compare-Object $listed $signed |
        ForEach-Object { "$($_.InputObject) is only in $($_.SideIndicator -eq '<=' ? $ManifestName : 'the bundle')" }
}

# --- the images

function Get-BaselineProblem($Rows, $Archive, [hashtable] $Common) {
    foreach ($row in $Rows) {
        $image = $Archive.Images | Where-Object Name -CEQ $row.Name
        try { $digest = (Get-DiffahImage $row.Baseline -Platform $Archive.Platform @Common).Digest }
        catch {
            "$($row.Name): $($_.Exception.Message)"
            continue
        }
        if ($digest -ne $image.BaselineManifestDigest) {
            "$($row.Name): $($row.Baseline) is $digest, and $($image.BaselineManifestDigest) is needed"
        }
    }
}

function Get-ArchiveProblem([hashtable] $Archive, [hashtable] $Common) {
    Test-DiffahArchive @Archive @Common |
        Where-Object Status -EQ Fail | ForEach-Object { "$($_.Check) $($_.Subject): $($_.Detail)" }
}

function ConvertTo-Named($Rows, [string] $Column) {
    $named = @{}
    foreach ($row in $Rows) { $named[$row.Name] = $row.$Column }
    $named
}

# All checks that need the delivery alone, then those that need the baselines. Gives what the delivery says, and the
# rows.
function Test-Delivery([string] $Folder, [string] $Table, [string] $Key, [string] $Fingerprint, [hashtable] $Common) {
    Assert-None ChecksumsInvalid `
        'The delivery is not what was sent:' (Get-ChecksumProblem $Folder (Read-Checksum $Folder))
    Assert-Key $Key $Fingerprint
    $manifest = Read-Manifest $Folder
    $rows = Read-Table $Table
    Assert-None TableInvalid "'$Table' does not fit the delivery:" (Get-TableProblem $rows $manifest)
    $signed = @{ LiteralPath = Join-Path $Folder $manifest.archive.file; VerificationKey = $Key }
    Assert-None BundleInvalid 'The bundle did not pass:' (Get-ArchiveProblem $signed @{})
    $archive = Get-DiffahArchive -LiteralPath $signed.LiteralPath
    Assert-None ManifestDiffers `
        "$ManifestName does not fit the signed bundle:" (Get-ManifestProblem $manifest $archive $Fingerprint)
    Assert-None BaselineUnfit 'A baseline is missing, or is another image:' (Get-BaselineProblem $rows $archive $Common)
    $rebuilt = $signed + @{ Baseline = ConvertTo-Named $rows Baseline; RequireBaseline = $true }
    Assert-None BundleInvalid 'The images can''t be rebuilt:' (Get-ArchiveProblem $rebuilt $Common)
    [pscustomobject]@{ Signed = $signed; Manifest = $manifest; Rows = $rows }
}

# What is at the destination now, whatever the restore said.
function Read-Installed([string] $Reference, [string] $Platform, [hashtable] $Common) {
    try { @{ Digest = (Get-DiffahImage $Reference -Platform $Platform @Common).Digest; Problem = $null } }
    catch { @{ Digest = $null; Problem = $_.Exception.Message } }
}

function ConvertTo-Report($Image, $Outcome, $Row, $Installed) {
    $isRight = $Installed.Digest -eq $Image.targetDigest -and "$(${Outcome}?.Status)" -eq 'Restored'
    [pscustomobject]@{
        PSTypeName = 'Diffah.InstalledImage'
        Name = $Image.name; Status = $isRight ? 'Installed' : 'Failed'; Destination = $Row.Destination
        BaselineDigest = $Image.baselineDigest
        ExpectedDigest = $Image.targetDigest; InstalledDigest = $Installed.Digest
        Message = ${Outcome}?.Error?.Message ?? $Installed.Problem
    }
}

function Install-Delivery($Delivery, [switch] $Force, [hashtable] $Common) {
    $signed = $Delivery.Signed
    $outcomes = @(Restore-DiffahImage @signed -Baseline (ConvertTo-Named $Delivery.Rows Baseline) `
        -Destination (ConvertTo-Named $Delivery.Rows Destination) -Strict -Force:$Force -Confirm:$false @Common)
    foreach ($image in $Delivery.Manifest.images) {
        $row = $Delivery.Rows | Where-Object Name -CEQ $image.name
        $installed = Read-Installed $row.Destination $Delivery.Manifest.platform $Common
        ConvertTo-Report $image ($outcomes | Where-Object Name -CEQ $image.name) $row $installed
    }
}

try {
    $folder = (Resolve-Path -LiteralPath $Path).ProviderPath
    $key = $VerificationKey ? $PSCmdlet.GetUnresolvedProviderPathFromPSPath($VerificationKey) :
        (Join-Path $folder $PublicKeyName)
    $common = @{ SkipTlsVerification = $SkipTlsVerification }
    foreach ($name in 'Credential', 'AuthFile', 'CertificateDirectory', 'WorkDirectory') {
        if ($PSBoundParameters.ContainsKey($name)) { $common[$name] = $PSBoundParameters[$name] }
    }
    $delivery = Test-Delivery $folder $Table $key $Fingerprint $common
    if ($PSCmdlet.ShouldProcess(($delivery.Rows.Destination -join ', '),
        "Install $($delivery.Rows.Name -join ', ') from $folder")) {
        $reports = @(Install-Delivery $delivery -Force:$Force $common)
        $reports
        $failed = @($reports | Where-Object Status -EQ Failed)
        if ($failed) {
            throw (New-Problem InstallFailed `
                "$($failed.Count) of $($reports.Count) images are not what was delivered: $($failed.Name -join ', ')." OperationStopped)
        }
    }
}
catch { $PSCmdlet.ThrowTerminatingError($_) }
