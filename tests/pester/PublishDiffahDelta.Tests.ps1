# Deltas beside their images, in a real registry without the referrers API.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'RegistrySupport.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample OciGzip v1), (Get-Sample OciGzip v2)
    $missing = 'docker-registry is not installed'
    $delta = Join-Path $TestDrive 'v1-v2.delta'
    $keys = New-DiffahKey (Join-Path $TestDrive release.key)
    $null = New-DiffahDelta $v1.Reference $v2.Reference $delta -SigningKey $keys.PrivateKeyPath
}

Describe 'Published deltas' {
    BeforeAll {
        $registry = Start-TestRegistry (Join-Path $TestDrive 'plain')
        $plain = @{ SkipTlsVerification = $true; RetryDelay = 0 }
        $app = "docker://$(${registry}?.Host)/team/app"
        if ($registry) {
            $null = Copy-DiffahImage $v1.Reference "${app}:v1" @plain
            $null = Copy-DiffahImage $v2.Reference "${app}:v2" @plain
        }
    }

    BeforeEach { if (-not $registry) { Set-ItResult -Skipped -Because $missing } }

    AfterAll { Stop-TestRegistry $registry }

    It 'are sent by nobody who only asks what would be done' {
        Publish-DiffahDelta $delta "${app}:v2" @plain -WhatIf | Should -BeNullOrEmpty
        Find-DiffahDelta "${app}:v2" @plain | Should -BeNullOrEmpty
    }

    It 'are published once, and found' {
        $published = Get-Item $delta |
            Publish-DiffahDelta -Image "${app}:v2" -VerificationKey $keys.PublicKeyPath @plain
        $published | Should -BeOfType ([Diffah.Engine.Operations.DeltaPublication])
        $published.TargetDigest | Should -Be $v2.ManifestDigest
        $published.WasPublished | Should -BeFalse
        (Publish-DiffahDelta $delta $app @plain).SentBytes | Should -Be 0
        $found = Find-DiffahDelta "${app}:v2" @plain
        $found | Should -BeOfType ([Diffah.Engine.Deltas.Reports.PublishedDelta])
        $found.Reference | Should -Be $published.Reference
        $found.IsSigned | Should -BeTrue
        $found.Baselines.ManifestDigest | Should -Be $v1.ManifestDigest
        $found.Baselines.ConfigDigest | Should -Be $v1.ConfigDigest
    }

    It 'are found for baselines that fit, and by the key that signed them' {
        (Find-DiffahDelta "${app}:v2" (Get-StrangerReference), $v1.Reference @plain).FittingBaseline |
            Should -Be $v1.Reference
        Find-DiffahDelta "${app}:v2" (Get-StrangerReference) @plain | Should -BeNullOrEmpty
        (Find-DiffahDelta "${app}:v2" -VerificationKey $keys.PublicKeyPath @plain).SignedBy | Should -Match '^sha256:'
        $other = New-DiffahKey (Join-Path $TestDrive other.key)
        Find-DiffahDelta "${app}:v2" -Key $other.PublicKeyPath @plain -WarningAction Ignore |
            Should -BeNullOrEmpty
    }

    It 'are refused where the tag is another image' {
        $caught = { Publish-DiffahDelta $delta "${app}:v1" @plain -ErrorAction Stop } | Should -Throw -PassThru
        Assert-DiffahError $caught ImageNotFound PublishDiffahDelta ObjectNotFound
    }

    It 'are made as a policy wants, each once' {
        $line = "docker://$($registry.Host)/team/line"
        $null = Copy-DiffahImage $v1.Reference "${line}:1.0" @plain
        $null = Copy-DiffahImage $v2.Reference "${line}:1.1" @plain
        $null = Copy-DiffahImage $v2.Reference "${line}:latest" @plain
        Publish-DiffahDelta -Image "${line}:1.1" -Policy recommended @plain -WhatIf | Should -BeNullOrEmpty
        Find-DiffahDelta "${line}:1.1" @plain | Should -BeNullOrEmpty
        $published = Publish-DiffahDelta "${line}:1.1" -Policy skip-list -Previous 1.0 -Effort Fast `
            -SigningKey $keys.PrivateKeyPath @plain
        $published | Should -BeOfType ([Diffah.Engine.Operations.DeltaPublication])
        $published.Delta.Baselines.ManifestDigest | Should -Be $v1.ManifestDigest
        $published.Delta.IsSigned | Should -BeTrue
        $again = Publish-DiffahDelta -Image "${line}:1.1" -Policy neighbours @plain
        $again.WasPublished | Should -BeTrue
        $again.Digest | Should -Be $published.Digest
    }

    It 'are made of no versions that have no order' {
        $caught = { Publish-DiffahDelta -Image "docker://$($registry.Host)/team/line:latest" -Policy neighbours `
                @plain -ErrorAction Stop } | Should -Throw -PassThru
        Assert-DiffahError $caught InvalidArgument PublishDiffahDelta InvalidArgument
    }
}
