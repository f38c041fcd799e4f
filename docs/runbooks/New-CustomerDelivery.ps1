#Requires -Version 7.6
#Requires -Modules Diffah

<#
.SYNOPSIS
    Makes a delivery for a customer: one signed bundle of deltas, a manifest, checksums and instructions, in one folder.
.DESCRIPTION
    A table (CSV with the columns Name, Baseline, Target) says which images the customer has and is to get. The script
    makes one signed bundle of them, then plays the customer: it verifies the signature with the public key and rebuilds
    every image from its baseline. Only what passed goes into the folder, which appears whole or not at all:

    - delivery.delta.tar, delivery.delta.tar.sig: the bundle and its signature.
    - delivery.pub: the public key. The customer compares its fingerprint with the one he has from elsewhere.
    - delivery.json: for each image name, digests, layers and sizes; of the bundle size and SHA-256; the key's
      fingerprint; tool version; time.
    - INSTALL.md: what the customer does.
    - SHA256SUMS: checksums of all the others, as sha256sum writes them.

    Install-CustomerDelivery.ps1 is the other side.
.PARAMETER Path
    The table: CSV with Name, Baseline, Target. Names are lower-case letters, digits, _ and -. Relative paths start from
    the current location.
.PARAMETER Destination
    The folder to make. It must not be there.
.PARAMETER SigningKey
    The file of the private key, as New-DiffahKey makes it.
.PARAMETER SigningPassphrase
    The private key's passphrase.
.PARAMETER PublicKeyPath
    The file of the public key; the default is the private key's with the extension .pub.
.PARAMETER Platform
    Which image of an index is delivered, os/arch[/variant].
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
    An object: Path, KeyFingerprint, ArchiveSha256, ArchiveBytes, TargetBytes, Images.
