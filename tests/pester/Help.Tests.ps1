BeforeDiscovery {
    $topics = Get-ChildItem (Join-Path $PSScriptRoot '../../src/Diffah.PowerShell/en-US/about_*.help.txt') |
        ForEach-Object { @{ Topic = $_.Name -replace '\.help\.txt$'; File = $_.FullName } }
    $pages = Get-ChildItem (Join-Path $PSScriptRoot '../../docs/cmdlets/*.md') |
        ForEach-Object { @{ Name = $_.BaseName; Page = $_.FullName } }
    $cmdlets = (Import-PowerShellDataFile (Join-Path $PSScriptRoot '../../Diffah.psd1')).CmdletsToExport |
        ForEach-Object { @{ Name = $_ } }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $maml = Join-Path (Split-Path (Get-ModuleUnderTest)) 'en-US/Diffah.PowerShell.dll-Help.xml'
    $common = [System.Management.Automation.PSCmdlet]::CommonParameters

    # The parameters of a page: the headings of its PARAMETERS section, each with its block of facts.
    function Get-PageParameter([string] $Page) {
        $section =
            (Get-Content -LiteralPath $Page -Raw) -replace '(?s)^.*?\n## PARAMETERS\n' -replace '(?s)\n## INPUTS\n.*$'
        foreach ($match in [regex]::Matches($section, '(?s)### -(?<name>\w+)\n(?<text>.*?)```yaml\n(?<facts>.*?)```')) {
            [pscustomobject]@{
                Name = $match.Groups['name'].Value
                Text = $match.Groups['text'].Value.Trim()
                Facts = $match.Groups['facts'].Value
            }
        }
    }
}

Describe 'The pages' {
    It 'are one a cmdlet' -ForEach @(@{ Pages = $pages.Name; Cmdlets = $cmdlets.Name }) {
        ($Pages | Sort-Object) | Should -Be ($Cmdlets | Sort-Object)
    }
}

Describe 'The page of <Name>' -ForEach $pages {
    BeforeAll {
        $text = Get-Content -LiteralPath $Page -Raw
        $command = Get-Command $Name
        $documented = Get-PageParameter $Page
    }

    It 'has no placeholder left' { $text | Should -Not -Match '\{\{' }

    It 'has the parameters of the code, no more and no fewer' {
        ($documented | ForEach-Object Name | Sort-Object) -join ' ' |
            Should -Be (($command.Parameters.Keys.Where({ $_ -notin $common }) | Sort-Object) -join ' ')
    }

    It 'has their types, aliases and positions' {
        foreach ($entry in $documented) {
            $parameter = $command.Parameters[$entry.Name]
            $entry.Facts | Should -Match "(?m)^Type: $([regex]::Escape($parameter.ParameterType.FullName))$"
            foreach ($alias in $parameter.Aliases) { $entry.Facts | Should -Match "(?m)^- $alias$" }
            foreach ($set in $parameter.ParameterSets.Values) {
                $entry.Facts | Should -Match ('Position: ' + ($set.Position -lt 0 ? 'Named' : $set.Position))
                $entry.Facts | Should -Match "IsRequired: $($set.IsMandatory)"
                $entry.Facts | Should -Match "ValueFromPipelineByPropertyName: $($set.ValueFromPipelineByPropertyName)"
            }
        }
    }

    It 'says something of each parameter' {
        $documented | ForEach-Object { $_.Text.Length | Should -BeGreaterThan 20 -Because $_.Name }
    }

    It 'says the defaults that the code has' {
        $cmdlet = [activator]::CreateInstance($command.ImplementingType)
        foreach ($entry in $documented) {
            $property = $command.ImplementingType.GetProperty($entry.Name)
            # WhatIf and Confirm are PowerShell's own, and switches are off.
            if (-not $property -or
                -not ($property.PropertyType.IsEnum -or $property.PropertyType -in [int], [long], [string])) {
                    continue
                }
            $said = [regex]::Match($entry.Facts, "(?m)^DefaultValue: '?(.*?)'?$").Groups[1].Value
            $value = $property.GetValue($cmdlet)
            $size = 0L
            if ($value -is [long] -and [Diffah.Engine.Diagnostics.ByteSize]::TryParse($said, [ref] $size)) {
                $said = $size
            }
            "$said" | Should -Be "$value" -Because $entry.Name
        }
    }

    It 'names only error ids that exist' {
        $table = @($text -split "`n" | Where-Object { $_ -match '^\| `' } | ForEach-Object { ($_ -split '\|')[1] })
        $ids = [regex]::Matches($table -join ' ', '`(\w+)`') | ForEach-Object { $_.Groups[1].Value }
        $ids | Where-Object { $_ -notin [Diffah.Engine.Diagnostics.DiffahErrors]::All.Code } | Should -BeNullOrEmpty
    }

    It 'has three examples or more, and they can be parsed and bound' {
        $examples = [regex]::Matches(($text -replace '(?s)\n## PARAMETERS.*$'), '(?s)```powershell\n(.*?)```')
        $examples.Count | Should -BeGreaterOrEqual 3
        foreach ($example in $examples) {
            $problems = $null
            $ast = [System.Management.Automation.Language.Parser]::ParseInput($example.Groups[1].Value,
                [ref] $null, [ref] $problems)
            $problems | Should -BeNullOrEmpty
            foreach ($call in $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] -and
                $args[0].GetCommandName() -like '*-Diffah*' }, $true)) {
                $known = (Get-Command $call.GetCommandName()).Parameters.Keys
                $call.CommandElements.Where({ $_ -is [System.Management.Automation.Language.CommandParameterAst] }) |
                    ForEach-Object ParameterName | Where-Object { $_ -notin $known } | Should -BeNullOrEmpty
            }
        }
    }
}

