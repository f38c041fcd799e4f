# An index with all platforms, and what refers to it, through the cmdlets.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $images = (New-Item -ItemType Directory (Join-Path $TestDrive 'images')).FullName
    New-ReadmeImage $images

    # The digest that a layout's index.json gives a name, read without anything of the module.
    function Get-NamedDigest([string] $Layout, [string] $Name) {
        (Get-Content -Raw (Join-Path $Layout index.json) | ConvertFrom-Json).manifests |
            Where-Object { $_.PSObject.Properties['annotations'] -and
                $_.annotations.'org.opencontainers.image.ref.name' -eq $Name } | ForEach-Object digest
    }
}

Describe 'An archive of all platforms' {
    BeforeAll {
        Push-Location -LiteralPath $images
        $made = New-DiffahDelta oci:./platforms:v1 oci:./platforms:v2 ./all.delta.tar -AllPlatforms -IncludeReferrers
        $meant = Get-NamedDigest ./platforms v2
    }

    AfterAll { Pop-Location }

    It 'says what it has' {
        $made.Images.Name | Should -Be 'linux-amd64', 'linux-arm64'
        $made.Images.Platform | Should -Be 'linux/amd64', 'linux/arm64'
        $read = Get-DiffahArchive ./all.delta.tar
        $read.Indexes.ManifestDigest | Should -Be $meant
        $read.Indexes.Platforms | Should -Be 'linux/amd64', 'linux/arm64'
        $read.Referrers.ArtifactType | Should -Be 'application/spdx+json'
        $read.Referrers.SubjectDigest | Should -Be $meant
        $text = $read | Format-List | Out-String -Width 300
        $text | Should -Match "Index +: $meant \(linux/amd64, linux/arm64\)"
        $text | Should -Match 'Referrers +: 1 \(application/spdx\+json\)'
    }

    It 'restores the index, and what refers to it' {
        $restored = Restore-DiffahImage ./all.delta.tar -Baseline oci:./platforms:v1 -Destination oci:./site:v2
        $restored.ManifestDigest | Should -Be $meant
        $restored.Platforms | Should -Be 'linux/amd64', 'linux/arm64'
        $restored.ReferrerCount | Should -Be 1
        Get-NamedDigest ./site v2 | Should -Be $meant
        $listed = (Get-Content -Raw ./site/index.json | ConvertFrom-Json).manifests
        @($listed | Where-Object { $_.PSObject.Properties['artifactType'] }).artifactType |
            Should -Be 'application/spdx+json'
        # Every blob of the original is there, but those of v1.
        foreach ($entry in $listed) {
            (Get-FileHash "./site/blobs/sha256/$($entry.digest.Split(':')[1])").Hash |
                Should -Be $entry.digest.Split(':')[1]
        }
    }

    It 'restores one platform alone' {
        $one = Restore-DiffahImage ./all.delta.tar -Baseline oci:./platforms:v1 -Destination oci:./one:arm `
            -Platform linux/arm64
        $one.ManifestDigest | Should -Be $made.Images[1].TargetManifestDigest
        $one.Platforms | Should -BeNullOrEmpty
        $named = Restore-DiffahImage ./all.delta.tar -Baseline oci:./platforms:v1 -Destination oci:./one:amd `
            -Name linux-amd64
        $named.ManifestDigest | Should -Be $made.Images[0].TargetManifestDigest
    }

    It 'shows what it would do' {
        $plan = New-DiffahDelta oci:./platforms:v1 oci:./platforms:v2 ./none.delta.tar -AllPlatforms -DryRun
        $plan.Images.Name | Should -Be 'linux-amd64', 'linux-arm64'
        './none.delta.tar' | Should -Not -Exist
        $restore = Restore-DiffahImage ./all.delta.tar -Baseline oci:./platforms:v1 -Destination oci:./dry:v2 -DryRun
        $restore.Images.WouldImport | Should -Be $true, $true
        './dry' | Should -Not -Exist
    }

    It 'is checked whole' {
        $findings = Test-DiffahArchive ./all.delta.tar -Baseline oci:./platforms:v1
        ($findings | Where-Object Check -In index, referrer).Status | Should -Be 'Ok', 'Ok'
        ($findings | Where-Object Check -EQ baseline).Status | Should -Be 'Ok', 'Ok'
        $findings.Status | Should -Not -Contain 'Fail'
    }

    It 'is refused of version 1, and beside a platform' {
        { New-DiffahDelta oci:./platforms:v1 oci:./platforms:v2 ./no.tar -AllPlatforms -FormatVersion 1 `
                -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument*'
        { New-DiffahDelta oci:./platforms:v1 oci:./platforms:v2 ./no.tar -AllPlatforms -Platform linux/arm64 `
                -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument*'
    }
}

Describe 'Copy-DiffahImage -IncludeReferrers' {
    It 'takes along what refers to the image' {
        Push-Location -LiteralPath $images
        try {
            $copied = Copy-DiffahImage oci:./platforms:v2 oci:./copied:v2 -All -IncludeReferrers
            $copied.ReferrerCount | Should -Be 1
            (Get-Content -Raw ./copied/index.json | ConvertFrom-Json).manifests.Count | Should -Be 2
            $alone = Copy-DiffahImage oci:./platforms:v2 dir:./alone -All -IncludeReferrers -WarningVariable warned `
                -WarningAction SilentlyContinue
            $alone.ReferrerCount | Should -Be 0
            $warned | Should -Match '1 referrer is left out \(application/spdx\+json\)'
        }
        finally { Pop-Location }
    }
}
