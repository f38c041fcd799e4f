BeforeDiscovery {
    $pages = Get-ChildItem (Join-Path $PSScriptRoot '../../docs/cmdlets/*.md') | ForEach-Object { @{ Name = $_.BaseName; Page = $_.FullName } }
    $cmdlets = (Import-PowerShellDataFile (Join-Path $PSScriptRoot '../../Diffah.psd1')).CmdletsToExport | ForEach-Object { @{ Name = $_ } }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $maml = Join-Path (Split-Path (Get-ModuleUnderTest)) 'en-US/Diffah.PowerShell.dll-Help.xml'
    $common = [System.Management.Automation.PSCmdlet]::CommonParameters

    # The parameters of a page: the headings of its PARAMETERS section, each with its block of facts.
    function Get-PageParameter([string] $Page) {
        $section = (Get-Content -LiteralPath $Page -Raw) -replace '(?s)^.*?\n## PARAMETERS\n' -replace '(?s)\n## INPUTS\n.*$'
        foreach ($match in [regex]::Matches($section, '(?s)### -(?<name>\w+)\n(?<text>.*?)```yaml\n(?<facts>.*?)```')) {
            [pscustomobject]@{ Name = $match.Groups['name'].Value; Text = $match.Groups['text'].Value.Trim(); Facts = $match.Groups['facts'].Value }
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
        ($documented | ForEach-Object Name | Sort-Object) -join ' ' | Should -Be (($command.Parameters.Keys.Where({ $_ -notin $common }) | Sort-Object) -join ' ')
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

    It 'says something of each parameter' { $documented | ForEach-Object { $_.Text.Length | Should -BeGreaterThan 20 -Because $_.Name } }

    It 'names only error ids that exist' {
        $table = @($text -split "`n" | Where-Object { $_ -match '^\| `' } | ForEach-Object { ($_ -split '\|')[1] })
        $ids = [regex]::Matches($table -join ' ', '`(\w+)`') | ForEach-Object { $_.Groups[1].Value }
        $ids | Where-Object { $_ -notin [Diffah.Engine.Diagnostics.DiffahErrors]::All.Code } | Should -BeNullOrEmpty
    }

    It 'has two examples or more, and they can be parsed and bound' {
        $examples = [regex]::Matches(($text -replace '(?s)\n## PARAMETERS.*$'), '(?s)```powershell\n(.*?)```')
        $examples.Count | Should -BeGreaterOrEqual 2
        foreach ($example in $examples) {
            $problems = $null
            $ast = [System.Management.Automation.Language.Parser]::ParseInput($example.Groups[1].Value, [ref] $null, [ref] $problems)
            $problems | Should -BeNullOrEmpty
            foreach ($call in $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] -and $args[0].GetCommandName() -like '*-Diffah*' }, $true)) {
                $known = (Get-Command $call.GetCommandName()).Parameters.Keys
                $call.CommandElements.Where({ $_ -is [System.Management.Automation.Language.CommandParameterAst] }) | ForEach-Object ParameterName | Where-Object { $_ -notin $known } | Should -BeNullOrEmpty
            }
        }
    }
}

Describe 'Get-Help <Name>' -ForEach $cmdlets {
    BeforeEach {
        if (-not (Test-Path -LiteralPath $maml)) { Set-ItResult -Skipped -Because 'the staged module has no help: Microsoft.PowerShell.PlatyPS was not there when it was built' }
    }

    It 'shows synopsis, description and examples' {
        $help = Get-Help $Name -Full
        $page = Get-Content -LiteralPath (Get-RepositoryPath "docs/cmdlets/$Name.md") -Raw
        $page | Should -Match ([regex]::Escape($help.Synopsis.Trim()))
        $help.description.Text | Should -Not -BeNullOrEmpty
        @($help.examples.example).Count | Should -Be ([regex]::Matches($page, '(?m)^### Example ')).Count
        $help.examples.example.code | ForEach-Object { $_ | Should -Match '-Diffah' }
        ($help | Out-String) | Should -Not -Match '```'
    }

    It 'describes every parameter' {
        $own = (Get-Command $Name).Parameters.Keys.Where({ $_ -notin $common })
        # Of a cmdlet that has none, Get-Help finds none with an error.
        foreach ($parameter in ($own ? (Get-Help $Name -Parameter *) : @())) { $parameter.description.Text | Should -Not -BeNullOrEmpty -Because $parameter.name }
    }
}

Describe 'about_Diffah' {
    It 'is found' { (Get-Help about_Diffah | Out-String) | Should -Match 'IMAGE REFERENCES' }
}
