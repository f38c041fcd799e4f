BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
}

Describe 'Test-DiffahEnvironment' {
    It 'gives a typed result a check' {
        $checks = Test-DiffahEnvironment
        $checks | Should -BeOfType ([Diffah.Engine.Operations.EnvironmentCheck])
        $checks.Name | Should -Contain 'zstd'
        $checks.Name | Should -Contain 'sodium'
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
        try { (Test-DiffahEnvironment -WorkDirectory ./spool | Where-Object Name -EQ 'tmpdir').Detail | Should -Match ([regex]::Escape((Join-Path $TestDrive 'spool'))) }
        finally { Pop-Location }
    }

    It 'says what is wrong and what to do, and is no error' {
        $check = Test-DiffahEnvironment -WorkDirectory (Join-Path $TestDrive 'missing/deep') -ErrorAction Stop | Where-Object Name -EQ 'tmpdir'
        $check.Status | Should -BeIn 'Ok', 'Fail'
        if ($check.Status -eq 'Fail') { $check.Hint | Should -Not -BeNullOrEmpty }
    }

    It 'finds a missing libzstd' {
        $result = Invoke-FreshPowerShell -Environment @{ DIFFAH_LIBZSTD = '/nowhere/libzstd.so' } {
            Import-Module $module
            $check = Test-DiffahEnvironment | Where-Object Name -EQ 'zstd'
            "$($check.Status)"; $check.Hint.Length -gt 0
            Test-DiffahEnvironment -Quiet
        }
        $result[0] | Should -BeIn 'Warn', 'Fail'
        $result[1] | Should -Be 'True'
        $result[2] | Should -Be ($result[0] -eq 'Fail' ? 'False' : 'True')
    }

    It 'only warns of a missing libsodium' {
        $result = Invoke-FreshPowerShell -Environment @{ DIFFAH_LIBSODIUM = '/nowhere/libsodium.so' } {
            Import-Module $module
            $check = Test-DiffahEnvironment | Where-Object Name -EQ 'sodium'
            "$($check.Status)"; $check.Detail; $check.Hint
        }
        $result[0] | Should -Be 'Warn'
        $result[1] | Should -BeLike '*libsodium*not found*'
        $result[2] | Should -BeLike '*key without a passphrase*'
    }
}
