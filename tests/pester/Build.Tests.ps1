# The build's own judgement: what counts as run, what may be skipped, and what it gets from NuGet.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    . (Get-RepositoryPath 'build/Testing.ps1')
}

Describe 'The result of the Pester suite' {
    It 'is good where every file ran' {
        $result = Read-PesterResult 'pester: 3 of 3 files ran', 'pester: 7 passed, 0 failed, 1 skipped' 0 3
        $result.Passed, $result.Failed, $result.Skipped | Should -Be 7, 0, 1
    }

    It 'is a failure where <Case>' -ForEach @(
        @{ Case = 'a file did not run'; Said = 'pester: 2 of 3 files ran',
            'pester: 7 passed, 0 failed, 1 skipped'; Status = 0 }
        @{ Case = 'files were not looked at'; Said = 'pester: 2 of 2 files ran',
            'pester: 7 passed, 0 failed, 1 skipped'; Status = 0 }
        @{ Case = 'nothing is said of files'; Said = , 'pester: 7 passed, 0 failed, 1 skipped'; Status = 0 }
        @{ Case = 'a test failed'; Said = 'pester: 3 of 3 files ran',
            'pester: 6 passed, 1 failed, 1 skipped'; Status = 1 }
        @{ Case = 'the run broke off'; Said = , 'pester: module x'; Status = 134 }
        @{ Case = 'the run failed without a failed test'; Said = 'pester: 3 of 3 files ran',
            'pester: 7 passed, 0 failed, 1 skipped'; Status = 1 }
    ) {
        (Read-PesterResult $Said $Status 3 6>$null).Failed | Should -BeGreaterThan 0
    }
}

Describe 'The result of the fuzzer' {
    It 'is good where no law was broken' {
        $result = Read-FuzzResult 'a table', 'fuzz: 14 passed, 0 failed, 0 skipped' 0
        $result.Passed, $result.Failed, $result.Skipped | Should -Be 14, 0, 0
    }

    It 'is a failure where <Case>' -ForEach @(
        @{ Case = 'a law was broken'; Said = , 'fuzz: 13 passed, 1 failed, 0 skipped'; Status = 1 }
        @{ Case = 'it ended with an error'; Said = , 'fuzz: 14 passed, 0 failed, 0 skipped'; Status = 1 }
        @{ Case = 'it said nothing'; Said = , ''; Status = 0 }
    ) {
        (Read-FuzzResult $Said $Status).Failed | Should -BeGreaterThan 0
    }
}

Describe 'A test that failed' {
    BeforeEach { $FailedTests.Clear() }

    It 'is named again at the end: of the unit tests, with its message and its line' {
        $run = ([xml]@'
<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>
  <UnitTestResult testName="A.Good" outcome="Passed" />
  <UnitTestResult testName="A.Bad" outcome="Failed"><Output><ErrorInfo>
    <Message>Assert.Equal() Failure</Message>
    <StackTrace>at Xunit.Assert()
at A.Bad() in /a/Bad.cs:line 7</StackTrace>
  </ErrorInfo></Output></UnitTestResult>
</Results></TestRun>
'@).TestRun
        Add-FailedTest $run
        $FailedTests | Should -Be 'A.Bad: Assert.Equal() Failure at A.Bad() in /a/Bad.cs:line 7'
    }

    It 'is named again at the end: of Pester' {
        $null = Read-PesterResult 'pester: failed: A cmdlet.works: Expected 1, but got 2.', 'pester: 1 of 1 files ran',
            'pester: 0 passed, 1 failed, 0 skipped' 1 1
        $FailedTests | Should -Be 'A cmdlet.works: Expected 1, but got 2.'
    }
}

Describe 'A reason to skip' {
    BeforeEach { $SkipReasons.Clear() }

    It 'passes where the machine can not mend it: <_>' -ForEach @(
        'PSScriptAnalyzer 1.25 is not installed',
            'docker-registry is not installed', 'skopeo is not installed on this machine.',
        'The fixtures (../shared/fixtures, or the folder in DIFFAH_FIXTURES) are not on this machine.') {
        $null = Read-PesterResult "pester: skipped: $_ -- A test (of two)" 0 0
        $SkipReasons | Should -Be $_
        (Test-SkipReason (Get-RepositoryPath 'build/skip-reasons.txt')).Failed | Should -Be 0
    }

    It 'fails otherwise: <_>' -ForEach 'no reason given',
        'Pester 5 was not found', 'there is no package: build.ps1 -Task Package makes one' {
        $null = Read-PesterResult "pester: skipped: $_ -- A test (of two)" 0 0
        (Test-SkipReason (Get-RepositoryPath 'build/skip-reasons.txt') 6>$null).Failed | Should -Be 1
    }
}

Describe 'What the build gets from NuGet' {
    It 'is a PowerShell of one version, which is as new as the build asks for' {
        $tool = (Get-Content -Raw (Get-RepositoryPath '.config/dotnet-tools.json') | ConvertFrom-Json).tools.powershell
        $tool.rollForward | Should -BeFalse
        $asked = [regex]::Match((Get-Content -Raw (Get-RepositoryPath 'build.ps1')),
            '#Requires -Version (\S+)').Groups[1].Value
        [version]$tool.version | Should -BeGreaterOrEqual ([version]$asked)
    }

    It 'is a Pester of one version, which the runner of the tests accepts' {
        $project = [xml](Get-Content -Raw (Get-RepositoryPath 'build/TestModules.csproj'))
        $version = [version]($project.Project.PropertyGroup.PesterVersion | Where-Object { $_ })
        $project.Project.ItemGroup.PackageDownload.Version | Should -Be '[$(PesterVersion)]'
        $version | Should -BeGreaterOrEqual ([version]'5.5')
        $version.Major | Should -BeLessOrEqual 6
    }
}
