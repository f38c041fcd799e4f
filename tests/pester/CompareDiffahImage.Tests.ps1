# Images of one or two layers, made here with tar, so that what differs is known beforehand.

[Diagnostics.CodeAnalysis.SuppressMessage('PSUseShouldProcessForStateChangingFunctions',
    '', Justification = 'It writes into the folder of a test.')]
param()

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $PSStyle.OutputRendering = 'PlainText'

    # A Docker archive with a layer for each hashtable of paths and texts.
    function New-Image([string] $Name, [object[]] $Layers, [string] $Time = '2026-01-02T03:04:05Z',
        [string[]] $Environment = @('A=1')) {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive "$Name.d")).FullName
        $number = 0
        [string[]] $tars = foreach ($files in $Layers) {
            $root = (New-Item -ItemType Directory (Join-Path $folder "root$number")).FullName
            foreach ($path in $files.Keys) {
                $null = [System.IO.Directory]::CreateDirectory((Split-Path "$root/$path"))
                [System.IO.File]::WriteAllText("$root/$path", $files[$path])
            }
            $tar = "layer$number.tar"
            $number++
            tar --format=ustar --sort=name --owner=0 --group=0 --numeric-owner --mode=0644 "--mtime=$Time" `
                -cf "$folder/$tar" -C $root @($files.Keys | Sort-Object)
            if ($LASTEXITCODE -ne 0) { throw 'tar failed' }
            $tar
        }
        $config = [ordered]@{
            architecture = 'amd64'; os = 'linux'; config = @{ Env = $Environment }
            rootfs = [ordered]@{ type = 'layers'; diff_ids = @($tars |
                ForEach-Object { "sha256:$((Get-FileHash "$folder/$_").Hash.ToLowerInvariant())" }) }
        }
        ConvertTo-Json $config -Depth 5 | Set-Content "$folder/config.json"
        ConvertTo-Json @(@{ Config = 'config.json'; RepoTags = @('app:v1'); Layers = @($tars) }) -Depth 5 |
            Set-Content "$folder/manifest.json"
        tar -cf (Join-Path $TestDrive "$Name.tar") -C $folder manifest.json config.json @tars
        if ($LASTEXITCODE -ne 0) { throw 'tar failed' }
        "docker-archive:$(Join-Path $TestDrive "$Name.tar")"
    }

    function Get-TextHash([string] $Text) {
        [Convert]::ToHexStringLower([System.Security.Cryptography.SHA256]::HashData(
            [System.Text.Encoding]::UTF8.GetBytes($Text)))
    }

    $base = @{ 'etc/kept' = "kept`n" }
    $old = New-Image old $base, @{ 'etc/release' = "3.18.2`n"; 'var/log/a.log' = 'one'; 'gone' = 'x' }
    $new = New-Image new $base, @{ 'etc/release' = "3.18.3`n"; 'var/log/a.log' = 'two'; 'come' = 'yz' }
    $later = New-Image later $base, @{ 'etc/release' = "3.18.2`n"; 'var/log/a.log' = 'one'; 'gone' = 'x' } `
        -Time '2026-05-06T07:08:09Z'
    $flat = New-Image flat @{ 'etc/kept' = "kept`n"; 'etc/release' = "3.18.2`n"; 'var/log/a.log' = 'one'; 'gone' = 'x' }
    $other = New-Image other $base, @{ 'etc/release' = "3.18.2`n"; 'var/log/a.log' = 'one'; 'gone' = 'x' } `
        -Environment 'A=2'
}

AfterAll { $PSStyle.OutputRendering = 'Host' }

