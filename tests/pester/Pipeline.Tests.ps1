# How the cmdlets behave in a pipeline that ends early, and what they tell while they run.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
    $large = Join-Path $TestDrive 'large'
    New-LargePair $large
}

Describe 'A pipeline that ends early' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'ends after the first object with Select-Object -First 1' {
        $null = New-DiffahDelta $v1.Reference $v2.Reference a.tar
        Copy-Item a.tar b.tar
        Set-Content -LiteralPath c.tar -Value 'not read'
        $first = 'a.tar', 'b.tar', 'c.tar' |
            Get-DiffahArchive -ErrorAction SilentlyContinue -ErrorVariable problems | Select-Object -First 1
        $first.Path | Should -Be (Join-Path $folder 'a.tar')
        $problems | Should -BeNullOrEmpty
    }

    It 'cancels the work that is under way, and leaves nothing, when what it tells is cut off' {
        # The first line of the story comes when the first image was opened; the work that follows is cancelled with it.
        $first = New-DiffahDelta $v1.Reference $v2.Reference a.tar -Verbose 4>&1 | Select-Object -First 1
        $first | Should -BeOfType ([System.Management.Automation.VerboseRecord])
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'passes on an error of the next command, and has finished its own work' {
        { New-DiffahDelta $v1.Reference $v2.Reference a.tar | ForEach-Object { throw 'no thanks' } } |
            Should -Throw 'no thanks'
        Get-Entry $folder | Should -Be 'a.tar'
    }

    It 'is stopped soon, says so, and leaves nothing behind' {
        $shell = New-Session $folder
        try {
            $null =
                $shell.AddCommand('New-DiffahDelta').AddParameter('Baseline',
                    "docker-archive:$large/v1.docker.tar").AddParameter('Target',
                        "docker-archive:$large/v2.docker.tar").AddParameter('Path', 'a.tar')
            $running = $shell.BeginInvoke()
            Wait-Until { Get-ChildItem -LiteralPath $folder -Force -Recurse -File | Where-Object Length -GT 0 }
            $running.IsCompleted | Should -BeFalse
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
            { $shell.EndInvoke($running) } |
                Should -Throw -ExceptionType ([System.Management.Automation.MethodInvocationException])
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
            $shell.InvocationStateInfo.Reason |
                Should -BeOfType ([System.Management.Automation.PipelineStoppedException])
            $shell.Streams.Error.Count | Should -Be 0
            Get-Entry $folder | Should -BeNullOrEmpty
        }
        finally { $shell.Dispose() }
    }

    It 'can run again after it was stopped' {
        $shell = New-Session $folder
        try {
            $null =
                $shell.AddScript(
                    "New-DiffahDelta docker-archive:$large/v1.docker.tar docker-archive:$large/v2.docker.tar a.tar")
            $running = $shell.BeginInvoke()
            Wait-Until { Get-ChildItem -LiteralPath $folder -Force -Recurse -File | Where-Object Length -GT 0 }
            $shell.Stop()
            $shell.Commands.Clear()
            $again = $shell.AddScript("New-DiffahDelta $($v1.Reference) $($v2.Reference) a.tar").Invoke()
            $again.PatchCount | Should -BeGreaterThan 0
            Get-Entry $folder | Should -Be 'a.tar'
        }
        finally { $shell.Dispose() }
    }
}

