BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
}

Describe 'Test-DiffahEnvironment' {
    It 'gives a typed result a check' {
        $checks = Test-DiffahEnvironment
        $checks | Should -BeOfType ([Diffah.Engine.Operations.EnvironmentCheck])
        $checks.Name | Should -Contain 'zstd'
        $checks.Name | Should -Contain 'tmpdir'
    }

    It 'gives one boolean with -Quiet' {
        $answer = Test-DiffahEnvironment -Quiet
        $answer | Should -BeOfType ([bool])
        $answer | Should -Be (-not ((Test-DiffahEnvironment).Status -contains 'Fail'))
    }

    It 'resolves -WorkDirectory against the session''s location' {
        $null = New-Item -ItemType Directory (Join-Path $TestDrive 'spool')
        Push-Location $TestDrive
        try { (Test-DiffahEnvironment -WorkDirectory ./spool | Where-Object Name -EQ 'tmpdir').Detail |
            Should -Match ([regex]::Escape((Join-Path $TestDrive 'spool'))) }
        finally { Pop-Location }
    }

    It 'says what is wrong and what to do, and is no error' {
        $check = Test-DiffahEnvironment -WorkDirectory (Join-Path $TestDrive 'missing/deep') -ErrorAction Stop |
            Where-Object Name -EQ 'tmpdir'
        $check.Status | Should -BeIn 'Ok', 'Fail'
        if ($check.Status -eq 'Fail') { $check.Hint | Should -Not -BeNullOrEmpty }
    }

    It 'names the zstd that is built in, and no library of the system' {
        $check = Test-DiffahEnvironment | Where-Object Name -EQ 'zstd'
        "$($check.Status)", $check.Detail, $check.Hint | Should -Be 'Ok', '1.5.7, built in', ''
        (Test-DiffahEnvironment).Name | Should -Not -Contain 'sodium'
    }
}
