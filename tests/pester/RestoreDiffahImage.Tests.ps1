BeforeDiscovery {
    $roundTrips = @(
        @{ Format = 'DockerArchive'; Destination = 'docker-archive:new.tar' }
        @{ Format = 'DockerSave'; Destination = 'docker-archive:new.tar:app:v2' }
        @{ Format = 'OciGzip'; Destination = 'oci-archive:new.tar' }
        @{ Format = 'OciPlain'; Destination = 'oci:new-layout:v2' }
        @{ Format = 'OciZstd'; Destination = 'oci-archive:new.tar:v2' }
        @{ Format = 'OciLayout'; Destination = 'dir:new-folder' }
        @{ Format = 'Directory'; Destination = 'oci:new-layout' }
    )
    $goDeltas = @(
        @{ Delta = 'v1-v2.oci.delta.tar'
            Baseline = 'oci-archive:images/v1_oci.tar'; Destination = 'oci-archive:new.tar' }
        @{ Delta = 'v1-v2.oci.intra-off.delta.tar'
            Baseline = 'oci-archive:images/v1_oci.tar'; Destination = 'oci:new-layout' }
        @{ Delta = 'v1-v2.s2.delta.tar'
            Baseline = 'docker-archive:images/v1_s2.tar'; Destination = 'docker-archive:new.tar' }
        @{ Delta = 'v1-v3.oci.level3.delta.tar'
            Baseline = 'oci-archive:images/v1_oci.tar'; Destination = 'oci-archive:new.tar' }
        @{ Delta = 'v1oci-v2s2.delta.tar'; Baseline = 'oci-archive:images/v1_oci.tar'; Destination = 'dir:new-folder' }
        @{ Delta = 'v4.oci.delta.tar'
            Baseline = 'oci-archive:images/v4_baseline_oci.tar'; Destination = 'oci-archive:new.tar' }
        @{ Delta = 'signed.delta.tar'; Baseline = 'oci-archive:images/v1_oci.tar'; Destination = 'oci-archive:new.tar' }
        @{ Delta = 'web-v1-v2.docker.delta.tar'
            Baseline = 'docker-archive:web/web-v1.docker.tar'; Destination = 'docker-archive:new.tar' }
        @{ Delta = 'web-v1-v2.oci.delta.tar'
            Baseline = 'oci-archive:web/web-v1.oci.tar'; Destination = 'oci-archive:new.tar' }
    )
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
    $delta = Join-Path $TestDrive 'app.delta.tar'
    $null = New-DiffahDelta $v1.Reference $v2.Reference $delta

    # The digest of an image that is there, found by making a plan from it: another way than the one that wrote it.
    function Get-ManifestDigest([string] $Reference) {
        (New-DiffahDelta $Reference $Reference none.tar -DryRun).Images[0].TargetManifestDigest
    }
}

