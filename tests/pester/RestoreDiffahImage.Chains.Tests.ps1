# Several archives to one call are a chain.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $images = (New-Item -ItemType Directory (Join-Path $TestDrive images)).FullName
    New-ReadmeImage $images
    $v1, $v2, $v3 = 1..3 | ForEach-Object { "docker-archive:$(Join-Path $images "app-v$_.tar")" }
    $key = (New-DiffahKey (Join-Path $images release.key)).PublicKeyPath
    $first = (New-DiffahDelta $v1 $v2 (Join-Path $images v1-v2.delta) -SigningKey (Join-Path $images release.key)).Path
    $second = (New-DiffahDelta $v2 $v3 (Join-Path $images v2-v3.delta) -SigningKey (Join-Path $images release.key)).Path
    $released = (Get-DiffahImage $v3).Digest
}

Describe 'Restore-DiffahImage with several archives' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location $folder
    }

    AfterEach { Pop-Location }

    It 'restores the last image, and writes nothing else' -ForEach @(1, 2) {
        $archives = $first, $second
        if ($_ -eq 1) {
            $archives = @(
                (New-DiffahDelta $v1 $v2 "$TestDrive/1.delta" -FormatVersion 1 -Force).Path
                (New-DiffahDelta $v2 $v3 "$TestDrive/2.delta" -FormatVersion 1 -Force).Path)
        }
        $image = Restore-DiffahImage $archives $v1 docker-archive:new.tar -WarningAction SilentlyContinue
        $image.ManifestDigest | Should -Be $released
        (Get-DiffahImage docker-archive:new.tar).Digest | Should -Be $released
        $image.ArchiveBytes | Should -Be ($archives | Get-Item | Measure-Object Length -Sum).Sum
        Get-Entry $folder | Should -Be 'new.tar'
    }

    It 'takes literal paths, in any order' {
        $image = Restore-DiffahImage -LiteralPath $second, $first $v1 docker-archive:new.tar `
            -WarningAction SilentlyContinue
        $image.ManifestDigest | Should -Be $released
    }

    It 'restores objects of a pipeline one by one' {
        $steps = @(
            [pscustomobject]@{ Path = $first; Baseline = $v1; Destination = 'docker-archive:two.tar' }
            [pscustomobject]@{ Path = $second; Baseline = $v2; Destination = 'docker-archive:three.tar' })
        @($steps | Restore-DiffahImage -WarningAction SilentlyContinue).Count | Should -Be 2
        Get-Entry $folder | Should -Be 'three.tar', 'two.tar'
    }

    It 'shows the whole chain in a dry run' {
        $plan = Restore-DiffahImage $first, $second $v1 docker-archive:new.tar -DryRun -WarningAction SilentlyContinue
        $plan.PrecedingArchives.Path | Should -Be $first
        $plan.Archive.Path | Should -Be $second
        $plan.ArchiveBytes | Should -Be ($first, $second | Get-Item | Measure-Object Length -Sum).Sum
        $plan.Images[0].WouldImport | Should -BeTrue
        ($plan | Format-List | Out-String) | Should -Match 'v1-v2'
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'asks once, and names all archives' {
        Restore-DiffahImage $first, $second $v1 docker-archive:new.tar -WhatIf -WarningAction SilentlyContinue
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'wants the signature of each archive' {
        $image = Restore-DiffahImage $first, $second $v1 docker-archive:new.tar -VerificationKey $key
        $image.ManifestDigest | Should -Be $released
        Copy-Item -LiteralPath $first -Destination unsigned.delta
        Restore-DiffahImage unsigned.delta, $second $v1 docker-archive:other.tar -VerificationKey $key `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] SignatureMissing RestoreDiffahImage SecurityError
        Get-Entry $folder | Should -Be 'new.tar', 'unsigned.delta'
    }

    It 'warns of each archive that nobody verified, by its path' {
        $null = Restore-DiffahImage $first, $second $v1 docker-archive:new.tar -WarningVariable warned `
            -WarningAction SilentlyContinue
        $warned.Count | Should -Be 2
        $warned[0] | Should -Match 'v1-v2\.delta'
        $warned[1] | Should -Match 'v2-v3\.delta'
    }

    It 'names the archives that do not follow each other' {
        $other = (New-DiffahDelta $v3 $v2 (Join-Path $folder v3-v2.delta) -FormatVersion 1).Path
        Restore-DiffahImage $first, $other $v1 docker-archive:new.tar -WarningAction SilentlyContinue `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] ChainBroken RestoreDiffahImage InvalidArgument
        $problems[0].Exception.Message | Should -Match 'v3-v2\.delta.* does not continue from .*v1-v2\.delta'
        Get-Entry $folder | Should -Be 'v3-v2.delta'
    }

    It 'makes no chain of what a pattern matches' {
        Copy-Item -LiteralPath $first, $second -Destination .
        Restore-DiffahImage v*.delta $v1 docker-archive:new.tar -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] InvalidArgument RestoreDiffahImage InvalidArgument
        $image = Restore-DiffahImage v1*.delta, v2*.delta $v1 docker-archive:new.tar `
            -WarningAction SilentlyContinue
        $image.ManifestDigest |
            Should -Be $released
    }

    It 'restores images of bundles by their names' {
        $table = @{ a = $v1; b = $v2 }
        $one = New-DiffahBundle -Pair @{ Name = 'a'; Baseline = $v1; Target = $v2 },
            @{ Name = 'b'; Baseline = $v2; Target = $v3 } `
            -Path one.bundle
        $two = New-DiffahBundle -Pair @{ Name = 'a'; Baseline = $v2; Target = $v3 },
            @{ Name = 'b'; Baseline = $v3; Target = $v1 } `
            -Path two.bundle
        $outcomes = Restore-DiffahImage $one.Path, $two.Path $table `
            @{ a = 'docker-archive:a.tar'; b = 'docker-archive:b.tar' } -Strict -WarningAction SilentlyContinue
        $outcomes.Image.ManifestDigest | Should -Be $released, (Get-DiffahImage $v1).Digest
    }
}
