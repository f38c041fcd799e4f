# Dot-sourced by build.ps1 and Export-Help.ps1: the module's help, and the digests that say what it was made from.
# The digests are in the form of sha256sum: `sha256sum --check` in the repository's root reads them.

$HelpFile = 'src/Diffah.PowerShell/en-US/Diffah.PowerShell.dll-Help.xml'
$HelpDigests = "$HelpFile.sha256"

# What the help is made from, and the help itself, each with its digest, as lines.
function Get-HelpDigest([string] $Root) {
    $pages = Get-ChildItem (Join-Path $Root 'docs/cmdlets/*.md') | ForEach-Object { "docs/cmdlets/$($_.Name)" }
    foreach ($name in @($pages) + 'build/Export-Help.ps1' + $HelpFile | Sort-Object -Culture '') {
        $path = Join-Path $Root $name
        if (Test-Path -LiteralPath $path) {
            "$((Get-FileHash -LiteralPath $path -Algorithm SHA256).Hash.ToLowerInvariant())  $name"
        }
    }
}

# True where the help is the one that was made from the pages as they are.
function Test-HelpCurrent([string] $Root) {
    $digests = Join-Path $Root $HelpDigests
    $known = (Test-Path -LiteralPath $digests) ? (Get-Content -LiteralPath $digests) : @()
    ($known -join "`n") -ceq ((Get-HelpDigest $Root) -join "`n")
}
