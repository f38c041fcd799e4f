BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample OciGzip v1), (Get-Sample OciGzip v2)
    $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'deltas')).FullName
    Push-Location -LiteralPath $folder
    $null = New-DiffahDelta $v1.Reference $v2.Reference forth.delta.tar -ZstdLevel 3
    $null = New-DiffahDelta $v2.Reference $v1.Reference back.delta.tar -ZstdLevel 3
    $null = New-DiffahDelta $v1.Reference $v2.Reference whole.delta.tar -IntraLayer Off
    Copy-Item -LiteralPath forth.delta.tar -Destination 'odd [1].delta.tar'
    $bytes = [System.IO.File]::ReadAllBytes((Join-Path $folder 'forth.delta.tar'))
    [System.IO.File]::WriteAllBytes((Join-Path $folder 'cut.tar'), $bytes[0..($bytes.Length / 2)])
}

AfterAll { Pop-Location }

Describe 'Get-DiffahArchive: finding archives' {
    It 'gives a typed object with numbers' {
        $archive = Get-DiffahArchive forth.delta.tar
        $archive | Should -BeOfType ([Diffah.Engine.Deltas.Reports.DeltaArchive])
        $archive.Path | Should -Be (Join-Path $folder 'forth.delta.tar')
        $archive.ArchiveBytes | Should -BeOfType ([long])
        $archive.ArchiveBytes | Should -Be (Get-Item -LiteralPath forth.delta.tar).Length
        $archive.Images[0].TargetManifestDigest | Should -Be $v2.ManifestDigest
        $archive.Images[0].BaselineManifestDigest | Should -Be $v1.ManifestDigest
    }

    It 'takes wildcards' { @(Get-DiffahArchive *.delta.tar).Count | Should -Be 4 }

    It 'takes several patterns' { @(Get-DiffahArchive f*.delta.tar, b*.delta.tar).Count | Should -Be 2 }

    It 'gives nothing for a pattern that matches nothing, like Get-Item' {
        Get-DiffahArchive nothing*.tar -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'takes -LiteralPath with brackets, and -Path does not' {
        (Get-DiffahArchive -LiteralPath 'odd [1].delta.tar').Path | Should -Be (Join-Path $folder 'odd [1].delta.tar')
        Get-DiffahArchive 'odd [1].delta.tar' -ErrorAction Ignore | Should -BeNullOrEmpty
        (Get-DiffahArchive 'odd `[1`].delta.tar').Path | Should -Be (Join-Path $folder 'odd [1].delta.tar')
    }

    It 'takes what Get-ChildItem gives, and its results sort' {
        $sorted = Get-ChildItem *.delta.tar | Get-DiffahArchive | Sort-Object SparedBytes
        $sorted.Count | Should -Be 4
        $sorted[0].Path | Should -Be (Join-Path $folder 'whole.delta.tar')
    }

    It 'takes strings, its own results, and rows with a Path' {
        (('forth.delta.tar' | Get-DiffahArchive) | Get-DiffahArchive).Path |
            Should -Be (Join-Path $folder 'forth.delta.tar')
        (Get-DiffahArchive -LiteralPath 'odd [1].delta.tar' | Get-DiffahArchive).Path |
            Should -Be (Join-Path $folder 'odd [1].delta.tar')
        ("Path`nforth.delta.tar`nback.delta.tar" | ConvertFrom-Csv | Get-DiffahArchive).Count | Should -Be 2
        ([pscustomobject]@{ LiteralPath = 'odd [1].delta.tar' } | Get-DiffahArchive).Path | Should -BeLike '*odd*'
    }

    It 'follows the session''s location, not the process''s directory' {
        [Environment]::CurrentDirectory | Should -Not -Be $folder
        (Get-DiffahArchive ./forth.delta.tar).Path | Should -Be (Join-Path $folder 'forth.delta.tar')
        Push-Location ..
        try { (Get-DiffahArchive deltas/forth.delta.tar).Path | Should -Be (Join-Path $folder 'forth.delta.tar') }
        finally { Pop-Location }
    }

    It 'understands drives of the session' {
        $null = New-PSDrive -Name Deltas -PSProvider FileSystem -Root $folder -Scope Global
        try { (Get-DiffahArchive Deltas:/forth.delta.tar).Path | Should -Be (Join-Path $folder 'forth.delta.tar') }
        finally { Remove-PSDrive Deltas -Scope Global }
    }

    It 'has results that are data: ConvertTo-Json' {
        $json = Get-DiffahArchive forth.delta.tar | ConvertTo-Json -Depth 6 -EnumsAsStrings | ConvertFrom-Json
        $json.Images[0].Layers.Count | Should -Be (Get-DiffahArchive forth.delta.tar).Images[0].LayerCount
        $json.Images[0].Layers.Encoding | Should -Contain 'Patch'
        $json.SparedBytes | Should -BeOfType ([long])
        $json.CreatedAt | Should -BeOfType ([datetime])
        $json.Images[0].Layers[1].MediaType | Should -BeOfType ([string])
        $json.Images[0].SizeHistogram.Classes.Name | Should -Be '<1MiB', '1-10MiB', '10-100MiB', '100MiB-1GiB', '>=1GiB'
    }
}

Describe 'Get-DiffahArchive: layers and waste' {
    It 'gives layers that filter, sort and measure' {
        $layers = (Get-DiffahArchive forth.delta.tar).Images.Layers
        $layers.Index | Should -Be @(0..($layers.Count - 1))
        ($layers | Where-Object Encoding -EQ Reuse).ArchiveSize | Sort-Object -Unique | Should -Be 0
        $patches = @($layers | Where-Object Encoding -EQ Patch | Sort-Object SparedRatio -Descending)
        ($patches | Measure-Object SparedBytes -Sum).Sum |
            Should -Be (Get-DiffahArchive forth.delta.tar).PatchSparedBytes
        $patches[0].SparedRatio | Should -Be ($patches[0].SparedBytes / $patches[0].TargetSize)
    }

    It 'says what would have helped' {
        $waste = (Get-DiffahArchive whole.delta.tar).Images.Waste
        $waste.Kind | Sort-Object -Unique | Should -Be 'full_layer'
        $waste.Advice |
            Sort-Object -Unique | Should -BeLike 'Patching was switched off: make the archive with -IntraLayer Auto.'
    }

    It 'says whether a signature lies beside the archive' {
        (Get-DiffahArchive back.delta.tar).IsSigned | Should -BeFalse
        Set-Content -LiteralPath back.delta.tar.sig -Value 'not looked at'
        try { (Get-DiffahArchive back.delta.tar).IsSigned | Should -BeTrue }
        finally { Remove-Item -LiteralPath back.delta.tar.sig }
    }
}

Describe 'Get-DiffahArchive: errors' {
    It 'goes on with the next after one that fails' {
        $good = Get-DiffahArchive cut.tar,
            missing.tar, forth.delta.tar -ErrorAction SilentlyContinue -ErrorVariable problems
        $good.Path | Should -Be (Join-Path $folder 'forth.delta.tar')
        $problems.Count | Should -Be 2
        Assert-DiffahError $problems[0] ArchiveInvalid GetDiffahArchive InvalidData
        Assert-DiffahError $problems[1] FileNotFound GetDiffahArchive ObjectNotFound
        $problems.TargetObject | Should -Be 'cut.tar', 'missing.tar'
    }

    It 'ends at the first with -ErrorAction Stop' {
        $seen = [System.Collections.Generic.List[object]]::new()
        try {
            'cut.tar', 'forth.delta.tar' | Get-DiffahArchive -ErrorAction Stop | ForEach-Object { $seen.Add($_) }
            $caught = $null
        }
        catch { $caught = $_ }
        Assert-DiffahError $caught ArchiveInvalid GetDiffahArchive
        $seen.Count | Should -Be 0
    }

    It 'names a file that -LiteralPath does not find' {
        Get-DiffahArchive -LiteralPath 'no[1].tar' -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] FileNotFound GetDiffahArchive ObjectNotFound
        $problems[0].TargetObject | Should -Be 'no[1].tar'
    }

    It 'refuses an image that is no delta' {
        Get-DiffahArchive -LiteralPath $v1.Path -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] ArchiveInvalid GetDiffahArchive InvalidData
    }

    It 'refuses paths of other providers' {
        Get-DiffahArchive Env:PATH -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] InvalidArgument GetDiffahArchive InvalidArgument
        $problems[0].TargetObject | Should -Be 'Env:PATH'
    }

    It 'refuses an archive of the early phase' {
        Get-DiffahArchive `
            -LiteralPath (Get-Fixture images/v1_phase1.tar) -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] ArchiveTooOld GetDiffahArchive InvalidData
    }
}

Describe 'Get-DiffahArchive: archives of the Go tool' {
    It 'reads every one of them' {
        $archives = Get-ChildItem (Join-Path (Get-Fixture deltas) *.tar) | Get-DiffahArchive -ErrorAction Stop
        $archives.Count | Should -Be @(Get-ChildItem (Join-Path (Get-Fixture deltas) *.tar)).Count
        $archives.Tool | Sort-Object -Unique | Should -Be 'diffah'
        ($archives | Where-Object { $_.Path -like '*bundle*' }).Images.Name | Should -Be 'svc-a', 'svc-b'
    }
}
