# Dot-sourced by build.ps1: runs a suite, and gives what it counted.

function Write-SkippedNotice([string] $Text) {
    Write-Host "`n*** SKIPPED: $Text"
}

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
    $status = Invoke-Suite { dotnet test $Project --no-build -c $Configuration --results-directory $Results --logger 'trx;LogFileName=unit.trx' }
    $report = Join-Path $Results 'unit.trx'
    if (-not (Test-Path $report)) {
        return New-SuiteResult 'unit' 0 1 0
    }
    $run = ([xml](Get-Content -Raw $report)).TestRun
    $counters = $run.ResultSummary.Counters
    $total, $executed, $passed = [int]$counters.total, [int]$counters.executed, [int]$counters.passed
    Write-SkippedTest $run
    # A run that broke off counts as a failure, whatever its report says.
    $failed = [Math]::Max($executed - $passed, [int]($status -ne 0))
    New-SuiteResult 'unit' $passed $failed ($total - $executed)
}

# Says why tests were skipped, one line a reason.
function Write-SkippedTest($Run) {
    $skipped = $Run.SelectNodes('//*[local-name()="UnitTestResult"][@outcome="NotExecuted"]')
    $skipped | ForEach-Object { "$($_.SelectSingleNode('.//*[local-name()="Message"]')?.InnerText)" } | Group-Object | ForEach-Object {
        Write-SkippedNotice "$($_.Count) unit tests: $($_.Name)"
    }
}

function Invoke-PesterTest([string] $Script, [string] $Module, [string] $Samples) {
    $files = @(Get-ChildItem -Path (Split-Path $Script) -Filter *.Tests.ps1 -ErrorAction Ignore).Count
    if (-not (Find-Pester)) {
        Write-SkippedNotice "the Pester suite, $files files, each counted as one skipped test: Pester 5 was not found"
        return New-SuiteResult 'pester' 0 0 $files
    }
    $env:DIFFAH_MODULE = $Module
    $env:DIFFAH_SAMPLES = $Samples
    $PSNativeCommandUseErrorActionPreference = $false
    pwsh -NoLogo -NoProfile -NonInteractive -File $Script | Tee-Object -Variable said | Out-Host
    $status = $LASTEXITCODE
    $counts = @($said) -match '^pester: (\d+) passed, (\d+) failed, (\d+) skipped' | Select-Object -Last 1
    if (-not ($counts -match '(\d+) passed, (\d+) failed, (\d+) skipped')) {
        return New-SuiteResult 'pester' 0 1 0
    }
    New-SuiteResult 'pester' $Matches[1] ([Math]::Max([int]$Matches[2], [int]($status -ne 0))) $Matches[3]
}

# Pester as installed; else from its NuGet package, beside the build. What keeps it away is told in the restore's own words.
function Find-Pester {
    $env:PSModulePath = (Join-Path $PWD 'out/modules') + [IO.Path]::PathSeparator + $env:PSModulePath
    $isThere = { Get-Module -ListAvailable Pester | Where-Object { $_.Version -ge '5.5' -and $_.Version.Major -le 6 } }
    if (-not (& $isThere)) {
        $null = Invoke-Suite { dotnet msbuild build/TestModules.csproj -restore -t:StageModules -nologo -verbosity:minimal }
    }
    [bool](& $isThere)
}

function Write-TestSum($Suites) {
    $sum = { param($property) ($Suites | Measure-Object $property -Sum).Sum }
    $passed, $failed, $skipped = (& $sum Passed), (& $sum Failed), (& $sum Skipped)
    Write-Host ''
    foreach ($suite in $Suites) {
        Write-Host "$($suite.Name): $($suite.Passed) passed, $($suite.Failed) failed, $($suite.Skipped) skipped"
    }
    Write-Host "$passed passed, $failed failed, $skipped skipped"
    if ($failed -gt 0 -or $passed -eq 0) {
        exit 1
    }
}