Describe 'Compare-DiffahImage' {
    It 'gives nothing where images are the same, wherever they are' {
        Compare-DiffahImage $old $old | Should -BeNullOrEmpty
        Copy-Item (Join-Path $TestDrive old.tar) (Join-Path $TestDrive twin.tar)
        Compare-DiffahImage $old "docker-archive:$TestDrive/twin.tar" | Should -BeNullOrEmpty
        $null = Copy-DiffahImage $old "dir:$TestDrive/twin"
        Compare-DiffahImage -ReferenceImage $old -DifferenceImage "dir:$TestDrive/twin" | Should -BeNullOrEmpty
    }

    It 'gives an object a difference: what, where, and both values' {
        $found = @(Compare-DiffahImage $old $new -Semantic)
        $found | Should -BeOfType ([Diffah.Engine.Images.Comparison.ImageDifference])
        $found.Image | Sort-Object -Unique | Should -Be $new
        $release = $found | Where-Object Path -EQ 'etc/release'
        $release.Kind | Should -Be 'File'
        $release.Property | Should -Be 'Content'
        $release.Reference | Should -BeLike "*$(Get-TextHash "3.18.2`n")"
        $release.Difference | Should -BeLike "*$(Get-TextHash "3.18.3`n")"
        $release.Layer | Should -Be 1
        $release.ReferenceSize | Should -Be 7
        $gone, $come = @('gone', 'come').ForEach({ $path = $_; $found | Where-Object Path -EQ $path })
        $gone.Property, $come.Property | Should -Be 'Presence', 'Presence'
        $gone.Reference, $come.Difference | Should -Not -BeNullOrEmpty
        "$($gone.Difference)$($come.Reference)" | Should -BeNullOrEmpty
        $come.DifferenceSize | Should -Be 2
        $found.Path | Should -Not -Contain 'etc/kept'
    }

    It 'compares strictly, and passes over what -Ignore and -Semantic name' {
        $strict = @(Compare-DiffahImage $old $later | Where-Object Kind -EQ File)
        $strict.Property | Sort-Object -Unique | Should -Be 'ModifiedTime'
        $strict.Count | Should -BeGreaterThan 3
        Compare-DiffahImage $old $later -Ignore Timestamp | Where-Object Kind -EQ File | Should -BeNullOrEmpty
        Compare-DiffahImage $old $later -Ignore FileMode, Xattr | Where-Object Kind -EQ File |
            Should -HaveCount $strict.Count
        Compare-DiffahImage $old $later -Ignore TarFormat, Timestamp | Where-Object Kind -EQ File |
            Should -BeNullOrEmpty
        Compare-DiffahImage $old $later -Ignore 'Timestamp, TarFormat' | Where-Object Kind -EQ File |
            Should -BeNullOrEmpty
        Compare-DiffahImage $old $later -Semantic | Should -BeNullOrEmpty
    }

    It 'tells settings that changed' {
        $found = @(Compare-DiffahImage $old $other -Semantic)
        $found.Kind | Sort-Object -Unique | Should -Be 'Config'
        "$($found.Reference)" | Should -Match 'A=1'
        "$($found.Difference)" | Should -Match 'A=2'
    }

    It 'passes over paths' {
        $paths = (Compare-DiffahImage $old $new -Semantic -ExcludePath var/log, 'g*').Path
        $paths | Should -Contain 'etc/release'
        $paths | Should -Not -Contain 'var/log/a.log'
        $paths | Should -Not -Contain 'gone'
    }

    It 'compares file systems with -Squash, whatever the layers are' {
        Compare-DiffahImage $old $flat -Semantic | Should -Not -BeNullOrEmpty
        Compare-DiffahImage $old $flat -Semantic -Squash | Where-Object Kind -EQ File | Should -BeNullOrEmpty
        $found = Compare-DiffahImage $flat $new -Semantic -Squash | Where-Object Kind -EQ File
        $found.Path | Sort-Object -Unique | Should -Be 'come', 'etc/release', 'gone', 'var/log/a.log'
        $found.Where({ $null -ne $_.Layer }) | Should -BeNullOrEmpty
    }

    It 'compares files whatever kind of place and manifest the images are in' {
        $null = Copy-DiffahImage $old "oci:$TestDrive/layout:v1" -AllowConvert
        Compare-DiffahImage $old "oci:$TestDrive/layout:v1" -Semantic | Where-Object Kind -EQ File |
            Should -BeNullOrEmpty
        (Compare-DiffahImage "oci:$TestDrive/layout:v1" $new -Semantic | Where-Object Kind -EQ File).Path |
            Should -Contain 'etc/release'
    }

    It 'compares what skopeo converted' {
        if (-not (Get-Command skopeo -ErrorAction Ignore)) { Set-ItResult -Skipped -Because 'there is no skopeo' }
        skopeo copy --quiet --insecure-policy $old "oci:$TestDrive/theirs:v1"
        $LASTEXITCODE | Should -Be 0
        Compare-DiffahImage $old "oci:$TestDrive/theirs:v1" -Semantic | Where-Object Kind -EQ File |
            Should -BeNullOrEmpty
    }

    It 'gives a truth value with -Quiet' {
        $same = Compare-DiffahImage $old $old -Quiet
        $same | Should -BeOfType ([bool])
        $same | Should -BeTrue
        Compare-DiffahImage $old $new -Quiet | Should -BeFalse
        Compare-DiffahImage $old $later -Quiet | Should -BeFalse
        Compare-DiffahImage $old $later -Quiet -Semantic | Should -BeTrue
    }

    It 'gives what it came to with -Summary, and nothing else' {
        $summary = Compare-DiffahImage $old $new -Semantic -Summary
        $summary | Should -BeOfType ([Diffah.Engine.Images.Comparison.ImageComparison])
        $summary.ReferenceImage, $summary.DifferenceImage | Should -Be $old, $new
        $summary.IsEqual | Should -BeFalse
        $summary.ChangedFileCount, $summary.AddedFileCount, $summary.RemovedFileCount | Should -Be 2, 1, 1
        $summary.SameLayerCount | Should -Be 1
        $summary.DifferenceCount | Should -Be @(Compare-DiffahImage $old $new -Semantic).Count
        (Compare-DiffahImage $old $old -Summary).IsEqual | Should -BeTrue
    }

    It 'gives lines that differ with -Content' {
        $found = Compare-DiffahImage $old $new -Semantic -Content
        $release = $found | Where-Object Path -EQ 'etc/release'
        $release.Patch -split "`n" | Should -Contain '-3.18.2'
        $release.Patch -split "`n" | Should -Contain '+3.18.3'
        (Compare-DiffahImage $old $new -Semantic).Where({ $_.Patch }) | Should -BeNullOrEmpty
    }

    It 'writes files that differ into -ReportDirectory, relative to the session''s location' {
        Push-Location $TestDrive
        try {
            $summary = Compare-DiffahImage $old $new -Semantic -Summary -ReportDirectory differs
            $summary.ReportDirectory | Should -Be (Join-Path $TestDrive differs)
            Join-Path differs report.json | Should -Exist
            @(Get-ChildItem differs -Recurse -File).Name | Should -Contain 'release'
            @(Compare-DiffahImage $old $new -ReportDirectory differs -ErrorAction SilentlyContinue `
                -ErrorVariable problems)
            Assert-DiffahError $problems[0] DestinationExists CompareDiffahImage ResourceExists
        }
        finally { Pop-Location }
    }

    It 'tells the story, and what it came to, on the verbose stream' {
        $output = Compare-DiffahImage $old $new -Semantic -Verbose 4>&1
        $story = @($output | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }).Message
        $story[-1] | Should -Match '\d+ differences: 2 files changed, 1 file added, 1 file removed; .* 1 layer the same'
    }
}

Describe 'Compare-DiffahImage in a pipeline' {
    It 'compares several images with one' {
        $summaries = $old, $new, $later | Compare-DiffahImage $old -Semantic -Summary
        $summaries.IsEqual | Should -Be $true, $false, $true
        $summaries.DifferenceImage | Should -Be $old, $new, $later
        ($old, $new | Compare-DiffahImage $old -Quiet) | Should -Be $true, $false
    }

    It 'takes what Get-DiffahImage gives, and rows by property name' {
        (Get-DiffahImage $new | Compare-DiffahImage (Get-DiffahImage $old)).Path | Should -Contain 'etc/release'
        $rows = "ReferenceImage,DifferenceImage`n$old,$new`n$new,$new" | ConvertFrom-Csv
        ($rows | Compare-DiffahImage -Summary).IsEqual | Should -Be $false, $true
        [pscustomobject]@{ Name = 'a'; Destination = $new }, [pscustomobject]@{ Name = 'b'; Destination = $other } |
            Compare-DiffahImage $old -Semantic -Summary -ReportDirectory { "$TestDrive/report-$($_.Name)" } |
            ForEach-Object ReportDirectory | Should -Be "$TestDrive/report-a", "$TestDrive/report-b"
    }

    It 'goes on after an image that can not be read' {
        $found = @("docker-archive:$TestDrive/none.tar", $new |
            Compare-DiffahImage $old -Summary -ErrorAction SilentlyContinue -ErrorVariable problems)
        $found.DifferenceImage | Should -Be $new
        Assert-DiffahError $problems[0] FileNotFound CompareDiffahImage ObjectNotFound
        $problems[0].TargetObject.ToString() | Should -Be "docker-archive:$TestDrive/none.tar"
    }

    It 'gives each difference while it looks for the next, and is stopped by Select-Object -First' {
        $many, $fewer = foreach ($text in 'a', 'b') {
            $files = @{}
            foreach ($number in 1..3000) { $files["many/$number"] = "$text$number" }
            New-Image "many-$text" $files
        }
        $spool = (New-Item -ItemType Directory (Join-Path $TestDrive spool)).FullName
        $seen = [System.Collections.Generic.List[object]]::new()
        $first = Compare-DiffahImage $many $fewer -WorkDirectory $spool | ForEach-Object { $seen.Add($_); $_ } |
            Select-Object -First 1
        $first | Should -BeOfType ([Diffah.Engine.Images.Comparison.ImageDifference])
        $seen.Count | Should -Be 1
        Get-Entry $spool | Should -BeNullOrEmpty -Because 'the work has ended, and left nothing'
        @(Compare-DiffahImage $many $fewer | Where-Object Property -EQ Content).Count | Should -Be 3000
    }

    It 'passes on an error of the next command' {
        { Compare-DiffahImage $old $new | ForEach-Object { throw 'no thanks' } } | Should -Throw 'no thanks'
    }
}

Describe 'Compare-DiffahImage, asked wrongly' {
    It 'refuses what is no reference, no class and no path' {
        $id = 'ParameterArgumentTransformationError,Diffah.PowerShell.Commands.CompareDiffahImageCommand'
        { Compare-DiffahImage ./old.tar $new } | Should -Throw -ErrorId $id
        { Compare-DiffahImage $old $new -Ignore Timestamps } | Should -Throw '*Timestamp*History*JsonFormat*'
        { Compare-DiffahImage $old $new -ExcludePath '' } | Should -Throw
    }

    It 'refuses parameters that contradict each other: <Names>' -ForEach @(
        @{ Names = 'Quiet', 'Summary' }, @{ Names = 'Quiet', 'Content' }, @{ Names = 'Quiet', 'Package' },
        @{ Names = 'Quiet', 'ReportDirectory' }, @{ Names = 'Summary', 'Content' }
    ) {
        $given = @{}
        foreach ($name in $Names) { $given[$name] = $name -eq 'ReportDirectory' ? 'x' : $true }
        { Compare-DiffahImage $old $new @given } |
            Should -Throw -ErrorId 'AmbiguousParameterSet,Diffah.PowerShell.Commands.CompareDiffahImageCommand'
    }

    It 'refuses a platform and all of them' {
        Assert-DiffahError ({ Compare-DiffahImage $old $new -AllPlatforms -Platform linux/arm64 } |
            Should -Throw -PassThru) InvalidArgument CompareDiffahImage InvalidArgument
    }

    It 'says which platform there is not' {
        Compare-DiffahImage $old $new -Platform linux/s390x -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] PlatformNotFound CompareDiffahImage ObjectNotFound
    }
}

Describe 'The table of differences' {
    It 'has short digests and whole paths, at <_> columns' -ForEach 80, 120 {
        $width = $_
        $text = Compare-DiffahImage $old $new -Semantic | Out-String -Width $width
        $lines = @($text -split "`n" | Where-Object { $_.Trim() })
        $lines[0] | Should -Match '^Kind\s+Layer\s+Property\s+Reference\s+Difference\s+Path\s*$'
        $digest = (Get-TextHash "3.18.2`n").Substring(0, 12)
        $text | Should -Match "(?m)^File\s+1\s+Content\s+$digest\s+[0-9a-f]{12}\s+etc/release\s*$"
        $lines.Where({ $_.TrimEnd().Length -gt $width }) | Should -BeNullOrEmpty
    }

    It 'lists sizes for people' {
        $release = Compare-DiffahImage $old $new -Semantic | Where-Object Path -EQ 'etc/release'
        $release | Format-List | Out-String | Should -Match 'Reference size\s+: 7 B'
    }
}