Describe 'A question before writing' {
    BeforeAll {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'questions')).FullName
        $null = New-DiffahDelta $v1.Reference $v2.Reference (Join-Path $folder a.tar)
        $env:DIFFAH_TEST_V1, $env:DIFFAH_TEST_V2, $env:DIFFAH_TEST_FOLDER = $v1.Reference, $v2.Reference, $folder
    }

    AfterAll { $env:DIFFAH_TEST_V1 = $env:DIFFAH_TEST_V2 = $env:DIFFAH_TEST_FOLDER = $null }

    It 'is asked once a destination' {
        $output = Invoke-FreshPowerShell {
            Import-Module $module
            Set-Location -LiteralPath $env:DIFFAH_TEST_FOLDER
            New-DiffahDelta $env:DIFFAH_TEST_V1 $env:DIFFAH_TEST_V2 b.tar -WhatIf
            Restore-DiffahImage a.tar $env:DIFFAH_TEST_V1 docker-archive:c.tar -WhatIf
        }
        @($output -match '^What if:').Count | Should -Be 2
        Get-Entry $folder | Should -Be 'a.tar'
    }

    It 'is not answered by -Force' {
        Invoke-FreshPowerShell {
            Import-Module $module
            Set-Location -LiteralPath $env:DIFFAH_TEST_FOLDER
            # Nobody is there to be asked.
            try {
                $null = New-DiffahDelta $env:DIFFAH_TEST_V1 $env:DIFFAH_TEST_V2 b.tar -Force -Confirm
                'made'
            } catch { 'asked' }
            try {
                $null = Restore-DiffahImage a.tar $env:DIFFAH_TEST_V1 docker-archive:c.tar -Force -Confirm
                'made'
            } catch { 'asked' }
        } | Should -Be 'asked', 'asked'
        Get-Entry $folder | Should -Be 'a.tar'
    }

    It 'is of medium impact, and asked of what writes alone' {
        foreach ($name in 'New-DiffahDelta',
            'New-DiffahBundle', 'Merge-DiffahDelta', 'New-DiffahKey', 'Restore-DiffahImage', 'Copy-DiffahImage',
            'Export-DiffahReport', 'Export-DiffahInventory') {
            $metadata = [System.Management.Automation.CommandMetadata]::new((Get-Command $name))
            $metadata.SupportsShouldProcess | Should -BeTrue
            $metadata.ConfirmImpact | Should -Be 'Medium'
        }
        foreach ($name in 'Get-DiffahArchive', 'Get-DiffahImage', 'Compare-DiffahImage', 'Test-DiffahArchive',
            'Test-DiffahEnvironment') {
            [System.Management.Automation.CommandMetadata]::new((Get-Command $name)).SupportsShouldProcess |
                Should -BeFalse
        }
    }
}

Describe 'What a command tells while it runs' {
    BeforeAll {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'progress')).FullName
        $shell = New-Session $folder
        $null =
            $shell.AddScript(
                "`$VerbosePreference = 'Continue'; New-DiffahDelta docker-archive:$large/v1.docker.tar docker-archive:$large/v2.docker.tar a.tar -ZstdLevel 12 -FormatVersion 1")
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $result = $shell.Invoke()
        $seconds = $clock.Elapsed.TotalSeconds
        $progress = @($shell.Streams.Progress.ReadAll() | Where-Object Activity -NotLike 'Preparing*')
        $verbose = @($shell.Streams.Verbose.ReadAll())
        $shell.Dispose()
    }

    It 'is a parent activity, and a child a layer' {
        $result.PatchCount | Should -Be 1
        $parents = $progress | Where-Object ActivityId -EQ 0
        $children = $progress | Where-Object ActivityId -NE 0
        $parents | Should -Not -BeNullOrEmpty
        $children | Should -Not -BeNullOrEmpty
        $children.ParentActivityId | Sort-Object -Unique | Should -Be 0
        $parents.ParentActivityId | Sort-Object -Unique | Should -Be -1
    }

    It 'is completed at the end, each activity once' {
        foreach ($activity in $progress | Group-Object ActivityId) {
            @($activity.Group | Where-Object RecordType -EQ 'Completed').Count | Should -Be 1
            $activity.Group[-1].RecordType | Should -Be 'Completed'
        }
    }

    It 'is shown about five times a second, not more' {
        foreach ($activity in $progress | Group-Object ActivityId) {
            $activity.Count | Should -BeLessOrEqual ([Math]::Ceiling($seconds * 6) + 3)
        }
    }

    It 'has percentages between 0 and 100, and amounts for people' {
        $progress.PercentComplete | ForEach-Object { $_ | Should -BeIn (-1..100) }
        ($progress | Where-Object ActivityId -NE 0).StatusDescription | Select-Object -Last 1 | Should -Match 'iB'
    }

    It 'has a row of the layer under the whole while it is encoded' {
        # At this level that takes seconds. Phases shorter than the time between two writes need not be seen.
        $rows =
            @($progress | Where-Object {
                $_.ActivityId -ne 0 -and $_.StatusDescription -match '^(indexing|patching from) [0-9a-f]{12}'
            })
        $rows | Should -Not -BeNullOrEmpty
        $rows.ParentActivityId | Sort-Object -Unique | Should -Be 0
        $rows.Activity | Should -Match '^layer [0-9a-f]{12}$'
    }

    It 'has no time left that is absurd' {
        $progress.SecondsRemaining | ForEach-Object { $_ | Should -BeIn (-1..86400) }
    }

    It 'reaches the verbose stream' { $verbose.Message -match 'patched from' | Should -Not -BeNullOrEmpty }
}
