BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
    $oci = Get-Sample OciLayout v1
}

Describe 'New-DiffahDelta with several baselines' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'makes an archive that is restored from any one of them' {
        $archive = New-DiffahDelta $v1.Reference, $oci.Reference $v2.Reference any.delta.tar
        $archive.Images[0].BaselineMode | Should -Be Any
        $archive.Images[0].Baselines.ManifestDigest | Should -Be @($v1.ManifestDigest, $oci.ManifestDigest)
        foreach ($baseline in $v1, $oci) {
            $restored = Restore-DiffahImage any.delta.tar $baseline.Reference docker-archive:out.tar -Force
            $restored.ManifestDigest | Should -Be $v2.ManifestDigest
            Test-DiffahArchive any.delta.tar $baseline.Reference -RequireBaseline -Quiet | Should -BeTrue
        }
    }

    It 'makes an archive that takes all of them' {
        $archive =
            New-DiffahDelta -Baseline $v1.Reference, $oci.Reference -BaselineMode All $v2.Reference all.delta.tar
        $archive.Images[0].BaselineMode | Should -Be All
        (Restore-DiffahImage all.delta.tar $oci.Reference docker-archive:out.tar `
            -AdditionalBaseline $v1.Reference).ManifestDigest | Should -Be $v2.ManifestDigest
    }

    It 'says beforehand what each takes, and takes properties of objects' {
        $plan = [pscustomobject]@{
            Baseline = $v1.Reference, $oci.Reference
            Target = $v2.Reference
            Path = 'any.delta.tar'
        } | New-DiffahDelta -DryRun
        $plan.Images[0].Baselines | Should -HaveCount 2
        $plan.Images[0].Baselines.EstimatedBytes | Should -BeGreaterThan 0
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'refuses several in version 1' {
        New-DiffahDelta $v1.Reference, $oci.Reference $v2.Reference any.delta.tar -FormatVersion 1 `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] InvalidArgument NewDiffahDelta InvalidArgument
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'shows them in a list' {
        $archive = New-DiffahDelta $v1.Reference, $oci.Reference $v2.Reference any.delta.tar
        $archive.Images[0] | Format-List | Out-String | Should -Match 'Baselines\s+: Any of: '
    }
}
