BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample OciGzip v1), (Get-Sample OciGzip v2)
    $multi = Get-Sample OciMultiPlatform v1
}

Describe 'Get-DiffahImage' {
    It 'gives manifest, configuration and layers of <_>' -ForEach 'DockerArchive',
        'OciGzip', 'OciPlain', 'OciLayout', 'Directory' {
        $sample = Get-Sample $_ v1
        $image = Get-DiffahImage $sample.Reference
        $image | Should -BeOfType ([Diffah.Engine.Operations.ImageDetails])
        $image.Reference | Should -Be $sample.Reference
        $image.Digest | Should -Be $sample.ManifestDigest
        $image.ConfigDigest | Should -Be $sample.ConfigDigest
        $image.Platform | Should -Be 'linux/amd64'
        $image.Layers | Should -BeOfType ([Diffah.Engine.Operations.ImageLayerDetails])
        $image.Layers.Digest | Should -Be $sample.LayerDigests
        $image.Layers.DiffId | Should -Be $sample.DiffIds
        $image.Layers.Index | Should -Be @(0..($sample.LayerDigests.Count - 1))
        $image.LayerBytes | Should -Be ($image.Layers | Measure-Object Size -Sum).Sum
        $image.Platforms | Should -BeNullOrEmpty
        $image.IndexDigest | Should -BeNullOrEmpty
    }

    It 'gives the platforms of an index, and picks one' {
        $image = Get-DiffahImage $multi.Reference
        $image.Digest | Should -Be $multi.ManifestDigest
        $image.IndexDigest | Should -Match '^sha256:'
        $image.Platforms | Should -BeOfType ([Diffah.Engine.Operations.ImagePlatformDetails])
        ($image.Platforms.Platform | Sort-Object) | Should -Be 'linux/amd64', 'linux/arm64'
        $arm = Get-DiffahImage $multi.Reference -Platform linux/arm64
        $arm.Platform | Should -Be 'linux/arm64'
        $arm.Digest | Should -Be ($image.Platforms | Where-Object Platform -EQ linux/arm64).Digest
    }

    It 'takes several, by position, from the pipeline and by property name' {
        (Get-DiffahImage $v1.Reference, $v2.Reference).Digest | Should -Be $v1.ManifestDigest, $v2.ManifestDigest
        ($v1.Reference, $v2.Reference | Get-DiffahImage).Digest | Should -Be $v1.ManifestDigest, $v2.ManifestDigest
        ("Reference`n$($v1.Reference)" | ConvertFrom-Csv | Get-DiffahImage).Digest | Should -Be $v1.ManifestDigest
        ([pscustomobject]@{ Destination = $v2.Reference } | Get-DiffahImage).Digest | Should -Be $v2.ManifestDigest
        ([Diffah.Engine.Images.ImageReference]::Parse($v1.Reference) | Get-DiffahImage).Digest |
            Should -Be $v1.ManifestDigest
    }

    It 'resolves references against the session''s location' {
        Push-Location (Split-Path $v1.Path)
        try { (Get-DiffahImage "oci-archive:./$(Split-Path $v1.Path -Leaf)").Reference | Should -Be $v1.Reference }
        finally { Pop-Location }
    }

    It 'chains into the cmdlets that take an image' {
        $old, $new = Get-DiffahImage $v1.Reference, $v2.Reference
        $delta = New-DiffahDelta -Baseline $old -Target $new -Path (Join-Path $TestDrive 'chain.delta.tar')
        $delta.Images[0].TargetManifestDigest | Should -Be $v2.ManifestDigest
        $restored = $delta | Restore-DiffahImage -Baseline $old -Destination "oci-archive:$TestDrive/chain.tar"
        ($restored | Get-DiffahImage).Digest | Should -Be $v2.ManifestDigest
    }

    It 'can be filtered and measured' {
        ($v1.Reference, $v2.Reference | Get-DiffahImage | Where-Object LayerCount -GT 0 | ForEach-Object Layers |
            Sort-Object Size -Descending | Select-Object -First 1).Size | Should -BeGreaterThan 0
    }

    It 'reports what fails, and goes on' {
        @('oci-archive:/none.tar', $v1.Reference | Get-DiffahImage `
            -ErrorAction SilentlyContinue -ErrorVariable problems).Digest | Should -Be $v1.ManifestDigest
        Assert-DiffahError $problems[0] FileNotFound GetDiffahImage ObjectNotFound
        $problems[0].TargetObject.ToString() | Should -Be 'oci-archive:/none.tar'
    }

    It 'lists what there is where a platform or a name is not' {
        Get-DiffahImage $multi.Reference -Platform linux/s390x -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] PlatformNotFound GetDiffahImage ObjectNotFound
        $problems[0].Exception.Message | Should -Match 'linux/arm64'
        Get-DiffahImage "oci:$($multi.Path):none" -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] ImageNotFound GetDiffahImage ObjectNotFound
    }

    It 'refuses a bare path while it binds, and nothing at all' {
        $id = 'ParameterArgumentTransformationError,Diffah.PowerShell.Commands.GetDiffahImageCommand'
        { Get-DiffahImage $v1.Path } | Should -Throw -ErrorId $id
        { Get-DiffahImage @() } | Should -Throw
        { Get-DiffahImage $null } | Should -Throw
    }

    It 'refuses a transport that is reserved' {
        Get-DiffahImage ostree:app -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] TransportReserved GetDiffahImage NotImplemented
    }
}
