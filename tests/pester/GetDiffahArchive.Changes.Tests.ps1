# What an archive changes of its baseline, told without restoring.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
    $oci1, $oci2 = (Get-Sample OciGzip v1), (Get-Sample OciGzip v2)
    $delta = (New-DiffahDelta $v1.Reference $v2.Reference (Join-Path $TestDrive 'app.delta.tar')).Path
    $bundle = (New-DiffahBundle (Join-Path $TestDrive 'bundle.tar') -Pair @(
            @{ Name = 'api'; Baseline = $v1.Reference; Target = $v2.Reference },
            @{ Name = 'web'; Baseline = $oci1.Reference; Target = $oci2.Reference })).Path
}

Describe 'Get-DiffahArchive -Changes' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'tells what comparing the two images tells, and leaves nothing behind' {
        $null = New-Item -ItemType Directory spool
        $archive = Get-DiffahArchive $delta -Baseline $v1.Reference -Changes -WorkDirectory ./spool `
            -WarningAction Ignore
        $changes = $archive.Images[0].Changes
        $changes | Should -BeOfType ([Diffah.Engine.Deltas.Reports.DeltaChanges])
        $expected = Compare-DiffahImage $v1.Reference $v2.Reference -Squash -Semantic
        $expected | Should -Not -BeNullOrEmpty
        $text = { "$($_.Kind) $($_.Path) $($_.Property) $($_.Reference) $($_.Difference)" }
        $changes.Differences | ForEach-Object $text | Should -Be ($expected | ForEach-Object $text)
        $changes.Summary.DifferenceCount | Should -Be $changes.Differences.Count
        $changes.Summary.DifferenceDigest | Should -Be $v2.ManifestDigest
        Get-ChildItem spool -Force | Should -BeNullOrEmpty
    }

    It 'gives no changes where nobody asks, and warns of a baseline that does nothing' {
        (Get-DiffahArchive $delta).Images[0].Changes | Should -BeNullOrEmpty
        (Get-DiffahArchive $delta $v1.Reference -WarningVariable warnings -WarningAction SilentlyContinue).Images[0].
            Changes | Should -BeNullOrEmpty
        $warnings | Should -Be '-Baseline has no effect without -Changes.'
    }

    It 'takes baselines of a bundle by name, from a table or a file' {
        $archive = Get-DiffahArchive $bundle -Baseline @{ web = $oci1.Reference } -Changes -WarningAction Ignore
        ($archive.Images | Where-Object Name -EQ web).Changes.Differences | Should -Not -BeNullOrEmpty
        ($archive.Images | Where-Object Name -EQ api).Changes | Should -BeNullOrEmpty
        @{ baselines = @{ api = $v1.Reference; web = $oci1.Reference } } | ConvertTo-Json | Set-Content from.json
        (Get-DiffahArchive $bundle -BaselineSpec from.json -Changes -WarningAction Ignore).Images.Changes |
            Should -HaveCount 2
        Get-DiffahArchive $bundle $v1.Reference -Changes -ErrorAction SilentlyContinue -ErrorVariable problems `
            -WarningAction Ignore
        Assert-DiffahError $problems[0] InvalidArgument GetDiffahArchive InvalidArgument
    }

    It 'finds a wrong baseline as restoring does' {
        $wrong = Get-StrangerReference
        Get-DiffahArchive $delta $wrong -Changes -ErrorAction SilentlyContinue -ErrorVariable problems `
            -WarningAction Ignore
        Restore-DiffahImage $delta $wrong docker-archive:new.tar -ErrorAction SilentlyContinue `
            -ErrorVariable others -WarningAction Ignore
        Assert-DiffahError $problems[0] BaselineMismatch GetDiffahArchive
        $problems[0].Exception.NextAction | Should -Be $others[0].Exception.NextAction
    }

    It 'refuses -Changes without a baseline, and what needs -Changes' {
        Get-DiffahArchive $delta -Changes -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] InvalidArgument GetDiffahArchive InvalidArgument
        { Get-DiffahArchive $delta -Package } | Should -Throw -ErrorId 'InvalidArgument,*'
        { Get-DiffahArchive $delta -Content } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'tells nothing of an archive that the key did not sign, with or without -Changes' {
        $keys = New-DiffahKey ./release.key
        $signed = (New-DiffahDelta $v1.Reference $v2.Reference signed.tar -SigningKey $keys.PrivateKeyPath).Path
        (Get-DiffahArchive $signed $v1.Reference -Changes -VerificationKey $keys.PublicKeyPath).Images[0].Changes |
            Should -Not -BeNullOrEmpty
        (Get-DiffahArchive $signed -VerificationKey $keys.PublicKeyPath).IsSigned | Should -BeTrue
        foreach ($more in @{}, @{ Baseline = $v1.Reference; Changes = $true }) {
            Get-DiffahArchive $delta @more -VerificationKey $keys.PublicKeyPath -ErrorAction SilentlyContinue `
                -ErrorVariable problems
            Assert-DiffahError $problems[0] SignatureMissing GetDiffahArchive SecurityError
        }
    }
}
