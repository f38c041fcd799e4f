# docs/runbooks/Sync-ImageMirror.ps1, between two real registries.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'RegistrySupport.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'AlertSupport.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $missing = 'docker-registry is not installed'
    $runbook = Get-RepositoryPath 'docs/runbooks/Sync-ImageMirror.ps1'
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
    $near, $far = (Start-TestRegistry (Join-Path $TestDrive near)), (Start-TestRegistry (Join-Path $TestDrive far))
    $locked = Start-TestRegistry (Join-Path $TestDrive locked) -WithPassword
    $plain = @{ SkipTlsVerification = $true; RetryDelay = 0 }

    # A repository of its own for each test: its source has the given version, its mirror nothing.
    function New-SourceImage([string] $Name, $Sample = $v1) {
        $source = "docker://$($near.Host)/$space/${Name}:latest"
        $null = Copy-DiffahImage $Sample.Reference $source @plain
        [pscustomobject]@{ Name = $Name; Source = $source; Mirror = "docker://$($far.Host)/$space/${Name}:latest" }
    }

    function Get-MirrorDigest($Row) { (Get-DiffahImage $Row.Mirror @plain).Digest }

    # Runs the runbook over rows, and gives its objects, error and warnings.
    function Invoke-Mirror($Rows, [hashtable] $Options = @{}) {
        $table = Join-Path $folder 'images.csv'
        $Rows | Export-Csv $table
        $problem, $warnings = $null, @()
        $objects = [System.Collections.Generic.List[object]]::new()
        try { & $runbook -Path $table -StateDirectory $state @plain @Options `
            -WarningVariable warnings -WarningAction SilentlyContinue | ForEach-Object { $objects.Add($_) } }
        catch { $problem = $_ }
        [pscustomobject]@{ Images = $objects; ErrorId = $problem ?
            ($problem.FullyQualifiedErrorId -split ',')[0] : $null; Error = $problem; Warnings = $warnings }
    }

    function Get-State { (Get-Content (Join-Path $state 'state.json') -Raw | ConvertFrom-Json -AsHashtable).images }
    function Get-Log { Get-Content (Join-Path $state 'mirror.jsonl') | ConvertFrom-Json }
    function Get-Alert { $hook.Received | ForEach-Object { $_ | ConvertFrom-Json } }
}

AfterAll { $near, $far, $locked | ForEach-Object { Stop-TestRegistry $_ } }

Describe 'The mirror' {
    BeforeEach {
        if (-not $near) { Set-ItResult -Skipped -Because $missing }
        $space = "space-$([guid]::NewGuid().ToString('n'))"
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive $space)).FullName
        $state = Join-Path $folder 'state'
        $hook = Start-TestWebHook
    }

    AfterEach { Stop-TestWebHook $hook }

    It 'copies an image that it does not have, updates it by delta, and leaves it alone' {
        $row = New-SourceImage app
        $first = Invoke-Mirror $row
        $first.ErrorId | Should -BeNullOrEmpty
        $first.Images.Action, $first.Images.To | Should -Be 'Copied', $v1.ManifestDigest
        Get-MirrorDigest $row | Should -Be $v1.ManifestDigest

        $null = New-SourceImage app $v2
        $second = (Invoke-Mirror $row).Images
        $second.Action, $second.From, $second.To | Should -Be 'Updated', $v1.ManifestDigest, $v2.ManifestDigest
        $second.DeltaBytes | Should -BeGreaterThan 0
        $second.DeltaBytes | Should -BeLessThan ((Get-DiffahImage $row.Source @plain).LayerBytes / 10)
        Get-MirrorDigest $row | Should -Be $v2.ManifestDigest

        $third = (Invoke-Mirror $row).Images
        $third.Action, $third.To, $third.DeltaBytes | Should -Be 'Unchanged', $v2.ManifestDigest, 0
        (Get-State).app.digest | Should -Be $v2.ManifestDigest
        (Get-State).app.lastSuccess | Should -Not -BeNullOrEmpty
        Get-Entry $state | Should -Be 'mirror.jsonl', 'mirror.lock', 'state.json'
    }

    It 'takes the baseline from the mirror where the source has it no more' {
        $row = New-SourceImage app $v2
        $null = Copy-DiffahImage $v1.Reference $row.Mirror @plain
        (Invoke-Mirror $row).Images.Action | Should -Be 'Updated'
        Get-MirrorDigest $row | Should -Be $v2.ManifestDigest
    }

    It 'mirrors one platform of an index' {
        $row = New-SourceImage app
        $index = Copy-DiffahImage (Get-Sample OciMultiPlatform v1).Reference $row.Source -All @plain
        $wanted = (Get-DiffahImage $row.Source -Platform linux/arm64 @plain).Digest
        $wanted | Should -Not -Be $index.Digest
        (Invoke-Mirror $row @{ Platform = 'linux/arm64' }).Images.Action | Should -Be 'Copied'
        Get-MirrorDigest $row | Should -Be $wanted
        (Invoke-Mirror $row @{ Platform = 'linux/arm64' }).Images.Action | Should -Be 'Unchanged'
    }

    It 'has the delta restored elsewhere where it is told how' {
        $row = New-SourceImage app
        $null = Invoke-Mirror $row
        $null = New-SourceImage app $v2
        $sent = [System.Collections.Generic.List[string]]::new()
        $restore = {
            param($Delta, $Baseline, $Destination)
            $sent.AddRange([string[]]($Baseline, $Destination))
            Restore-DiffahImage $Delta $Baseline $Destination @plain
        }
        (Invoke-Mirror $row @{ RestoreWith = $restore }).Images.Action | Should -Be 'Updated'
        $sent | Should -Be "$($row.Mirror -replace ':latest$')@$($v1.ManifestDigest)", $row.Mirror
        Get-MirrorDigest $row | Should -Be $v2.ManifestDigest
    }

    It 'believes nobody who says that it was restored' {
        $row = New-SourceImage app
        $null = Invoke-Mirror $row
        $null = New-SourceImage app $v2
        $run = Invoke-Mirror $row @{ RestoreWith = { 'done' } }
        $run.ErrorId, $run.Images.ErrorId | Should -Be 'ImagesFailed', 'MirrorDiffers'
        (Get-State).app.digest | Should -Be $v1.ManifestDigest
    }

    It 'goes on with the others where one image fails, and ends with an error' {
        $good, $better = (New-SourceImage good), (New-SourceImage better $v2)
        $bad = [pscustomobject]@{
            Name = 'bad'
            Source = "docker://$($near.Host)/$space/nothing:latest"
            Mirror = "docker://$($far.Host)/$space/nothing:latest"
        }
        $file = [pscustomobject]@{ Name = 'file'; Source = $v1.Reference; Mirror = $good.Mirror }
        $run = Invoke-Mirror $bad, $good, $file, $better
        $run.Images.Action | Should -Be 'Failed', 'Copied', 'Failed', 'Copied'
        $run.Images.ErrorId | Should -Be 'RegistryNotFound', $null, 'NotARegistry', $null
        $run.ErrorId | Should -Be 'ImagesFailed'
        $run.Error.Exception.Message | Should -Match '^2 of 4 images failed: bad, file\.'
        Get-MirrorDigest $good | Should -Be $v1.ManifestDigest
        Get-MirrorDigest $better | Should -Be $v2.ManifestDigest
        (Get-State).bad.failures, (Get-State).good.failures | Should -Be 1, 0
        (Get-Log | Where-Object event -EQ image-failed).image | Should -Be 'bad', 'file'
        (Get-Log)[-1].event, (Get-Log)[-1].failed | Should -Be 'run-finished', 2
    }

    It 'raises the alarm once after some failures in a row, and says when all is well again' {
        $row = [pscustomobject]@{
            Name = 'app'
            Source = "docker://$($near.Host)/$space/app:latest"
            Mirror = "docker://$($far.Host)/$space/app:latest"
        }
        $options = @{ AlertUri = "$($hook.Address)hook/t0ken"; AlertAfter = 2 }
        (Invoke-Mirror $row $options).Images.Failures | Should -Be 1
        $hook.Received.Count | Should -Be 0
        (Invoke-Mirror $row $options).Images.Failures | Should -Be 2
        $null = Invoke-Mirror $row $options
        $alert = Get-Alert
        $alert.event, $alert.image, $alert.failures, $alert.errorId | Should -Be 'failing', 'app', 2, 'RegistryNotFound'
        (Get-State).app.failures | Should -Be 3

        $null = New-SourceImage app
        (Invoke-Mirror $row $options).ErrorId | Should -BeNullOrEmpty
        $null = Invoke-Mirror $row $options
        (Get-Alert).event | Should -Be 'failing', 'recovered'
        (Get-State).app.isAlerted | Should -BeFalse
        (Get-Content (Join-Path $state 'mirror.jsonl') -Raw) + (Get-Content (Join-Path $state 'state.json') -Raw) |
            Should -Not -Match 't0ken'
    }

    It 'tries an alert that did not go out again in the next run' {
        $row = [pscustomobject]@{
            Name = 'app'
            Source = "docker://$($near.Host)/$space/app:latest"
            Mirror = "docker://$($far.Host)/$space/app:latest"
        }
        $options = @{ AlertUri = $hook.Address; AlertAfter = 1 }
        $hook.Status = 500
        (Invoke-Mirror $row $options).Warnings | Should -Match 'did not go out by web hook'
        (Get-State).app.isAlerted | Should -BeFalse
        $hook.Status = 200
        $null = Invoke-Mirror $row $options
        (Get-State).app.isAlerted | Should -BeTrue
        $hook.Status = 500
        $null = New-SourceImage app
        (Invoke-Mirror $row $options).ErrorId | Should -Be 'AlertFailed'
        $hook.Status = 200
        (Invoke-Mirror $row $options).ErrorId | Should -BeNullOrEmpty
        (Get-Alert).event | Should -Be 'failing', 'failing', 'recovered', 'recovered'
    }

    It 'tells a script block, and a command by its name' {
        $row = [pscustomobject]@{
            Name = 'app'
            Source = "docker://$($near.Host)/$space/app:latest"
            Mirror = "docker://$($far.Host)/$space/app:latest"
        }
        $told = [System.Collections.Generic.List[object]]::new()
        $null = Invoke-Mirror $row @{ AlertAfter = 1; OnAlert = { param($Alert) $told.Add($Alert) } }
        $told.event, $told.image | Should -Be 'failing', 'app'

        $state = Join-Path $folder 'other-state'
        $command = Join-Path $folder 'alert.sh'
        "#!/bin/sh`ncat > '$folder/alert.json'" | Set-Content $command
        chmod +x $command
        $null = Invoke-Mirror $row @{ AlertAfter = 1; OnAlert = $command }
        (Get-Content -Raw (Join-Path $folder 'alert.json') | ConvertFrom-Json).image | Should -Be 'app'
        (Get-State).app.isAlerted | Should -BeTrue
    }

    It 'lets no second run in while one is at work' {
        $row = [pscustomobject]@{
            Name = 'app'
            Source = "docker://$($near.Host)/$space/app:latest"
            Mirror = "docker://$($far.Host)/$space/app:latest"
        }
        $table, $where = (Join-Path $folder 'second.csv'), $state
        $row | Export-Csv $table
        $problems = [System.Collections.Generic.List[object]]::new()
        $second = { try { & $runbook $table $where @plain } catch { $problems.Add($_) } }
        $outer = Invoke-Mirror $row @{ AlertAfter = 1; OnAlert = $second }
        $problems.FullyQualifiedErrorId | Should -BeLike 'MirrorBusy,*'
        $outer.ErrorId | Should -Be 'ImagesFailed'
        (Invoke-Mirror $row).ErrorId | Should -Be 'ImagesFailed' -Because 'the lock is free again'
    }

    It 'writes nothing with -WhatIf' {
        $new, $changed, $same = (New-SourceImage new), (New-SourceImage changed $v2), (New-SourceImage same)
        $null = Copy-DiffahImage $v1.Reference $changed.Mirror @plain
        $null = Copy-DiffahImage $v1.Reference $same.Mirror @plain
        $run = Invoke-Mirror $new, $changed, $same @{ WhatIf = $true; AlertUri = $hook.Address; AlertAfter = 1 }
        $run.Error | Should -BeNullOrEmpty
        $run.Images.Action | Should -Be 'Planned', 'Planned', 'Unchanged'
        Get-MirrorDigest $changed | Should -Be $v1.ManifestDigest
        { Get-MirrorDigest $new } | Should -Throw
        Get-Entry $folder | Should -Be 'images.csv'
        $hook.Received.Count | Should -Be 0
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'a table without a column'; Table = "Name,Source`napp,docker://a/b"; Id = 'TableInvalid' }
        @{ What = 'a name twice'
            Table = "Name,Source,Mirror`napp,docker://a/b,docker://c/d`napp,docker://a/b,docker://c/e"
            Id = 'TableInvalid' }
        @{ What = 'a table of nothing'; Table = 'Name,Source,Mirror'; Id = 'TableInvalid' }
    ) {
        $Table | Set-Content (Join-Path $folder 'bad.csv')
        $caught = { & $runbook (Join-Path $folder 'bad.csv') $state } | Should -Throw -PassThru
        ($caught.FullyQualifiedErrorId -split ',')[0] | Should -Be $Id
        Get-Entry $folder | Should -Be 'bad.csv'
    }

    It 'refuses a state that it can''t read, and leaves it as it is' {
        $row = New-SourceImage app
        $null = Invoke-Mirror $row
        '{ "images": ' | Set-Content (Join-Path $state 'state.json')
        (Invoke-Mirror $row).ErrorId | Should -Be 'StateInvalid'
        Get-Content -Raw (Join-Path $state 'state.json') | Should -Match '^\{ "images": \s*$'
    }

    It 'keeps passwords to itself' {
        $row = New-SourceImage app
        $row.Mirror = "docker://$($locked.Host)/team/app:latest"
        $options = @{ AlertUri = $hook.Address; AlertAfter = 1 }
        $wrong = Invoke-Mirror $row ($options + @{ Credential = Get-TestCredential -Wrong })
        $wrong.Images.ErrorId | Should -Be 'RegistryAuthentication'
        $right = Invoke-Mirror $row ($options + @{ Credential = Get-TestCredential })
        $right.Images.Action | Should -Be 'Copied'
        $said = @($hook.Received; Get-Content (Join-Path $state 'mirror.jsonl'),
            (Join-Path $state 'state.json'); $wrong, $right | ConvertTo-Json -Depth 3 -WarningAction Ignore) -join "`n"
        (Get-Alert).event | Should -Be 'failing', 'recovered'
        foreach ($secret in Get-TestSecret) { $said.Contains($secret) | Should -BeFalse }
    }

    It 'tells a scheduler by its exit code' {
        $row = New-SourceImage app
        $row | Export-Csv (Join-Path $folder 'images.csv')
        $run = { pwsh -NoProfile -NonInteractive -File $runbook -Path (Join-Path $folder 'images.csv') `
            -StateDirectory $state -SkipTlsVerification -RetryDelay 0 *> (Join-Path $folder 'said.txt') }
        $before = $env:PSModulePath
        $env:PSModulePath = (Split-Path (Split-Path (Split-Path (Get-ModuleUnderTest)))) +
            [IO.Path]::PathSeparator + $before
        try {
            & $run
            $LASTEXITCODE | Should -Be 0 -Because (Get-Content -Raw (Join-Path $folder 'said.txt'))
            $row.Source = "docker://$($near.Host)/$space/nothing:latest"
            $row | Export-Csv (Join-Path $folder 'images.csv')
            & $run
            $LASTEXITCODE | Should -Be 1
        }
        finally { $env:PSModulePath = $before }
    }
}
