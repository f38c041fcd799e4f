BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
}

Describe 'New-DiffahDelta' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'writes an archive and gives what it says' {
        $archive = New-DiffahDelta -Baseline $v1.Reference -Target $v2.Reference -Path app.delta.tar
        $archive | Should -BeOfType ([Diffah.Engine.Deltas.Reports.DeltaArchive])
        $archive.Path | Should -Be (Join-Path $folder 'app.delta.tar')
        $archive.Images[0].TargetManifestDigest | Should -Be $v2.ManifestDigest
        $archive.ArchiveBytes | Should -BeLessThan (Get-Item -LiteralPath $v2.Path).Length
        Get-Entry $folder | Should -Be 'app.delta.tar'
    }

    It 'works by position, and resolves references against the session''s location' {
        Copy-Item -LiteralPath $v1.Path -Destination one.tar
        Copy-Item -LiteralPath $v2.Path -Destination two.tar
        (New-DiffahDelta docker-archive:one.tar `
            docker-archive:./two.tar ./app.delta.tar).Images[0].TargetManifestDigest | Should -Be $v2.ManifestDigest
    }

    It 'understands drives of the session and a reference in a Reference property' {
        Copy-Item -LiteralPath $v1.Path -Destination one.tar
        $null = New-PSDrive -Name Images -PSProvider FileSystem -Root $folder -Scope Global
        try {
            $plan =
                New-DiffahDelta docker-archive:Images:/one.tar ([pscustomobject]@{
                    Reference = $v2.Reference
                }) Images:/app.delta.tar -DryRun
        }
        finally { Remove-PSDrive Images -Scope Global }
        $plan.Path | Should -Be (Join-Path $folder 'app.delta.tar')
        $plan.Images[0].BaselineManifestDigest | Should -Be $v1.ManifestDigest
    }

    It 'understands the home folder' {
        New-DiffahDelta docker-archive:~/no-such-image.tar $v2.Reference app.delta.tar `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] FileNotFound NewDiffahDelta ObjectNotFound
        $problems[0].Exception.Message | Should -Match ([regex]::Escape((Get-PSProvider FileSystem).Home))
    }

    It 'resolves references from a location of another provider' {
        Push-Location Env:
        try {
            (New-DiffahDelta docker-archive:none.tar $v2.Reference (Join-Path $folder x.tar) `
                -ErrorAction SilentlyContinue -ErrorVariable problems)
        }
        finally { Pop-Location }
        $problems[0].Exception.Message | Should -Match ([regex]::Escape($folder))
    }

    It 'takes brackets in -Path as they are' {
        (New-DiffahDelta $v1.Reference $v2.Reference 'app[1].delta.tar').Path |
            Should -Be (Join-Path $folder 'app[1].delta.tar')
        Get-Entry $folder | Should -Be 'app[1].delta.tar'
    }

    It 'takes rows by property name, one delta a row' {
        $rows =
            "Baseline,Target,Path`n$($v1.Reference),$($v2.Reference),forth.tar`n$($v2.Reference),$($v1.Reference),back.tar" | ConvertFrom-Csv
        ($rows | New-DiffahDelta).Count | Should -Be 2
        Get-Entry $folder | Should -Be 'back.tar', 'forth.tar'
    }

    It 'goes on with the next row after one that fails' {
        $rows =
            "Baseline,Target,Path`ndocker-archive:none.tar,$($v2.Reference),bad.tar`n$($v1.Reference),$($v2.Reference),good.tar" | ConvertFrom-Csv
        ($rows | New-DiffahDelta -ErrorAction SilentlyContinue -ErrorVariable problems).Path |
            Should -Be (Join-Path $folder 'good.tar')
        Assert-DiffahError $problems[0] FileNotFound NewDiffahDelta
        $problems[0].TargetObject | Should -Be 'bad.tar'
    }

    It 'gives the same bytes whatever the workers, with a fixed date' {
        $env:SOURCE_DATE_EPOCH = '1700000000'
        try {
            $a = New-DiffahDelta $v1.Reference $v2.Reference a.tar -Workers 1
            $b = New-DiffahDelta $v1.Reference $v2.Reference b.tar -Workers 7
        }
        finally { $env:SOURCE_DATE_EPOCH = $null }
        $a.CreatedAt.ToUnixTimeSeconds() | Should -Be 1700000000
        (Get-FileHash -LiteralPath $a.Path).Hash | Should -Be (Get-FileHash -LiteralPath $b.Path).Hash
    }

    It 'leaves nothing with -WhatIf' {
        New-DiffahDelta $v1.Reference $v2.Reference app.delta.tar -WhatIf | Should -BeNullOrEmpty
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'gives a plan with -DryRun, and leaves nothing' {
        $plan = New-DiffahDelta $v1.Reference $v2.Reference app.delta.tar -DryRun
        $plan | Should -BeOfType ([Diffah.Engine.Deltas.Reports.DeltaPlan])
        $plan.Images[0].Blobs.Action | Should -Contain 'Patch'
        $plan.EstimatedArchiveBytes |
            Should -BeGreaterOrEqual (New-DiffahDelta $v1.Reference $v2.Reference real.tar).ArchiveBytes
        Get-Entry $folder | Should -Be 'real.tar'
    }

    It 'has a plan that is data: ConvertTo-Json' {
        $plan = New-DiffahDelta $v1.Reference $v2.Reference app.delta.tar -DryRun |
            ConvertTo-Json -Depth 6 -EnumsAsStrings | ConvertFrom-Json
        $plan.Images[0].Blobs[0].Kind | Should -Be 'Manifest'
    }

    It 'spools where -WorkDirectory says, else DIFFAH_WORKDIR, and removes it' {
        $null = New-Item -ItemType Directory spool
        $null = New-DiffahDelta $v1.Reference $v2.Reference one.tar -WorkDirectory ./spool
        $env:DIFFAH_WORKDIR = './spool'
        try { $null = New-DiffahDelta $v1.Reference $v2.Reference two.tar }
        finally { $env:DIFFAH_WORKDIR = $null }
        Get-Entry $folder | Should -Be 'one.tar', 'spool', 'two.tar'
    }

    It 'obeys -IntraLayer, -Candidates, -ZstdWindowLog and -MemoryBudget' {
        (New-DiffahDelta $v1.Reference $v2.Reference off.tar -IntraLayer Off).PatchCount | Should -Be 0
        (New-DiffahDelta $v1.Reference $v2.Reference a.tar `
            -ZstdWindowLog auto -MemoryBudget 8GB -Candidates 1).PatchCount | Should -BeGreaterThan 0
        (New-DiffahDelta $v1.Reference $v2.Reference b.tar -ZstdWindowLog 20 -MemoryBudget '1GiB').PatchCount |
            Should -BeGreaterThan 0
        (New-DiffahDelta $v1.Reference $v2.Reference c.tar -MemoryBudget 0).PatchCount | Should -BeGreaterThan 0
    }

    It 'writes version 2 of the format, and version 1 where -FormatVersion says so: both give the image' {
        $one, $two = (Get-Sample OciGzip v1), (Get-Sample OciGzip v2)
        $new = New-DiffahDelta $one.Reference $two.Reference new.tar
        $old = New-DiffahDelta $one.Reference $two.Reference old.tar -FormatVersion 1
        $new.Version, $old.Version | Should -Be 'v2', 'v1'
        tar -xOf new.tar diffah.json | ConvertFrom-Json | ForEach-Object version | Should -Be 'v2'
        tar -xOf old.tar diffah.json | ConvertFrom-Json | ForEach-Object version | Should -Be 'v1'
        $new.ArchiveBytes | Should -BeLessThan ($old.ArchiveBytes / 5)
        foreach ($delta in $new, $old) {
            (Restore-DiffahImage $delta.Path $one.Reference "oci:from-$($delta.Version)").ManifestDigest |
                Should -Be $two.ManifestDigest
        }
    }

    It 'writes with every effort what gives the image, and without -Effort as with Compact' {
        $one, $two = (Get-Sample OciGzip v1), (Get-Sample OciGzip v2)
        foreach ($effort in 'Fast', 'compact', 'FULL') {
            (New-DiffahDelta $one.Reference $two.Reference "$effort.tar" -Effort $effort).Version | Should -Be 'v2'
            (Restore-DiffahImage "$effort.tar" $one.Reference "oci:from-$($effort.ToLowerInvariant())").ManifestDigest |
                Should -Be $two.ManifestDigest
        }
        $null = New-DiffahDelta $one.Reference $two.Reference default.tar
        (Get-FileHash default.tar).Hash | Should -Be (Get-FileHash compact.tar).Hash
    }

    It 'restores from a baseline in another form, digest for digest' {
        $one, $two = 'web/web-v1.oci.tar', 'web/web-v2.oci.tar' | ForEach-Object { "oci-archive:$(Get-Fixture $_)" }
        $null = New-DiffahDelta $one $two new.tar
        (Restore-DiffahImage new.tar "docker-archive:$(Get-Fixture web/web-v1.docker.tar)" oci:new).ManifestDigest |
            Should -Be (Get-DiffahImage $two).Digest
    }

    It 'refuses a budget no layer fits into' {
        New-DiffahDelta $v1.Reference $v2.Reference a.tar `
            -ZstdWindowLog 27 -MemoryBudget 1MiB -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] MemoryBudgetExceeded NewDiffahDelta LimitsExceeded
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'picks the image of an index by -Platform, and lists what there is' {
        $multi = Get-Sample OciMultiPlatform v1
        (New-DiffahDelta $multi.Reference $multi.Reference a.tar -Platform linux/arm64).Platform |
            Should -Be 'linux/arm64'
        New-DiffahDelta $multi.Reference $multi.Reference b.tar `
            -Platform linux/s390x -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] PlatformNotFound NewDiffahDelta ObjectNotFound
        $problems[0].Exception.Message | Should -Match 'linux/arm64'
    }

    It 'takes the manifest of a baseline that is gone: every layer it names stays out, and none is patched' {
        $one, $two = (Get-Sample OciGzip v1), (Get-Sample OciGzip v2)
        $null = Copy-DiffahImage $one.Reference dir:kept
        $known = New-DiffahDelta $one.Reference $two.Reference known.tar -IntraLayer Off
        $kept = New-DiffahDelta -BaselineManifest ./kept/manifest.json $two.Reference kept.tar `
            -WarningAction SilentlyContinue -WarningVariable warnings
        "$warnings" | Should -Match 'manifest'
        $kept.Images[0].BaselineManifestDigest | Should -Be $one.ManifestDigest
        $kept.PatchCount | Should -Be 0
        $kept.FullBytes | Should -Be $known.FullBytes
        (Restore-DiffahImage kept.tar $one.Reference oci:new).ManifestDigest | Should -Be $two.ManifestDigest
        "BaselineManifest,Target,Path`nkept/manifest.json,$($two.Reference),row.tar" |
            ConvertFrom-Csv | New-DiffahDelta -WarningAction SilentlyContinue | ForEach-Object PatchCount | Should -Be 0
    }

    It 'says where it looks for what the last stage of a Dockerfile is built on, with what the build was given' {
        Set-Content Dockerfile 'ARG V=1', 'ARG v', 'FROM localhost:9/tools AS build', 'FROM localhost:9/base:$V-$v'
        New-DiffahDelta -Dockerfile ./Dockerfile -BuildArg @{ V = 2 } $v2.Reference a.tar -RetryCount 0 `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] DockerfileInvalid NewDiffahDelta ParserError
        $problems[0].Exception.Message | Should -Match "line 4: FROM uses 'v'"
        $arguments = [System.Collections.Generic.Dictionary[string, object]]::new()
        $arguments['V'] = 2
        $arguments['v'] = 'x'
        New-DiffahDelta -Dockerfile ./Dockerfile -BuildArg $arguments $v2.Reference a.tar -RetryCount 0 `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        $problems[0].Exception.Message |
            Should -Match 'The baseline docker://localhost:9/base:2-x \(FROM in line 4 of .*Dockerfile'
        "Dockerfile,Target,Path`nDockerfile,$($v2.Reference),row.tar" | ConvertFrom-Csv |
            New-DiffahDelta -BuildArg $arguments -RetryCount 0 -ErrorAction SilentlyContinue -ErrorVariable problems
        $problems[0].Exception.Message | Should -Match 'The baseline docker://localhost:9/base:2-x '
        Get-Entry $folder | Should -Be 'Dockerfile'
    }

    It 'compresses the archive as a whole with -Compress Zstd' {
        $archive = New-DiffahDelta $v1.Reference $v2.Reference packed.tar -Compress Zstd
        [System.IO.File]::ReadAllBytes($archive.Path)[0..3] | Should -Be 0x28, 0xB5, 0x2F, 0xFD
        (Restore-DiffahImage packed.tar $v1.Reference docker-archive:new.tar).ManifestDigest |
            Should -Be $v2.ManifestDigest
    }

    It 'lets an archive through that is as large as -MaximumSize says, and none that is larger: <Case>' -ForEach @(
        @{ Case = 'a number'; Limit = { param($bytes) $bytes } }
        @{ Case = 'a text'; Limit = { param($bytes) "$bytes" } }
        @{ Case = 'a size'; Limit = { param($bytes) [Diffah.Engine.Diagnostics.SizeLimit]::OfBytes($bytes) } }
    ) {
        $size = (New-DiffahDelta $v1.Reference $v2.Reference a.tar).ArchiveBytes
        (New-DiffahDelta $v1.Reference $v2.Reference b.tar -MaximumSize (& $Limit $size)).ArchiveBytes |
            Should -Be $size
        New-DiffahDelta $v1.Reference $v2.Reference c.tar -MaximumSize (& $Limit ($size - 1)) `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] ArchiveTooLarge NewDiffahDelta LimitsExceeded
        $excess = $problems[0].Exception.Excess
        $excess.ArchiveBytes, $excess.LimitBytes | Should -Be $size, ($size - 1)
        $excess.Costliest | Should -HaveCount 3
        foreach ($cost in $excess.Costliest) {
            $problems[0].Exception.Message | Should -Match ([regex]::Escape($cost.Path ?? $cost.Layer.Substring(0, 19)))
        }
        Get-Entry $folder | Should -Be 'a.tar', 'b.tar'
    }

    It 'counts per cent of the image, and leaves what is there as it is, also with -Force' {
        Set-Content a.tar 'older'
        New-DiffahDelta $v1.Reference $v2.Reference a.tar -Force -MaximumSize 0.01% `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] ArchiveTooLarge NewDiffahDelta LimitsExceeded
        $excess = $problems[0].Exception.Excess
        $excess.LimitBytes | Should -Be ([math]::Floor($excess.ImageBytes / 10000))
        Get-Content a.tar | Should -Be 'older'
        Get-Entry $folder | Should -Be 'a.tar'
        (New-DiffahDelta $v1.Reference $v2.Reference a.tar -Force -MaximumSize '120 %').Path | Should -Exist
    }

    It 'checks the estimate with -DryRun, and nothing with -WhatIf' {
        New-DiffahDelta $v1.Reference $v2.Reference a.tar -DryRun -MaximumSize 1KB `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] ArchiveTooLarge NewDiffahDelta LimitsExceeded
        (New-DiffahDelta $v1.Reference $v2.Reference a.tar -DryRun -MaximumSize 1GB).TotalBlobs |
            Should -BeGreaterThan 0
        New-DiffahDelta $v1.Reference $v2.Reference a.tar -WhatIf -MaximumSize 1
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'refuses -MaximumSize <_>, and says what can be written' -ForEach '0', '-1', '-5%', 'small', '', '5%%' {
        { New-DiffahDelta $v1.Reference $v2.Reference a.tar -MaximumSize $_ } |
            Should -Throw -ErrorId 'ParameterArgumentTransformationError,*' -ExpectedMessage '*5%, 0.5%*'
    }

    It 'takes defaults from $PSDefaultParameterValues' {
        $PSDefaultParameterValues = @{ 'New-DiffahDelta:IntraLayer' = 'Off'; '*-Diffah*:Baseline' = $v1.Reference }
        (New-DiffahDelta -Target $v2.Reference -Path a.tar).PatchCount | Should -Be 0
    }
}

Describe 'New-DiffahDelta: errors' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'refuses a bare path, with the transports, while it binds' {
        $caught = { New-DiffahDelta ./v1.tar $v2.Reference a.tar } | Should -Throw -PassThru
        $caught.FullyQualifiedErrorId |
            Should -Be 'ParameterArgumentTransformationError,Diffah.PowerShell.Commands.NewDiffahDeltaCommand'
        $caught.Exception.Message | Should -Match 'docker-archive:, oci-archive:, oci:, dir:'
        $cause = $caught.Exception.InnerException.InnerException
        $cause | Should -BeOfType ([Diffah.Engine.Diagnostics.DiffahException])
        $cause.Error.Code | Should -Be 'InvalidReference'
    }

    It 'refuses a file object, which names no transport' {
        { New-DiffahDelta (Get-Item -LiteralPath $v1.Path) $v2.Reference a.tar } |
            Should -Throw -ErrorId 'ParameterArgumentTransformationError,*'
    }

    It 'refuses a manifest that is not there, and a baseline in two forms' {
        New-DiffahDelta `
            -BaselineManifest none.json $v2.Reference a.tar -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] FileNotFound NewDiffahDelta ObjectNotFound
        { New-DiffahDelta -Baseline $v1.Reference -BaselineManifest none.json -Target $v2.Reference -Path a.tar } |
            Should -Throw -ErrorId 'AmbiguousParameterSet,*'
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'refuses a Dockerfile that names no image, a target that says nothing, and two ways of naming the baseline' {
        Set-Content Dockerfile 'FROM scratch'
        New-DiffahDelta -Dockerfile Dockerfile $v2.Reference a.tar -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] BaselineUnknown NewDiffahDelta ObjectNotFound
        New-DiffahDelta -Dockerfile none $v2.Reference a.tar -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] FileNotFound NewDiffahDelta ObjectNotFound
        New-DiffahDelta -BaselineFromImage $v2.Reference a.tar -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] BaselineUnknown NewDiffahDelta ObjectNotFound
        foreach ($wrong in { New-DiffahDelta -Dockerfile Dockerfile -BaselineFromImage $v2.Reference a.tar },
            { New-DiffahDelta -Baseline $v1.Reference -Dockerfile Dockerfile -Target $v2.Reference -Path a.tar },
            { New-DiffahDelta -BaselineFromImage -BuildArg @{ A = 1 } $v2.Reference a.tar }) {
            $wrong | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
        }
        Get-Entry $folder | Should -Be 'Dockerfile'
    }

    It 'refuses a reserved transport' {
        New-DiffahDelta ostree:app $v2.Reference a.tar -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] TransportReserved NewDiffahDelta NotImplemented
    }

    It 'refuses an archive of several images, with the choices' {
        $both = 'docker-archive:' + (Join-Path (Get-SampleFolder) both.docker.tar)
        New-DiffahDelta $both $v2.Reference a.tar -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] AmbiguousImage NewDiffahDelta InvalidArgument
    }

    It 'refuses a destination that exists, and -Force permits it' {
        Set-Content -LiteralPath a.tar -Value 'precious'
        New-DiffahDelta $v1.Reference $v2.Reference a.tar -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] DestinationExists NewDiffahDelta ResourceExists
        $problems[0].TargetObject | Should -Be 'a.tar'
        Get-Content -LiteralPath a.tar | Should -Be 'precious'
        (New-DiffahDelta $v1.Reference $v2.Reference a.tar -Force).ArchiveBytes | Should -BeGreaterThan 100
    }

    It 'leaves the old file with -Force where the work fails' {
        Set-Content -LiteralPath a.tar -Value 'precious'
        New-DiffahDelta docker-archive:none.tar $v2.Reference a.tar -Force -ErrorAction SilentlyContinue
        Get-Content -LiteralPath a.tar | Should -Be 'precious'
        Get-Entry $folder | Should -Be 'a.tar'
    }

    It 'ends at once for a knob out of range: <Parameter> <Value>' -ForEach @(
        @{ Parameter = 'ZstdLevel'; Value = 23 },
            @{ Parameter = 'ZstdLevel'; Value = 0 }, @{ Parameter = 'ZstdWindowLog'; Value = '9' },
        @{ Parameter = 'ZstdWindowLog'; Value = 'wide' },
            @{ Parameter = 'Workers'; Value = 0 }, @{ Parameter = 'Candidates'; Value = 0 },
        @{ Parameter = 'FormatVersion'; Value = 0 }, @{ Parameter = 'FormatVersion'; Value = 3 },
        @{ Parameter = 'MemoryBudget'; Value = -1 }, @{ Parameter = 'Platform'; Value = 'linux' }
    ) {
        $knob = @{ $Parameter = $Value }
        $caught = { New-DiffahDelta $v1.Reference $v2.Reference a.tar @knob } | Should -Throw -PassThru
        Assert-DiffahError $caught InvalidArgument NewDiffahDelta InvalidArgument
    }

    It 'refuses an effort there is not, and says which there are: <_>' -ForEach 'most', 3, -1 {
        $caught = { New-DiffahDelta $v1.Reference $v2.Reference a.tar -Effort $_ } | Should -Throw -PassThru
        $caught.FullyQualifiedErrorId | Should -BeLike 'CannotConvertArgument*,*NewDiffahDeltaCommand'
        $caught.Exception.Message | Should -Match 'Fast.*Compact.*Full'
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'refuses a size it can not read' {
        { New-DiffahDelta $v1.Reference $v2.Reference a.tar -MemoryBudget plenty } |
            Should -Throw -ErrorId 'ParameterArgumentTransformationError,*'
    }

    It 'refuses a date that is none' {
        $env:SOURCE_DATE_EPOCH = 'yesterday'
        try { $caught = { New-DiffahDelta $v1.Reference $v2.Reference a.tar } | Should -Throw -PassThru }
        finally { $env:SOURCE_DATE_EPOCH = $null }
        Assert-DiffahError $caught InvalidArgument NewDiffahDelta
    }
}
