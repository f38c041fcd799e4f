#Requires -Version 7.6
<#
.SYNOPSIS
    Writes the module's help (MAML) from docs/cmdlets into the staged module.
.PARAMETER ModulePath
    The staged module's folder; the default is out/Diffah/<version>.
#>
[CmdletBinding()]
param([string] $ModulePath)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$root = Split-Path $PSScriptRoot
if (-not $ModulePath) {
    $ModulePath = Join-Path $root "out/Diffah/$((Import-PowerShellDataFile (Join-Path $root 'Diffah.psd1')).ModuleVersion)"
}
if (-not (Get-Module -ListAvailable Microsoft.PowerShell.PlatyPS)) {
    Write-Host 'SKIPPED: the module''s help: Microsoft.PowerShell.PlatyPS is not installed'
    return
}
Import-Module Microsoft.PowerShell.PlatyPS

# PlatyPS leaves an example's code in its introduction, fences, marks and all; where Get-Help looks for code there is nothing.
function Move-ExampleCode([string] $Path) {
    $document = [xml](Get-Content -LiteralPath $Path -Raw)
    foreach ($example in $document.GetElementsByTagName('command:example')) {
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
    $document.Save($Path)
}

# PlatyPS leaves out the defaults that the pages say, which Get-Help would show.
function Add-DefaultValue([string] $Path, $Page) {
    $document = [xml](Get-Content -LiteralPath $Path -Raw)
    foreach ($command in $document.GetElementsByTagName('command:command')) {
        $defaults = @{}
        ($Page | Where-Object Title -EQ $command['command:details']['command:name'].InnerText.Trim()).Parameters | Where-Object DefaultValue | ForEach-Object { $defaults[$_.Name] = $_.DefaultValue }
        foreach ($parameter in $command['command:parameters'].ChildNodes | Where-Object { $defaults[$_['maml:name'].InnerText] }) {
            $value = $document.CreateElement('dev', 'defaultValue', $parameter['dev:type'].NamespaceURI)
            $value.InnerText = $defaults[$parameter['maml:name'].InnerText]
            $null = $parameter.InsertAfter($value, $parameter['dev:type'])
        }
    }
    $document.Save($Path)
}

# PlatyPS makes a folder of its own below the one it is given, and emits the files as one collection.
$work = New-Item -ItemType Directory -Path (Join-Path ([System.IO.Path]::GetTempPath()) "diffah-help-$([guid]::NewGuid().ToString('n'))")
try {
    $pages = Import-MarkdownCommandHelp -Path (Get-ChildItem (Join-Path $root 'docs/cmdlets/*.md')).FullName
    $written = Export-MamlCommandHelp -CommandHelp $pages -OutputFolder $work -Force
    Move-ExampleCode $written.FullName
    Add-DefaultValue $written.FullName $pages
    $culture = New-Item -ItemType Directory -Path (Join-Path $ModulePath 'en-US') -Force
    Copy-Item -LiteralPath $written.FullName -Destination $culture
    Write-Host "Help of $($pages.Count) cmdlets in $([System.IO.Path]::GetRelativePath($root, $culture))"
}
finally {
    Remove-Item -LiteralPath $work -Recurse -Force
}
