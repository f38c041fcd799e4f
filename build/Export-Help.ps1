#Requires -Version 7.6
<#
.SYNOPSIS
    Writes the module's help (MAML) from docs/cmdlets, and the digests of the pages it was made from.
.DESCRIPTION
    The help is in the repository, because what writes it, Microsoft.PowerShell.PlatyPS, is not everywhere. Run this
    script after a change to docs/cmdlets, and commit what it writes:
    src/Diffah.PowerShell/en-US/Diffah.PowerShell.dll-Help.xml. Tests fail where pages and help are apart.
#>
[CmdletBinding()]
param()

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$root = Split-Path $PSScriptRoot
. (Join-Path $PSScriptRoot 'Help.ps1')
if (-not (Get-Module -ListAvailable Microsoft.PowerShell.PlatyPS)) {
    throw 'Microsoft.PowerShell.PlatyPS, which writes help, is not installed. Get it with: Install-PSResource Microsoft.PowerShell.PlatyPS'
}
Import-Module Microsoft.PowerShell.PlatyPS

# As text files are here: UTF-8 without a mark, lines that end in LF, and a last line that ends.
function Save-Document([xml] $Document, [string] $Path) {
    $settings = [System.Xml.XmlWriterSettings]@{
        Indent = $true
        NewLineChars = "`n"
        NewLineHandling = 'Replace'
        Encoding = [System.Text.UTF8Encoding]::new($false)
    }
    $writer = [System.Xml.XmlWriter]::Create($Path, $settings)
    try {
        $Document.Save($writer)
    }
    finally {
        $writer.Dispose()
    }
    Add-Content -LiteralPath $Path -Value "`n" -NoNewline
}

# PlatyPS leaves an example's code in its introduction, fences, marks and all; where Get-Help looks for code there is
# nothing.
function Move-ExampleCode([xml] $Document) {
    foreach ($example in $Document.GetElementsByTagName('command:example')) {
        $code, $remarks = $example['dev:code'], $example['dev:remarks']
        foreach ($paragraph in @($example['maml:introduction'].ChildNodes)) {
            if ($paragraph.InnerText -match '(?s)^(?:<!--[^\n]*-->\r?\n)?```powershell\r?\n(.*?)\r?\n```$') {
                $code.InnerText = $Matches[1]
            }
            elseif ($paragraph.InnerText.Trim([char]0x80, ' ')) {
                $null = $remarks.AppendChild($paragraph.CloneNode($true))
            }
            $null = $paragraph.ParentNode.RemoveChild($paragraph)
        }
    }
}

# PlatyPS leaves out the defaults that the pages say, which Get-Help would show.
function Add-DefaultValue([xml] $Document, $Page) {
    foreach ($command in $Document.GetElementsByTagName('command:command')) {
        $defaults = @{}
        ($Page | Where-Object Title -EQ $command['command:details']['command:name'].InnerText.Trim()).Parameters |
            Where-Object DefaultValue | ForEach-Object { $defaults[$_.Name] = $_.DefaultValue }
        foreach ($parameter in $command['command:parameters'].ChildNodes |
            Where-Object { $defaults[$_['maml:name'].InnerText] }) {
            $value = $Document.CreateElement('dev', 'defaultValue', $parameter['dev:type'].NamespaceURI)
            $value.InnerText = $defaults[$parameter['maml:name'].InnerText]
            $null = $parameter.InsertAfter($value, $parameter['dev:type'])
        }
    }
}

# PlatyPS makes a folder of its own below the one it is given, and emits the files as one collection.
$work = New-Item -ItemType Directory `
    -Path (Join-Path ([System.IO.Path]::GetTempPath()) "diffah-help-$([guid]::NewGuid().ToString('n'))")
try {
    $pages = Import-MarkdownCommandHelp -Path (Get-ChildItem (Join-Path $root 'docs/cmdlets/*.md')).FullName
    $written = Export-MamlCommandHelp -CommandHelp $pages -OutputFolder $work -Force
    $document = [xml](Get-Content -LiteralPath $written.FullName -Raw)
    Move-ExampleCode $document
    Add-DefaultValue $document $pages
    Save-Document $document (Join-Path $root $HelpFile)
    Set-Content -LiteralPath (Join-Path $root $HelpDigests) -Value ((Get-HelpDigest $root) -join "`n")
    Write-Host "Help of $($pages.Count) cmdlets in $HelpFile"
}
finally {
    Remove-Item -LiteralPath $work -Recurse -Force
}
