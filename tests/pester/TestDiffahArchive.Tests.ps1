BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
    $oci1, $oci2 = (Get-Sample OciGzip v1), (Get-Sample OciGzip v2)
    $delta, $bundle = (Join-Path $TestDrive 'app.delta.tar'), (Join-Path $TestDrive 'release.bundle.tar')
    $null = New-DiffahDelta $v1.Reference $v2.Reference $delta
    $null = New-DiffahBundle $bundle -Pair @{ Name = 'api'; Baseline = $v1.Reference; Target = $v2.Reference },
        @{ Name = 'web'; Baseline = $oci1.Reference; Target = $oci2.Reference }

    # The archive with one byte of its last blob changed: the end of a tar is padding, so a place where content is.
    function New-DamagedArchive([string] $Path) {
        $bytes = [System.IO.File]::ReadAllBytes($delta)
        $last = $bytes.Length - 1
        while ($bytes[$last] -eq 0) { $last-- }
        $bytes[$last] = $bytes[$last] -bxor 0xFF
        [System.IO.File]::WriteAllBytes($Path, $bytes)
    }
}

Describe 'Test-DiffahArchive' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'gives a finding for each check, with the archive it is about' {
        $findings = Test-DiffahArchive $delta
        foreach ($finding in $findings) {
            $finding | Should -BeOfType ([Diffah.Engine.Operations.ArchiveFinding])
            $finding.Path | Should -Be $delta
            $finding.Detail | Should -Not -BeNullOrEmpty
        }
        $findings.Check | Should -Contain 'container'
        $findings.Check | Should -Contain 'sidecar'
        $findings.Check | Should -Contain 'blob'
        $findings.Status | Should -Not -Contain 'Fail'
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'rebuilds the image from its baseline, blob for blob, and writes it nowhere' {
        $findings = Test-DiffahArchive $delta $v1.Reference -RequireBaseline
        ($findings | Where-Object Check -EQ baseline).Subject | Should -Be 'default'
        $rebuilt = $findings | Where-Object Check -EQ rebuild
        $rebuilt.Status | Sort-Object -Unique | Should -Be 'Ok'
        foreach ($digest in $v2.LayerDigests) { $rebuilt.Subject | Should -Contain $digest }
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'rebuilds the images of a bundle from baselines by name, or from a file' {
        $old = @{ api = $v1.Reference; web = $oci1.Reference }
        $findings = Test-DiffahArchive $bundle -Baseline $old -RequireBaseline
        ($findings | Where-Object Check -EQ baseline).Subject | Should -Be 'api', 'web'
        $findings.Status | Should -Not -Contain 'Fail'
        foreach ($digest in $v2.LayerDigests + $oci2.LayerDigests) {
            ($findings | Where-Object Check -EQ rebuild).Subject | Should -Contain $digest
        }
        @{ baselines = $old } | ConvertTo-Json | Set-Content baselines.json
        Test-DiffahArchive $bundle -BaselineSpec baselines.json -RequireBaseline -Quiet | Should -BeTrue
    }

    It 'finds fault with an image without a baseline with -RequireBaseline' {
        Test-DiffahArchive $delta -RequireBaseline -Quiet | Should -BeFalse
        $failed = Test-DiffahArchive $bundle -Baseline @{ api = $v1.Reference } -RequireBaseline |
            Where-Object Status -EQ Fail
        $failed.Subject | Should -Be 'web'
        Test-DiffahArchive $bundle -Baseline @{ api = $v1.Reference } -Quiet | Should -BeTrue
    }

    It 'says that it is the wrong baseline, as a finding' {
        $failed = Test-DiffahArchive $delta (Get-StrangerReference) -ErrorVariable problems |
            Where-Object Status -EQ Fail
        $problems | Should -BeNullOrEmpty
        $failed.Error.Id | Should -Contain 'BaselineMismatch'
        $failed.Hint | ForEach-Object { $_ | Should -Not -BeNullOrEmpty }
    }

    It 'says that an archive is <Case>, as a finding and no error' -ForEach @(
        @{ Case = 'damaged'; Make = { New-DamagedArchive "$PWD/bad.tar" } }
        @{ Case = 'cut off'; Make = {
            [System.IO.File]::WriteAllBytes("$PWD/bad.tar", [System.IO.File]::ReadAllBytes($delta)[0..3000])
        } }
        @{ Case = 'no archive'; Make = { Set-Content bad.tar 'hello' } }
    ) {
        & $Make
        $failed = Test-DiffahArchive bad.tar $v1.Reference -ErrorVariable problems | Where-Object Status -EQ Fail
        $problems | Should -BeNullOrEmpty
        $failed | Should -Not -BeNullOrEmpty
        foreach ($finding in $failed) {
            $finding.Error.Id | Should -BeIn ([Diffah.Engine.Diagnostics.DiffahErrors]::All.Code)
            $finding.Hint | Should -Not -BeNullOrEmpty
        }
        Test-DiffahArchive bad.tar $v1.Reference -Quiet | Should -BeFalse
        Get-Entry $folder | Should -Be 'bad.tar'
    }

    It 'takes wildcards, files, archives, rows and -LiteralPath, and gives one Boolean each with -Quiet' {
        Copy-Item $delta one.tar
        Copy-Item $delta 'two[1].tar'
        Set-Content three.tar 'hello'
        Test-DiffahArchive *.tar -Quiet | Should -Be $true, $false, $true
        Get-ChildItem *.tar | Test-DiffahArchive -Quiet | Should -Be $true, $false, $true
        Test-DiffahArchive -LiteralPath 'two[1].tar' -Quiet | Should -BeTrue
        Get-DiffahArchive one.tar | Test-DiffahArchive -Quiet | Should -BeTrue
        "Path,Baseline`none.tar,$($v1.Reference)`none.tar,$(Get-StrangerReference)" |
            ConvertFrom-Csv | Test-DiffahArchive -Quiet | Should -Be $true, $false
        (Get-ChildItem *.tar | Test-DiffahArchive | Where-Object Status -EQ Fail).Path |
            Sort-Object -Unique | Should -Be (Join-Path $folder 'three.tar')
    }

    It 'tests the archives of the Go tool' {
        foreach ($name in 'v1-v2.oci.delta.tar', 'two-services.bundle.tar', 'web-v1-v2.oci.delta.tar') {
            Test-DiffahArchive (Get-Fixture "deltas/$name") -Quiet | Should -BeTrue -Because $name
        }
        Test-DiffahArchive (Get-Fixture deltas/v1-v2.oci.delta.tar) "oci-archive:$(Get-Fixture images/v1_oci.tar)" `
            -RequireBaseline -Quiet | Should -BeTrue
        (Test-DiffahArchive (Get-Fixture images/v1_phase1.tar) | Where-Object Status -EQ Fail).Error.Id |
            Should -Be 'ArchiveTooOld'
    }

    It 'spools where -WorkDirectory says, and leaves nothing there' {
        $null = New-Item -ItemType Directory spool
        Test-DiffahArchive $delta $v1.Reference -WorkDirectory spool -Quiet | Should -BeTrue
        Get-Entry $folder | Should -Be 'spool'
    }

    It 'reports an archive that is not there as an error, and goes on' {
        'none.tar', $delta |
            Test-DiffahArchive -Quiet -ErrorAction SilentlyContinue -ErrorVariable problems | Should -BeTrue
        Assert-DiffahError $problems[0] FileNotFound TestDiffahArchive ObjectNotFound
        $problems[0].TargetObject | Should -Be 'none.tar'
    }

    It 'refuses a bare path, and baselines twice' {
        $id = 'ParameterArgumentTransformationError,Diffah.PowerShell.Commands.TestDiffahArchiveCommand'
        { Test-DiffahArchive $delta $v1.Path } | Should -Throw -ErrorId $id
        { Test-DiffahArchive $delta -Baseline $v1.Reference -BaselineSpec baselines.json } |
            Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }

    It 'ends after the first finding with Select-Object -First 1' {
        $first = $delta, 'none.tar' |
            Test-DiffahArchive -ErrorAction SilentlyContinue -ErrorVariable problems | Select-Object -First 1
        $first.Path | Should -Be $delta
        $problems | Should -BeNullOrEmpty
    }
}

Describe 'Test-DiffahArchive that is stopped' {
    It 'says so, and leaves nothing behind' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'stopped')).FullName
        $large = Join-Path $TestDrive 'large'
        New-LargePair $large
        $archive = Join-Path $TestDrive 'large.delta.tar'
        $null = New-DiffahDelta "docker-archive:$large/v1.docker.tar" "docker-archive:$large/v2.docker.tar" $archive `
            -ZstdLevel 3
        $shell = New-Session $folder
        try {
            $null = $shell.AddCommand('Test-DiffahArchive').AddParameter('Path', $archive).AddParameter('Baseline',
                "docker-archive:$large/v1.docker.tar").AddParameter('WorkDirectory', $folder)
            $running = $shell.BeginInvoke()
            Wait-Until { $running.IsCompleted -or
                (Get-ChildItem -LiteralPath $folder -Force -Recurse -File | Where-Object Length -GT 0) }
            $running.IsCompleted | Should -BeFalse
            $shell.Stop()
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
            $shell.Streams.Error.Count | Should -Be 0
            Get-Entry $folder | Should -BeNullOrEmpty
        }
        finally { $shell.Dispose() }
    }
}