Describe 'Restore-DiffahImage' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'makes the round trip New, Get, Restore: <Format> to <Destination>' -ForEach $roundTrips {
        $from, $to = (Get-Sample $Format v1), (Get-Sample $Format v2)
        $archive = New-DiffahDelta $from.Reference $to.Reference app.delta.tar | Get-DiffahArchive
        $image = $archive | Restore-DiffahImage -Baseline $from.Reference -Destination $Destination
        $image | Should -BeOfType ([Diffah.Engine.Operations.RestoredImage])
        $image.ManifestDigest | Should -Be $to.ManifestDigest
        $image.ManifestDigest | Should -Be $archive.Images[0].TargetManifestDigest
        Get-ManifestDigest $Destination | Should -Be $to.ManifestDigest
        $name = ($Destination -split ':')[1]
        Get-ChildItem -Force | ForEach-Object Name | Sort-Object | Should -Be 'app.delta.tar', $name
    }

    It 'restores layers as skopeo compresses them: <Compression>' -ForEach @(
        @{ Compression = 'zstd'; Level = 3 }
        @{ Compression = 'zstd'; Level = 19 }
        @{ Compression = 'zstd:chunked'; Level = 3 }
    ) {
        if (-not (Get-Command skopeo -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'skopeo is not installed on this machine.'
            return
        }
        foreach ($version in 'v1', 'v2') {
            skopeo copy --quiet --insecure-policy --dest-compress-format $Compression --dest-compress-level $Level `
                (Get-Sample OciGzip $version).Reference "oci:${version}:app"
            $LASTEXITCODE | Should -Be 0
        }
        $archive = New-DiffahDelta oci:v1:app oci:v2:app app.delta.tar
        $layers = $archive.Images[0].Layers | Where-Object Encoding -EQ Patch
        $layers | Should -Not -BeNullOrEmpty
        $layers.Encoder | Should -BeLike 'klauspost/compress zstd*'
        $image = $archive | Restore-DiffahImage -Baseline oci:v1:app -Destination oci:new:app
        $image.ManifestDigest | Should -Be (Get-DiffahImage oci:v2:app).Digest
        # A baseline in another form serves as well. In chunked layers the end of the tar may be shorter.
        if ($Compression -eq 'zstd') {
            $other = (Get-Sample OciGzip v1).Reference
            ($archive | Restore-DiffahImage -Baseline $other -Destination oci:other:app).ManifestDigest |
                Should -Be $image.ManifestDigest
        }
    }

    It 'applies the delta of the Go tool: <Delta>' -ForEach $goDeltas {
        $transport, $location = $Baseline -split ':', 2
        $image = Restore-DiffahImage (Get-Fixture "deltas/$Delta") "${transport}:$(Get-Fixture $location)" $Destination
        $image.ManifestDigest |
            Should -Be (Get-DiffahArchive (Get-Fixture "deltas/$Delta")).Images[0].TargetManifestDigest
        Get-ManifestDigest $Destination | Should -Be $image.ManifestDigest
    }

    It 'says of an archive of version 1 that additional baselines are not looked at' {
        $from, $other = 'images/v1_oci.tar', 'images/v3_oci.tar' | ForEach-Object { "oci-archive:$(Get-Fixture $_)" }
        $given = @{
            Path = Get-Fixture deltas/v1-v2.oci.delta.tar
            Baseline = $from
            AdditionalBaseline = $other, $from
        }
        $null = Restore-DiffahImage @given -Destination oci-archive:new.tar -WarningVariable warnings 3>$null
        "$warnings" | Should -Match 'version 1.*additional baselines are not looked at'
        Get-ManifestDigest oci-archive:new.tar |
            Should -Be (Get-DiffahImage "oci-archive:$(Get-Fixture images/v2_oci.tar)").Digest
        $null = Test-DiffahArchive @given -WarningVariable warnings 3>$null
        "$warnings" | Should -Match 'additional baselines are not looked at'
    }

    It 'takes relative paths, wildcards that mean one file, and -LiteralPath' {
        Copy-Item -LiteralPath $delta -Destination 'a[1].tar'
        Copy-Item -LiteralPath $v1.Path -Destination base.tar
        (Restore-DiffahImage 'a*.tar' docker-archive:base.tar docker-archive:one.tar).ManifestDigest |
            Should -Be $v2.ManifestDigest
        (Restore-DiffahImage -LiteralPath 'a[1].tar' -Baseline docker-archive:./base.tar `
            -Destination docker-archive:./two.tar).ManifestDigest | Should -Be $v2.ManifestDigest
        (Get-Item -LiteralPath 'a[1].tar' | Restore-DiffahImage -Baseline docker-archive:base.tar `
            -Destination docker-archive:three.tar).ManifestDigest | Should -Be $v2.ManifestDigest
        ('a*.tar' | Restore-DiffahImage -Baseline docker-archive:base.tar `
            -Destination docker-archive:four.tar).ManifestDigest | Should -Be $v2.ManifestDigest
    }

    It 'takes rows by property name' {
        $rows =
            "Path,Baseline,Destination`n$delta,$($v1.Reference),docker-archive:one.tar`n$delta,$($v1.Reference),docker-archive:two.tar" | ConvertFrom-Csv
        ($rows | Restore-DiffahImage).Count | Should -Be 2
        Get-Entry $folder | Should -Be 'one.tar', 'two.tar'
    }

    It 'leaves nothing with -WhatIf' {
        Restore-DiffahImage $delta $v1.Reference docker-archive:new.tar -WhatIf | Should -BeNullOrEmpty
        Restore-DiffahImage $delta $v1.Reference oci:layout -WhatIf | Should -BeNullOrEmpty
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'gives a plan with -DryRun, and leaves nothing' {
        $plan = Restore-DiffahImage $delta $v1.Reference docker-archive:new.tar -DryRun
        $plan | Should -BeOfType ([Diffah.Engine.Operations.RestorePlan])
        $plan.Images[0].WouldImport | Should -BeTrue
        $plan.Images[0].TargetManifestDigest | Should -Be $v2.ManifestDigest
        ($plan | ConvertTo-Json -Depth 7 | ConvertFrom-Json).Archive.Images[0].Name | Should -Be 'default'
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'has results that are data: ConvertTo-Json' {
        $json = Restore-DiffahImage $delta $v1.Reference docker-archive:new.tar | ConvertTo-Json | ConvertFrom-Json
        $json.ManifestDigest | Should -Be $v2.ManifestDigest
        $json.ImageBytes | Should -BeGreaterThan 1000
    }

    It 'spools where -WorkDirectory says, and removes it' {
        $null = New-Item -ItemType Directory spool
        $null = Restore-DiffahImage $delta $v1.Reference docker-archive:new.tar -WorkDirectory spool
        Get-Entry $folder | Should -Be 'new.tar', 'spool'
    }
}

Describe 'Restore-DiffahImage: errors' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'refuses a baseline that lacks something, names it and the right one, and leaves nothing' {
        Restore-DiffahImage $delta (Get-StrangerReference) docker-archive:new.tar `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] BaselineMismatch RestoreDiffahImage InvalidArgument
        $problems[0].TargetObject | Should -Be $delta
        $problems[0].Exception.Message | Should -Match 'does not have what the delta .*needs: .*sha256:'
        $problems[0].ErrorDetails.RecommendedAction | Should -Match $v1.ManifestDigest
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'refuses, for a delta of version 1, any other baseline, and names both digests' {
        $old = Join-Path $TestDrive 'old.delta.tar'
        $null = New-DiffahDelta $v1.Reference $v2.Reference $old -FormatVersion 1 -Force
        Restore-DiffahImage $old $v2.Reference docker-archive:new.tar `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] BaselineMismatch RestoreDiffahImage InvalidArgument
        foreach ($digest in $v1.ManifestDigest, $v2.ManifestDigest) {
            $problems[0].Exception.Message | Should -Match $digest
        }
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'refuses a destination that exists, and -Force permits it' {
        Set-Content -LiteralPath new.tar -Value 'precious'
        Restore-DiffahImage $delta $v1.Reference docker-archive:new.tar `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] DestinationExists RestoreDiffahImage ResourceExists
        Get-Content -LiteralPath new.tar | Should -Be 'precious'
        (Restore-DiffahImage $delta $v1.Reference docker-archive:new.tar -Force).ManifestDigest |
            Should -Be $v2.ManifestDigest
    }

    It 'refuses formats that disagree' {
        Restore-DiffahImage $delta $v1.Reference oci-archive:new.tar `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] ConversionRefused RestoreDiffahImage InvalidOperation
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'converts with -AllowConvert, and says what changed' {
        (Restore-DiffahImage $delta $v1.Reference oci-archive:new.tar -AllowConvert -DryRun).Images[0].WouldConvert |
            Should -BeTrue
        Get-Entry $folder | Should -BeNullOrEmpty
        $image = Restore-DiffahImage $delta $v1.Reference oci-archive:new.tar -AllowConvert
        $image.Conversion.OriginalManifestDigest | Should -Be $v2.ManifestDigest
        $image.ManifestDigest | Should -Be $image.Conversion.ManifestDigest
        (Get-DiffahImage oci-archive:new.tar).Digest | Should -Be $image.ManifestDigest
        (Get-DiffahImage oci-archive:new.tar).ConfigDigest | Should -Be $v2.ConfigDigest
    }

    It 'says which file is missing: <Case>' -ForEach @(
        @{ Case = 'the archive'; Archive = 'none.tar'; Base = $null },
            @{ Case = 'the baseline'; Archive = $null; Base = 'docker-archive:none.tar' }
    ) {
        Restore-DiffahImage ($Archive ?? $delta) ($Base ?? $v1.Reference) docker-archive:new.tar `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] FileNotFound RestoreDiffahImage ObjectNotFound
        $problems[0].Exception.Message | Should -Match 'none\.tar'
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'refuses several archives for one destination' {
        Copy-Item -LiteralPath $delta -Destination a1.tar
        Copy-Item -LiteralPath $delta -Destination a2.tar
        Restore-DiffahImage a*.tar $v1.Reference docker-archive:new.tar `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] InvalidArgument RestoreDiffahImage InvalidArgument
        Get-Entry $folder | Should -Be 'a1.tar', 'a2.tar'
    }

    It 'refuses a truncated archive, wherever it is cut' -ForEach @(0.3, 0.6, 0.95) {
        $bytes = [System.IO.File]::ReadAllBytes($delta)
        [System.IO.File]::WriteAllBytes((Join-Path $folder cut.tar), $bytes[0..[int]($bytes.Length * $_ - 1025)])
        Restore-DiffahImage cut.tar $v1.Reference docker-archive:new.tar `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] ArchiveInvalid RestoreDiffahImage InvalidData
        Get-Entry $folder | Should -Be 'cut.tar'
    }

    It 'refuses an archive of the early phase' {
        Restore-DiffahImage (Get-Fixture images/v1_phase1.tar) $v1.Reference docker-archive:new.tar `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] ArchiveTooOld RestoreDiffahImage InvalidData
    }

    It 'refuses a bare path, with the transports, while it binds' {
        $id = 'ParameterArgumentTransformationError,Diffah.PowerShell.Commands.RestoreDiffahImageCommand'
        { Restore-DiffahImage $delta $v1.Path docker-archive:new.tar } | Should -Throw -ErrorId $id
    }

    It 'goes on after an error, and with -ErrorAction Stop does not' {
        $rows =
            "Path,Baseline,Destination`n$delta,$(Get-StrangerReference),docker-archive:one.tar`n$delta,$($v1.Reference),docker-archive:two.tar" | ConvertFrom-Csv
        @($rows | Restore-DiffahImage -ErrorAction SilentlyContinue).Count | Should -Be 1
        $caught = { $rows | Restore-DiffahImage -Force -ErrorAction Stop } | Should -Throw -PassThru
        Assert-DiffahError $caught BaselineMismatch RestoreDiffahImage
    }
}
