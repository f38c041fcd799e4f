BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
    $oci = Get-Sample OciGzip v1
    $up, $back = (Join-Path $TestDrive 'up.delta'), (Join-Path $TestDrive 'back.delta')
    $null = New-DiffahDelta $v1.Reference $v2.Reference $up
    $null = New-DiffahDelta $v2.Reference $oci.Reference $back
}

Describe 'Merge-DiffahDelta' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'makes one archive that gives the last image of the first' {
        $archive = Merge-DiffahDelta $up, $back both.delta
        $archive | Should -BeOfType ([Diffah.Engine.Deltas.Reports.DeltaArchive])
        $archive.Path | Should -Be (Join-Path $folder 'both.delta')
        $archive.Images[0].TargetManifestDigest | Should -Be $oci.ManifestDigest
        $restored = Restore-DiffahImage both.delta $v1.Reference dir:restored
        $restored.ManifestDigest | Should -Be $oci.ManifestDigest
        Test-DiffahArchive both.delta -Baseline $v1.Reference -RequireBaseline -Quiet | Should -BeTrue
    }

    It 'makes it with the first image at hand, too' {
        $without = Merge-DiffahDelta $up, $back without.delta
        $with = Merge-DiffahDelta $up, $back with.delta -Baseline $v1.Reference
        $with.ArchiveBytes | Should -BeLessOrEqual $without.ArchiveBytes
        (Restore-DiffahImage with.delta $v1.Reference dir:restored).ManifestDigest | Should -Be $oci.ManifestDigest
    }

    It 'takes relative paths, and objects with properties' {
        Copy-Item -LiteralPath $up -Destination 1.delta
        Copy-Item -LiteralPath $back -Destination 2.delta
        $archive = [pscustomobject]@{ Delta = './1.delta', '2.delta'; Path = 'out.delta' } | Merge-DiffahDelta
        $archive.Path | Should -Be (Join-Path $folder 'out.delta')
    }

    It 'plans, and writes nothing then' {
        $plan = Merge-DiffahDelta $up, $back both.delta -DryRun
        $plan | Should -BeOfType ([Diffah.Engine.Deltas.Reports.DeltaPlan])
        Get-Entry $folder | Should -BeNullOrEmpty
        (Merge-DiffahDelta $up, $back both.delta).ArchiveBytes | Should -Be $plan.EstimatedArchiveBytes
    }

    It 'writes nothing with -WhatIf' {
        Merge-DiffahDelta $up, $back both.delta -WhatIf | Should -BeNullOrEmpty
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'checks the signatures of the deltas and signs what comes out' {
        $keys = New-DiffahKey signing.key
        $one = New-DiffahDelta $v1.Reference $v2.Reference 1.delta -SigningKey signing.key
        Merge-DiffahDelta $one.Path, $back both.delta -VerificationKey $keys.PublicKeyPath -ErrorVariable failed `
            -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Assert-DiffahError $failed[0] 'SignatureMissing' 'MergeDiffahDelta' 'SecurityError'
        $two = New-DiffahDelta $v2.Reference $oci.Reference 2.delta -SigningKey signing.key
        $archive = Merge-DiffahDelta $one.Path, $two.Path both.delta -VerificationKey $keys.PublicKeyPath `
            -SigningKey signing.key
        $archive.IsSigned | Should -BeTrue
    }

    It 'refuses a delta that does not go on from where the one before ends' {
        Merge-DiffahDelta $up, $up both.delta -ErrorVariable failed -ErrorAction SilentlyContinue |
            Should -BeNullOrEmpty
        Assert-DiffahError $failed[0] 'BaselineMismatch' 'MergeDiffahDelta' 'InvalidArgument'
        $failed[0].Exception.Message | Should -Match 'does not go on from where'
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'replaces an archive with -Force alone, and never a delta' {
        $null = Merge-DiffahDelta $up, $back both.delta
        { Merge-DiffahDelta $up, $back both.delta -ErrorAction Stop } | Should -Throw '*exists already*'
        $null = Merge-DiffahDelta $up, $back both.delta -Force
        { Merge-DiffahDelta $up, $back $up -Force -ErrorAction Stop } | Should -Throw
    }
}