Describe 'The help file' {
    It 'is in the module, as it is in the sources' {
        $source = Get-RepositoryPath 'src/Diffah.PowerShell/en-US/Diffah.PowerShell.dll-Help.xml'
        (Get-FileHash -LiteralPath $maml).Hash | Should -Be (Get-FileHash -LiteralPath $source).Hash
    }

    It 'was made from the pages as they are' {
        . (Get-RepositoryPath 'build/Help.ps1')
        Test-HelpCurrent (Get-RepositoryPath '.') | Should -BeTrue -Because 'build/Export-Help.ps1 makes it anew'
    }

    It 'is missed where a page was changed since' {
        . (Get-RepositoryPath 'build/Help.ps1')
        $copy = (New-Item -ItemType Directory (Join-Path $TestDrive 'copy')).FullName
        foreach ($folder in 'docs/cmdlets', 'build', 'src/Diffah.PowerShell/en-US') {
            $null = New-Item -ItemType Directory -Force (Split-Path (Join-Path $copy $folder))
            Copy-Item -Recurse (Get-RepositoryPath $folder) (Join-Path $copy $folder)
        }
        Test-HelpCurrent $copy | Should -Be (Test-HelpCurrent (Get-RepositoryPath '.'))
        Add-Content (Join-Path $copy 'docs/cmdlets/New-DiffahKey.md') 'More.'
        Test-HelpCurrent $copy | Should -BeFalse
    }

    It 'is missed in a package' {
        . (Get-RepositoryPath 'build/Packaging.ps1')
        $bare = (New-Item -ItemType Directory (Join-Path $TestDrive 'bare')).FullName
        Copy-Item -Recurse (Join-Path (Split-Path (Get-ModuleUnderTest)) '*') $bare
        Remove-Item (Join-Path $bare 'en-US/*-Help.xml')
        { New-ModulePackage $bare (Join-Path $TestDrive 'packages') } | Should -Throw '*without help*'
    }
}

