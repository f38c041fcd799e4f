# Dot-sourced by build.ps1: runs a suite, and gives what it counted.

function Write-SkippedNotice([string] $Text) {
    Write-Host "`n*** SKIPPED: $Text"
}

# Why tests were skipped, a reason a line, over all suites.
$SkipReasons = [System.Collections.Generic.List[string]]::new()

# Which tests failed and how, over all suites: said again at the end, where a log that was cut still has it.
$FailedTests = [System.Collections.Generic.List[string]]::new()

function New-SuiteResult([string] $Name, [int] $Passed, [int] $Failed, [int] $Skipped) {
    [pscustomobject]@{ Name = $Name; Passed = $Passed; Failed = $Failed; Skipped = $Skipped }
}

# Runs a program that may fail, shows what it says, and gives its exit code.
function Invoke-Suite([scriptblock] $Command) {
    $PSNativeCommandUseErrorActionPreference = $false
    & $Command | Out-Host
    $LASTEXITCODE
}

# A step that is no test suite, counted as one test, so that its failure shows in the sum and does not hide the tests.
function Invoke-Step([string] $Name, [scriptblock] $Command) {
    $failed = [int]((Invoke-Suite $Command) -ne 0)
    New-SuiteResult $Name (1 - $failed) $failed 0
}

function Invoke-UnitTest([string] $Project, [string] $Configuration, [string] $Results) {
    $status = Invoke-Suite { dotnet test $Project `
        --no-build -c $Configuration --results-directory $Results --logger 'trx;LogFileName=unit.trx' }
    $report = Join-Path $Results 'unit.trx'
    if (-not (Test-Path $report)) {
        return New-SuiteResult 'unit' 0 1 0
    }
    $run = ([xml](Get-Content -Raw $report)).TestRun
    $counters = $run.ResultSummary.Counters
    $total, $executed, $passed = [int]$counters.total, [int]$counters.executed, [int]$counters.passed
    Write-SkippedTest $run
    Add-FailedTest $run
    # A run that broke off counts as a failure, whatever its report says.
    $failed = [Math]::Max($executed - $passed, [int]($status -ne 0))
    New-SuiteResult 'unit' $passed $failed ($total - $executed)
}

# A minute of hostile inputs, one test a class of them: each breaks a law of the engine or none.
function Invoke-FuzzTest([string] $Program, [string] $Results) {
    $PSNativeCommandUseErrorActionPreference = $false
    $failures = Join-Path $Results 'fuzz'
    dotnet $Program --seconds 60 --seed 1 --failures $failures | Tee-Object -Variable said | Out-Host
    Read-FuzzResult @($said) $LASTEXITCODE
}

# What the fuzzer said at its end.
function Read-FuzzResult([string[]] $Said, [int] $Status) {
    $last = $Said -match '^fuzz: \d+ passed, \d+ failed, \d+ skipped' | Select-Object -Last 1
    if (-not ($last -match '(\d+) passed, (\d+) failed, (\d+) skipped')) {
        return New-SuiteResult 'fuzz' 0 1 0
    }
    $passed, $failed, $skipped = [int]$Matches[1], [int]$Matches[2], [int]$Matches[3]
    New-SuiteResult 'fuzz' $passed ([Math]::Max($failed, [int]($Status -ne 0))) $skipped
}

function Add-FailedTest($Run) {
    foreach ($test in $Run.SelectNodes('//*[local-name()="UnitTestResult"][@outcome="Failed"]')) {
        $message = "$($test.SelectSingleNode('.//*[local-name()="Message"]')?.InnerText)"
        $stack = "$($test.SelectSingleNode('.//*[local-name()="StackTrace"]')?.InnerText)"
        $place = ($stack -split "`n" | Where-Object { $_ -match ':line \d+' } | Select-Object -First 1) ?? ''
        $said = $message.Length -gt 600 ? $message.Substring(0, 600) + '...' : $message
        $FailedTests.Add("$($test.testName): $said $($place.Trim())")
    }
}

# Says why tests were skipped, one line a reason.
function Write-SkippedTest($Run) {
    $skipped = $Run.SelectNodes('//*[local-name()="UnitTestResult"][@outcome="NotExecuted"]')
    $skipped | ForEach-Object { "$($_.SelectSingleNode('.//*[local-name()="Message"]')?.InnerText)" } |
        Group-Object | ForEach-Object {
        Write-SkippedNotice "$($_.Count) unit tests: $($_.Name)"
        $SkipReasons.Add($_.Name)
    }
}

# The Pester suite. Every file in its folder must have run tests; without Pester it is skipped, or fails where it is
# required.
function Invoke-PesterTest([string] $Script, [string] $Module, [string] $Samples, [switch] $Required) {
    $files = @(Get-ChildItem -Path (Split-Path $Script) -Filter *.Tests.ps1 -Recurse).Count
    $problem = Find-Pester
    if ($problem) {
        Write-Host "`n*** $($Required ? 'FAILED' : 'SKIPPED'): the Pester suite, $files files. $problem"
        return New-SuiteResult 'pester' 0 ($Required ? $files : 0) ($Required ? 0 : $files)
    }
    $env:DIFFAH_MODULE = $Module
    $env:DIFFAH_SAMPLES = $Samples
    $PSNativeCommandUseErrorActionPreference = $false
    pwsh -NoLogo -NoProfile -NonInteractive -File $Script | Tee-Object -Variable said | Out-Host
    Read-PesterResult @($said) $LASTEXITCODE $files
}

