# Every script of the repository as PSScriptAnalyzer sees it, with the rules of PSScriptAnalyzerSettings.psd1.

BeforeDiscovery {
    $root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).ProviderPath
    $scripts = 'build.ps1', 'build/*.ps1', 'tests/pester/*.ps1', 'tests/pester/*.psm1', 'docs/runbooks/*.ps1' |
        ForEach-Object { Get-ChildItem (Join-Path $root $_) } |
        ForEach-Object { @{ Script = [IO.Path]::GetRelativePath($root, $_); FullName = $_.FullName } }
    $runbooks = $scripts | Where-Object Script -Like 'docs/runbooks/*'
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    $analyzer = Get-Module -ListAvailable PSScriptAnalyzer | Where-Object Version -GE '1.25'
}

Describe 'The scripts' {
    It 'are as PSScriptAnalyzer wants them' -ForEach @(@{ Files = $scripts.FullName }) {
        if (-not $analyzer) { Set-ItResult -Skipped -Because 'PSScriptAnalyzer 1.25 is not installed' }
        $Files | ForEach-Object {
            Invoke-ScriptAnalyzer -Path $_ -Settings (Get-RepositoryPath 'PSScriptAnalyzerSettings.psd1')
        } |
            ForEach-Object { "$($_.ScriptName):$($_.Line) $($_.RuleName): $($_.Message)" } | Should -BeNullOrEmpty
    }
}

# What PSScriptAnalyzer finds most, for machines without it.
Describe 'The script <Script>' -ForEach $scripts {
    BeforeAll {
        $problems = $null
        $tree = [System.Management.Automation.Language.Parser]::ParseFile($FullName, [ref] $null, [ref] $problems)
    }

    It 'can be parsed' { $problems | Should -BeNullOrEmpty }

    It 'calls commands by their names, and not by aliases' {
        $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true) |
            ForEach-Object { $_.GetCommandName() } |
            Where-Object { $_ -and (Test-Path -LiteralPath "Alias:$_") } | Should -BeNullOrEmpty
    }

    It 'names its functions with approved verbs' {
        $verbs = (Get-Verb).Verb
        $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.FunctionDefinitionAst] }, $true) |
            Where-Object { $_.Name -match '^(\w+)-\w+$' -and $Matches[1] -notin $verbs } |
                ForEach-Object Name | Should -BeNullOrEmpty
    }

    It 'has no empty catch, and no blanks at the ends of lines' {
        $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CatchClauseAst] -and
            $args[0].Body.Statements.Count -eq 0 }, $true) | Should -BeNullOrEmpty
        $text = Get-Content -LiteralPath $FullName -Raw
        $text | Should -Not -Match '(?m)[ \t]+$'
        $text[-1] | Should -Be "`n"
    }
}

Describe 'The runbook <Script>' -ForEach $runbooks {
    BeforeAll {
        $tree = [System.Management.Automation.Language.Parser]::ParseFile($FullName, [ref] $null, [ref] $null)
    }

    It 'asks before it changes anything, and is strict' {
        $tree.ParamBlock.Attributes.Extent.Text | Should -Contain '[CmdletBinding(SupportsShouldProcess)]'
        $tree.Extent.Text | Should -Match '(?m)^Set-StrictMode -Version 3$'
        $tree.Extent.Text | Should -Match "(?m)^\`$ErrorActionPreference = 'Stop'$"
    }

    It 'has help for every parameter, and examples' {
        $help = $tree.GetHelpContent()
        $help.Synopsis, $help.Description, $help.Examples, $help.Outputs | Should -Not -BeNullOrEmpty
        $named = $tree.ParamBlock.Parameters.Name.VariablePath.UserPath | Sort-Object
        $help.Parameters.Keys | Sort-Object | Should -Be $named
    }

    It 'gives objects, and handles no secret as text' {
        $unwanted = 'Write-Host', 'Out-Host', 'ConvertTo-SecureString', 'ConvertFrom-SecureString'
        $tree.FindAll({
            $args[0] -is [System.Management.Automation.Language.CommandAst] -and $args[0].GetCommandName() -in $unwanted
        }, $true) | Should -BeNullOrEmpty
    }

    It 'keeps its functions small' {
        $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.FunctionDefinitionAst] }, $true) |
            Where-Object {
                $_.Extent.EndLineNumber - $_.Extent.StartLineNumber -gt 20 -and $_.Name -ne 'ConvertTo-Instruction'
            } | ForEach-Object Name | Should -BeNullOrEmpty
    }
}