.EXAMPLE
    ./New-CustomerDelivery.ps1 -Path release-42.csv -Destination ./acme-release-42 -SigningKey ./vendor.key `
        -SigningPassphrase (Read-Host -AsSecureString)

    Makes the folder acme-release-42.
.EXAMPLE
    ./New-CustomerDelivery.ps1 release-42.csv ./acme-release-42 -SigningKey ./vendor.key -WhatIf

    Reads the table, and says what would be made.
#>
[CmdletBinding(SupportsShouldProcess)]
[OutputType('Diffah.Delivery')]
param(
    [Parameter(Mandatory, Position = 0)]
    [ValidateNotNullOrEmpty()]
    [string] $Path,

    [Parameter(Mandatory, Position = 1)]
    [ValidateNotNullOrEmpty()]
    [string] $Destination,

    [Parameter(Mandatory)]
    [ValidateNotNullOrEmpty()]
    [string] $SigningKey,

    [securestring] $SigningPassphrase,

    [string] $PublicKeyPath = [IO.Path]::ChangeExtension($SigningKey, '.pub'),

    [string] $Platform = 'linux/amd64',

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

$ArchiveName, $PublicKeyName, $ManifestName,
    $InstructionsName, $SumsName = 'delivery.delta.tar', 'delivery.pub', 'delivery.json', 'INSTALL.md', 'SHA256SUMS'

function New-Problem([string] $Id, [string] $Message, [Management.Automation.ErrorCategory] $Category = 'InvalidData') {
    [Management.Automation.ErrorRecord]::new([InvalidOperationException]::new($Message), $Id, $Category, $null)
}

function Read-Table([string] $Path) {
    $rows = @(Import-Csv -LiteralPath $Path)
    if ($rows.Count -eq 0) { throw (New-Problem TableInvalid "There is no image in '$Path'.") }
    foreach ($column in 'Name', 'Baseline', 'Target') {
        if ($column -notin $rows[0].PSObject.Properties.Name) {
            throw (New-Problem TableInvalid "'$Path' has no column $column. It needs Name, Baseline and Target.")
        }
    }
    $rows
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

function Get-Sha256([string] $File) { (Get-FileHash -LiteralPath $File -Algorithm SHA256).Hash.ToLowerInvariant() }

# What the customer will do, done here: signature, and every image rebuilt from its baseline.
function Assert-Deliverable([string] $Folder, $Rows, [hashtable] $Common) {
    $baselines = @{}
    foreach ($row in $Rows) { $baselines[$row.Name] = $row.Baseline }
    $findings = Test-DiffahArchive -LiteralPath (Join-Path $Folder $ArchiveName) `
        -VerificationKey (Join-Path $Folder $PublicKeyName) -Baseline $baselines -RequireBaseline @Common
    $wrong = @($findings | Where-Object Status -EQ Fail)
    if ($wrong) {
        throw (New-Problem DeliveryInvalid `
            "The bundle did not pass: $(($wrong | ForEach-Object { "$($_.Check) $($_.Subject): $($_.Detail)" }) -join '; ')")
    }
}

function ConvertTo-ManifestImage($Image) {
    [ordered]@{
        name           = $Image.Name
        baselineDigest = $Image.BaselineManifestDigest
        targetDigest   = $Image.TargetManifestDigest
        mediaType      = $Image.TargetMediaType
        layerCount     = $Image.LayerCount
        layerBytes     = ($Image.Layers | Measure-Object TargetSize -Sum).Sum
        deliveredBytes = ($Image.Layers | Measure-Object ArchiveSize -Sum).Sum
    }
}

function ConvertTo-Manifest($Archive, [string] $Fingerprint) {
    [ordered]@{
        schemaVersion  = 1
        created        = $Archive.CreatedAt.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ')
        tool           = $Archive.Tool
        toolVersion    = $Archive.ToolVersion
        platform       = $Archive.Platform
        keyFingerprint = $Fingerprint
        archive        =
            [ordered]@{ file = $ArchiveName; bytes = $Archive.ArchiveBytes; sha256 = Get-Sha256 $Archive.Path }
        images         = @($Archive.Images | ForEach-Object { ConvertTo-ManifestImage $_ })
    }
}

function ConvertTo-Instruction([string] $Title, $Manifest) {
    $rows = $Manifest.images | ForEach-Object { "| $($_.name) | ``$($_.baselineDigest)`` | ``$($_.targetDigest)`` |" }
    @"
# Installing $Title

Made $($Manifest.created) by $($Manifest.tool) $($Manifest.toolVersion), for $($Manifest.platform).

| image | you have | you get |
| --- | --- | --- |
$($rows -join "`n")

1. You need PowerShell 7.6, the module Diffah, and Install-CustomerDelivery.ps1, which you have from us by another way than this folder.
2. The key that signed this has the fingerprint ``$($Manifest.keyFingerprint)``. Do not take it from here: use the one that you were given before.
3. Write images.csv, a row for each image. Baseline is where you have it, Destination where the new one is to go:

   ``````csv
   Name,Baseline,Destination
$(($Manifest.images | ForEach-Object { "   $($_.name),docker://registry.example.com/$($_.name):old,docker://registry.example.com/$($_.name):new" }) -join "`n")
   ``````

4. Install. Nothing is installed where anything is wrong; ``-WhatIf`` checks everything and installs nothing.

   ``````powershell
   ./Install-CustomerDelivery.ps1 -Path <this folder> -Table images.csv -Fingerprint <fingerprint>
   ``````

Without PowerShell: ``sha256sum -c SHA256SUMS``, then ``diffah verify`` and ``diffah unbundle``.
"@
}

function Write-Checksum([string] $Folder) {
    $lines = Get-ChildItem -LiteralPath $Folder -File -Force |
        Sort-Object Name | ForEach-Object { "$(Get-Sha256 $_.FullName)  $($_.Name)" }
    ($lines -join "`n") + "`n" | Set-Content -LiteralPath (Join-Path $Folder $SumsName) -NoNewline -Confirm:$false
}

# Everything of the delivery, in a folder that nobody has seen yet.
function Write-Delivery([string] $Folder, [string] $Title, $Rows, [hashtable] $Production, [hashtable] $Common) {
    $fingerprint = Get-KeyFingerprint $Production.PublicKey
    $signing = $Production.Signing
    $archive = $Rows | New-DiffahBundle `
        -Path (Join-Path $Folder $ArchiveName) -Platform $Production.Platform -Confirm:$false @signing @Common
    Copy-Item -LiteralPath $Production.PublicKey -Destination (Join-Path $Folder $PublicKeyName) -Confirm:$false
    Assert-Deliverable $Folder $Rows $Common
    $manifest = ConvertTo-Manifest $archive $fingerprint
    $manifest | ConvertTo-Json -Depth 5 | Set-Content -LiteralPath (Join-Path $Folder $ManifestName) -Confirm:$false
    ConvertTo-Instruction $Title $manifest |
        Set-Content -LiteralPath (Join-Path $Folder $InstructionsName) -Confirm:$false
    Write-Checksum $Folder
    [pscustomobject]@{
        PSTypeName = 'Diffah.Delivery'
        Path = $null; KeyFingerprint = $fingerprint; ArchiveSha256 = $manifest.archive.sha256
        ArchiveBytes = $archive.ArchiveBytes; TargetBytes = $archive.TargetBytes; Images = $manifest.images.name
    }
}

# Makes the folder beside its place, and moves it there once it is whole.
function Publish-Delivery([string] $Place, $Rows, [hashtable] $Production, [hashtable] $Common) {
    $parent, $title = (Split-Path $Place), (Split-Path -Leaf $Place)
    $partial = Join-Path $parent ".$title.$([guid]::NewGuid().ToString('n'))"
    $null = New-Item -ItemType Directory -Path $partial -Confirm:$false
    try {
        $delivery = Write-Delivery $partial $title $Rows $Production $Common
        [IO.Directory]::Move($partial, $Place)
        $delivery.Path = $Place
        $delivery
    }
    finally {
        if (Test-Path -LiteralPath $partial) { Remove-Item -LiteralPath $partial -Recurse -Force -Confirm:$false }
    }
}

try {
    $place = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Destination).TrimEnd('/')
    $rows = @(Read-Table $Path)
    if (Test-Path -LiteralPath $place) {
        throw (New-Problem DestinationExists `
            "'$place' is there already; a delivery is never changed. Name another folder." ResourceExists)
    }
    $common = @{ SkipTlsVerification = $SkipTlsVerification }
    foreach ($name in 'Credential', 'AuthFile', 'CertificateDirectory', 'WorkDirectory') {
        if ($PSBoundParameters.ContainsKey($name)) { $common[$name] = $PSBoundParameters[$name] }
    }
    $production = @{ PublicKey = $PublicKeyPath; Platform = $Platform; Signing = @{ SigningKey = $SigningKey } }
    if ($SigningPassphrase) { $production.Signing.SigningPassphrase = $SigningPassphrase }
    if ($PSCmdlet.ShouldProcess($place, "Make a delivery of $($rows.Name -join ', ')")) {
        Publish-Delivery $place $rows $production $common
    }
}
catch { $PSCmdlet.ThrowTerminatingError($_) }