Describe 'Get-Help <Name> -Online' -ForEach $cmdlets {
    BeforeAll {
        $project = (Import-PowerShellDataFile (Get-RepositoryPath 'Diffah.psd1')).PrivateData.PSData.ProjectUri
        $page = "$project/blob/main/docs/cmdlets/$Name.md"
    }

    It 'is told the page by cmdlet and help alike' {
        (Get-Command $Name).HelpUri | Should -Be $page
        (Get-Help $Name).relatedLinks.navigationLink.Where({ $_.linkText -eq 'Online Version' }).uri | Should -Be $page
        Get-RepositoryPath "docs/cmdlets/$Name.md" | Should -Exist
    }

    # What opens a page on Linux is a program named xdg-open.
    It 'opens it' -Skip:(-not $IsLinux) {
        $browser = (New-Item -ItemType Directory -Force (Join-Path $TestDrive 'browser')).FullName
        $opened = Join-Path $TestDrive "$Name.opened"
        Set-Content (Join-Path `
            $browser 'xdg-open') "#!/bin/sh`nprintf %s `"`$1`" >'$opened.part' && mv '$opened.part' '$opened'"
        chmod +x (Join-Path $browser 'xdg-open')
        $before = $env:PATH
        $env:PATH = $browser + [IO.Path]::PathSeparator + $before
        try { Get-Help $Name -Online } finally { $env:PATH = $before }
        Wait-Until { Test-Path -LiteralPath $opened }
        Get-Content -LiteralPath $opened -Raw | Should -Be $page
    }
}

Describe 'Get-Help <Name>' -ForEach $cmdlets {
    BeforeAll {
        $help = Get-Help $Name -Full
        $page = Get-RepositoryPath "docs/cmdlets/$Name.md"
        $documented = @(Get-PageParameter $page)
        # Asked for all at once, for each question takes a while; a cmdlet without parameters gives an error.
        $told = @{}
        if ($documented) { Get-Help $Name -Parameter * | ForEach-Object { $told[$_.name] = $_ } }
    }

    It 'shows synopsis, description and examples' {
        $text = Get-Content -LiteralPath $page -Raw
        $text | Should -Match ([regex]::Escape($help.Synopsis.Trim()))
        $help.description.Text | Should -Not -BeNullOrEmpty
        @($help.examples.example).Count | Should -Be ([regex]::Matches($text, '(?m)^### Example ')).Count
        $help.examples.example.code | ForEach-Object { $_ | Should -Match '-Diffah' }
        ($help | Out-String) | Should -Not -Match '```'
    }

    It 'shows the defaults of the page' {
        foreach ($entry in $documented) {
            $said = [regex]::Match($entry.Facts, "(?m)^DefaultValue: '?(.*?)'?$").Groups[1].Value
            "$($told[$entry.Name].PSObject.Properties['defaultValue']?.Value)" | Should -Be $said -Because $entry.Name
        }
    }

    It 'describes every parameter of the code, as the page does' {
        (Get-Command $Name).Parameters.Keys.Where({ $_ -notin $common }) |
            Where-Object { -not $told[$_] } | Should -BeNullOrEmpty
        $words = { param($text) ($text -join ' ') -replace '\s+', ' ' }
        foreach ($entry in $documented) {
            & $words $told[$entry.Name].description.Text | Should -Be (& $words $entry.Text) -Because $entry.Name
        }
    }
}

Describe 'about_Diffah' {
    It 'is found' { (Get-Help about_Diffah | Out-String) | Should -Match 'IMAGE REFERENCES' }
}

Describe 'The topic <Topic>' -ForEach $topics {
    BeforeAll { $text = Get-Content -LiteralPath $File -Raw }

    It 'is staged as it is, and found' {
        $staged = Join-Path (Split-Path (Get-ModuleUnderTest)) "en-US/$Topic.help.txt"
        Get-Content -LiteralPath $staged -Raw | Should -Be $text
        (Get-Help $Topic | Out-String) | Should -Match "(?m)^\s*$Topic\s*$"
    }

    It 'has the usual parts, in lines that fit' {
        foreach ($part in 'TOPIC', 'SHORT DESCRIPTION', 'LONG DESCRIPTION') { $text | Should -Match "(?m)^$part$" }
        $text -split "`n" | Where-Object Length -GT 80 | Should -BeNullOrEmpty
    }

    It 'names only cmdlets and topics that exist' {
        [regex]::Matches($text, '\b[A-Z][a-z]+-Diffah[A-Za-z]+') | ForEach-Object Value |
            Sort-Object -Unique | Where-Object { $_ -notin (Get-Command -Module Diffah).Name } | Should -BeNullOrEmpty
        [regex]::Matches($text, '\babout_\w+') | ForEach-Object Value |
            Where-Object {
                $_ -like 'about_Diffah*' -and
                    $_ -notin (Get-ChildItem (Split-Path $File)).ForEach({ $_.Name -replace '\.help\.txt$' })
            } | Should -BeNullOrEmpty
    }
}

Describe 'The objects of about_Diffah_Archives' {
    It 'have the properties of the code, no more and no fewer: <_>' -ForEach 'DeltaArchive', 'DeltaArchiveImage',
        'DeltaArchiveLayer', 'ByteShare', 'DeltaArchiveFile',
            'LayerWaste', 'SizeHistogram', 'DeltaPlan', 'RestoredImage', 'RestoreOutcome', 'ArchiveFinding' {
        $text = Get-Content `
            -LiteralPath (Get-RepositoryPath 'src/Diffah.PowerShell/en-US/about_Diffah_Archives.help.txt') -Raw
        $block = [regex]::Match($text, "(?s)\n    $_\n(.*?)\n(?=    \w+\n|[A-Z]+\n)").Groups[1].Value
        $documented = [regex]::Matches($block, '(?m)^ {8}(\w+(?:, \w+)*) {2,}\S') |
            ForEach-Object { $_.Groups[1].Value -split ', ' }
        $name = $_
        $type = [Diffah.Engine.Deltas.Reports.DeltaArchive].Assembly.GetExportedTypes() | Where-Object Name -EQ $name
        $properties = $type.GetProperties([System.Reflection.BindingFlags] 'Public, Instance').Name
        ($documented | Sort-Object) -join ' ' | Should -Be (($properties | Sort-Object) -join ' ')
    }
}