# What the runner of the Pester suite said at its end.
function Read-PesterResult([string[]] $Said, [int] $Status, [int] $Files) {
    $Said | Where-Object { $_ -match '^pester: skipped: (?<reason>.*?) -- ' } |
        ForEach-Object { $SkipReasons.Add($Matches['reason']) }
    $Said | Where-Object { $_ -match '^pester: failed: (?<test>.*)' } |
        ForEach-Object { $FailedTests.Add($Matches['test']) }
    $last = $Said -match '^pester: \d+ passed, \d+ failed, \d+ skipped' | Select-Object -Last 1
    if (-not ($last -match '(\d+) passed, (\d+) failed, (\d+) skipped')) {
        return New-SuiteResult 'pester' 0 1 0
    }
    $passed, $failed, $skipped = [int]$Matches[1], [int]$Matches[2], [int]$Matches[3]
    $ran = ($Said -match '^pester: \d+ of \d+ files ran' | Select-Object -Last 1) -match '^pester: (\d+) of' ?
        [int]$Matches[1] : 0
    if ($ran -ne $Files) {
        Write-Host "`n*** FAILED: $ran of the $Files Pester files ran tests."
        $failed += [Math]::Abs($Files - $ran)
    }
    New-SuiteResult 'pester' $passed ([Math]::Max($failed, [int]($Status -ne 0))) $skipped
}

# Pester as installed; else from its NuGet package, beside the build. Gives nothing, or what keeps it away, in the
# restore's own words.
function Find-Pester {
    $env:PSModulePath = (Join-Path $PWD 'out/modules') + [IO.Path]::PathSeparator + $env:PSModulePath
    $isThere = { Get-Module -ListAvailable Pester | Where-Object { $_.Version -ge '5.5' -and $_.Version.Major -le 6 } }
    if (& $isThere) {
        return
    }
    $PSNativeCommandUseErrorActionPreference = $false
    $said = dotnet msbuild build/TestModules.csproj -restore -t:StageModules -nologo -verbosity:minimal 2>&1
    if (-not (& $isThere)) {
        "Pester 5.5 to 6 is not installed, and the restore of build/TestModules.csproj exited ${LASTEXITCODE}:`n$($said -join "`n")"
    }
}

# Values that would change what Diffah does, and a language and a time zone that trip up what is careless: no test may
# notice.
$OddEnvironment = @{
    SOURCE_DATE_EPOCH      = '1'
    DIFFAH_CONFIG          = '/nonexistent'
    DIFFAH_WORKDIR         = '/nonexistent'
    DIFFAH_LOG_LEVEL       = 'debug'
    NO_COLOR               = '1'
    LANG                   = 'tr_TR.UTF-8'
    LC_ALL                 = 'tr_TR.UTF-8'
    TZ                     = 'Asia/Kathmandu'
    # What the SDK says of the tests stays in the language of this log.
    DOTNET_CLI_UI_LANGUAGE = 'en'
}

# Runs a script block with more in the environment than there was.
function Invoke-WithEnvironment([hashtable] $Environment, [scriptblock] $Command) {
    $before = @{}
    try {
        foreach ($name in $Environment.Keys) {
            $before[$name] = [Environment]::GetEnvironmentVariable($name)
            Set-Item -LiteralPath "Env:$name" $Environment[$name]
        }
        & $Command
    }
    finally {
        $before.Keys | ForEach-Object { Set-Item -LiteralPath "Env:$_" $before[$_] }
    }
}

# Fails for each reason to skip that is not in the list of those that a machine can't mend.
function Test-SkipReason([string] $List) {
    $known = @(Get-Content -LiteralPath $List | Where-Object { $_ -and $_ -notmatch '^#' })
    $unknown = @($SkipReasons |
        Sort-Object -Unique | Where-Object { $reason = $_; -not ($known | Where-Object { $reason -match $_ }) })
    $unknown |
        ForEach-Object { Write-Host "`n*** FAILED: tests were skipped for a reason that $List does not have: $_" }
    New-SuiteResult 'skip-reasons' ([int]($unknown.Count -eq 0)) $unknown.Count 0
}

function Write-TestSum($Suites) {
    $sum = { param($property) ($Suites | Measure-Object $property -Sum).Sum }
    $passed, $failed, $skipped = (& $sum Passed), (& $sum Failed), (& $sum Skipped)
    Write-Host ''
    $FailedTests | ForEach-Object { Write-Host "FAILED: $_" }
    foreach ($suite in $Suites) {
        Write-Host "$($suite.Name): $($suite.Passed) passed, $($suite.Failed) failed, $($suite.Skipped) skipped"
    }
    Write-Host "$passed passed, $failed failed, $skipped skipped"
    if ($failed -gt 0 -or $passed -eq 0) {
        exit 1
    }
}
