BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
    $oci1, $oci2 = (Get-Sample OciGzip v1), (Get-Sample OciGzip v2)
    $csv = "Name,Baseline,Target`nweb,$($oci1.Reference),$($oci2.Reference)`napi,$($v1.Reference),$($v2.Reference)"
    $pairs = @{ Name = 'api'; Baseline = $v1.Reference; Target = $v2.Reference },
        @{ Name = 'web'; Baseline = $oci1.Reference; Target = $oci2.Reference }
}

Describe 'New-DiffahBundle' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'makes one archive of the rows of a table, and gives what it says' {
        Set-Content pairs.csv $csv
        $archive = Import-Csv pairs.csv | New-DiffahBundle -Path release.tar
        $archive | Should -BeOfType ([Diffah.Engine.Deltas.Reports.DeltaArchive])
        $archive.Path | Should -Be (Join-Path $folder 'release.tar')
        $archive.Images.Name | Sort-Object | Should -Be 'api', 'web'
        ($archive.Images | Where-Object Name -EQ api).TargetManifestDigest | Should -Be $v2.ManifestDigest
        ($archive.Images | Where-Object Name -EQ web).TargetManifestDigest | Should -Be $oci2.ManifestDigest
        Get-Entry $folder | Should -Be 'pairs.csv', 'release.tar'
        (Get-DiffahArchive release.tar).Images.Count | Should -Be 2
    }

    It 'takes hashtables, ordered tables and objects with -Pair or from the pipeline' {
        (New-DiffahBundle one.tar -Pair $pairs).Images.Count | Should -Be 2
        ([ordered]@{ name = 'api'; baseline = $v1.Reference; target = $v2.Reference }, [pscustomobject]$pairs[1] |
            New-DiffahBundle two.tar).Images.Count | Should -Be 2
        (New-DiffahBundle three.tar -Pair @{
            Name = 'api'
            Baseline = (Get-DiffahImage $v1.Reference)
            Target = [Diffah.Engine.Images.ImageReference]::Parse($v2.Reference)
        }).Images.Name | Should -Be 'api'
    }

    It 'resolves references and paths against the session''s location' {
        Copy-Item -LiteralPath $v1.Path -Destination one.tar
        Copy-Item -LiteralPath $v2.Path -Destination two.tar
        $archive = New-DiffahBundle ./app.tar `
            -Pair @{ Name = 'app'; Baseline = 'docker-archive:one.tar'; Target = 'docker-archive:./two.tar' }
        $archive.Images[0].TargetManifestDigest | Should -Be $v2.ManifestDigest
        $archive.Path | Should -Be (Join-Path $folder 'app.tar')
    }

    It 'takes a JSON file, whose paths start from its own folder: -<Parameter>' `
        -ForEach @(@{ Parameter = 'Spec' }, @{ Parameter = 'SpecPath' }) {
        $null = New-Item -ItemType Directory images
        Copy-Item -LiteralPath $v1.Path -Destination images/one.tar
        Copy-Item -LiteralPath $v2.Path -Destination images/two.tar
        '{"pairs":[{"name":"app","baseline":"docker-archive:one.tar","target":"docker-archive:two.tar"}]}' |
            Set-Content images/pairs.json
        $spec = @{ $Parameter = 'images/pairs.json' }
        (New-DiffahBundle app.tar @spec).Images[0].TargetManifestDigest | Should -Be $v2.ManifestDigest
        Get-Entry $folder | Should -Contain 'app.tar'
    }

    It 'gives the same bytes whatever the order of rows and the workers, with a fixed date' {
        $env:SOURCE_DATE_EPOCH = '1700000000'
        try {
            $a = New-DiffahBundle a.tar -Pair $pairs -Workers 1
            $b = New-DiffahBundle b.tar -Pair $pairs[1], $pairs[0] -Workers 6
        }
        finally { $env:SOURCE_DATE_EPOCH = $null }
        (Get-FileHash $a.Path).Hash | Should -Be (Get-FileHash $b.Path).Hash
    }

    It 'stores once what two images share' {
        $one = New-DiffahBundle one.tar -Pair $pairs[0]
        $twice = New-DiffahBundle twice.tar -Pair $pairs[0],
            @{ Name = 'again'; Baseline = $v1.Reference; Target = $v2.Reference }
        $twice.Images.Count | Should -Be 2
        $twice.BlobCount | Should -Be $one.BlobCount
    }

    It 'measures the bundle as a whole with -MaximumSize' {
        $size = (New-DiffahBundle a.tar -Pair $pairs).ArchiveBytes
        (New-DiffahBundle b.tar -Pair $pairs -MaximumSize $size).ArchiveBytes | Should -Be $size
        New-DiffahBundle c.tar -Pair $pairs -MaximumSize ($size - 1) `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] ArchiveTooLarge NewDiffahBundle LimitsExceeded
        $problems[0].Exception.Excess.ArchiveBytes | Should -Be $size
        Get-Entry $folder | Should -Be 'a.tar', 'b.tar'
    }

    It 'compresses the archive as a whole with -Compress Zstd' {
        $plain = New-DiffahBundle plain.tar -Pair $pairs
        $packed = New-DiffahBundle packed.tar -Pair $pairs -Compress Zstd
        [System.IO.File]::ReadAllBytes($packed.Path)[0..3] | Should -Be 0x28, 0xB5, 0x2F, 0xFD
        $packed.ArchiveBytes | Should -BeLessThan $plain.ArchiveBytes
        (Get-DiffahArchive packed.tar).Images.TargetManifestDigest | Should -Be $plain.Images.TargetManifestDigest
    }

    It 'leaves nothing with -WhatIf, and asks once' {
        $env:DIFFAH_TEST_V1, $env:DIFFAH_TEST_V2, $env:DIFFAH_TEST_FOLDER = $v1.Reference, $v2.Reference, $folder
        try {
            $output = Invoke-FreshPowerShell {
                Import-Module $module
                Set-Location -LiteralPath $env:DIFFAH_TEST_FOLDER
                'a', 'b', 'c' | ForEach-Object {
                    @{ Name = $_; Baseline = $env:DIFFAH_TEST_V1; Target = $env:DIFFAH_TEST_V2 }
                } | New-DiffahBundle out.tar -WhatIf
            }
        }
        finally { $env:DIFFAH_TEST_V1 = $env:DIFFAH_TEST_V2 = $env:DIFFAH_TEST_FOLDER = $null }
        @($output) -match '^What if:' | Should -HaveCount 1
        $output -join ' ' | Should -Match 'a, b, c'
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'gives a plan with -DryRun, and leaves nothing' {
        $plan = New-DiffahBundle out.tar -Pair $pairs -DryRun
        $plan | Should -BeOfType ([Diffah.Engine.Deltas.Reports.DeltaPlan])
        $plan.Images.Name | Sort-Object | Should -Be 'api', 'web'
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'has the knobs of New-DiffahDelta' {
        $delta, $bundle = (Get-Command New-DiffahDelta).Parameters.Keys, (Get-Command New-DiffahBundle).Parameters.Keys
        $delta | Where-Object { $_ -notin $bundle } | Sort-Object | Should -Be 'AllPlatforms', 'Baseline',
            'BaselineFromImage', 'BaselineManifest', 'BaselineMode', 'BuildArg', 'Dockerfile', 'IncludeReferrers',
            'Target'
        (New-DiffahBundle out.tar -Pair $pairs[0] -IntraLayer Off).PatchCount | Should -Be 0
    }
}

Describe 'New-DiffahBundle: errors' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'reports every row that can not be used, ends, and writes nothing' {
        $rows =
            "Name,Baseline,Target`napi,$($v1.Reference),$($v2.Reference)`nweb,./web-1.tar,$($v2.Reference)`n,$($v1.Reference),$($v2.Reference)" | ConvertFrom-Csv
        $caught = { $rows | New-DiffahBundle out.tar -ErrorAction SilentlyContinue } | Should -Throw -PassThru
        Assert-DiffahError $caught InvalidArgument NewDiffahBundle InvalidArgument
        $caught.Exception.Message | Should -Match '2 of 3 rows'
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'says which row it is, and why: <Case>' -ForEach @(
        @{ Case = 'a bare path'; Row = @{
            Name = 'web'
            Baseline = './web-1.tar'
            Target = 'oci:new'
        }; Id = 'InvalidReference'; Says = 'Row 2 \(web\)' }
        @{ Case = 'no name'; Row = @{
            Baseline = 'oci:old'
            Target = 'oci:new'
        }; Id = 'InvalidArgument'; Says = 'Row 2: Name' }
        @{ Case = 'no target'; Row = @{
            Name = 'web'
            Baseline = 'oci:old'
        }; Id = 'InvalidArgument'; Says = 'Row 2 \(web\): Target' }
        @{ Case = 'no row at all'; Row = 'hello'; Id = 'InvalidArgument'; Says = 'Row 2: Name' }
    ) {
        try {
            $pairs[0], $Row | New-DiffahBundle out.tar -ErrorAction SilentlyContinue -ErrorVariable problems
        } catch { $last = $_ }
        $problem = @($problems | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })[0]
        Assert-DiffahError $problem $Id NewDiffahBundle InvalidArgument
        $problem.Exception.Message | Should -Match $Says
        $problem.TargetObject | Should -Be $Row
        $last.FullyQualifiedErrorId | Should -Be 'InvalidArgument,Diffah.PowerShell.Commands.NewDiffahBundleCommand'
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'wants a row at least' {
        Assert-DiffahError ({ @() | New-DiffahBundle out.tar } |
            Should -Throw -PassThru) InvalidArgument NewDiffahBundle InvalidArgument
    }

    It 'refuses a name that is not allowed or there twice: <Names>' -ForEach @(
        @{ Names = 'API', 'web' }, @{ Names = 'web', 'web' }, @{ Names = '_web', 'api' }, @{ Names = 'we b', 'api' }
    ) {
        $Names | ForEach-Object { @{ Name = $_; Baseline = $v1.Reference; Target = $v2.Reference } } |
            New-DiffahBundle out.tar -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] InvalidArgument NewDiffahBundle InvalidArgument
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'refuses a file that breaks a rule, and names field and file: <Text>' -ForEach @(
        @{ Text = '{"pairs":[{"name":"app","baseline":"one.tar","target":"oci:two"}]}'; Says = 'baseline' }
        @{ Text = '{"pairs":[]}'; Says = 'pairs' }
        @{ Text = '{"pairs":['; Says = 'pairs\.json' }
    ) {
        Set-Content pairs.json $Text
        $caught = { New-DiffahBundle out.tar -Spec pairs.json } | Should -Throw -PassThru
        Assert-DiffahError $caught SpecFileInvalid NewDiffahBundle ParserError
        $caught.Exception.Message | Should -Match 'pairs\.json'
        $caught.Exception.Message | Should -Match $Says
        Get-Entry $folder | Should -Be 'pairs.json'
    }

    It 'says that the file is not there' {
        Assert-DiffahError ({ New-DiffahBundle out.tar -Spec none.json } |
            Should -Throw -PassThru) FileNotFound NewDiffahBundle ObjectNotFound
    }

    It 'takes rows or a file, not both' {
        { New-DiffahBundle out.tar -Spec pairs.json -Pair $pairs } |
            Should -Throw -ErrorId 'AmbiguousParameterSet,Diffah.PowerShell.Commands.NewDiffahBundleCommand'
    }

    It 'refuses a destination that exists, and -Force permits it' {
        Set-Content -LiteralPath out.tar -Value 'precious'
        New-DiffahBundle out.tar -Pair $pairs -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] DestinationExists NewDiffahBundle ResourceExists
        $problems[0].TargetObject | Should -Be 'out.tar'
        Get-Content -LiteralPath out.tar | Should -Be 'precious'
        (New-DiffahBundle out.tar -Pair $pairs -Force).Images.Count | Should -Be 2
    }

    It 'leaves nothing where one image is missing' {
        New-DiffahBundle out.tar -Pair $pairs[0],
            @{ Name = 'gone'; Baseline = 'oci-archive:none.tar'; Target = $v2.Reference } `
                -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] FileNotFound NewDiffahBundle ObjectNotFound
        $problems[0].Exception.Message | Should -Match 'none\.tar'
        Get-Entry $folder | Should -BeNullOrEmpty
    }
}

Describe 'A bundle in a pipeline that ends early' {
    BeforeAll {
        $large = Join-Path $TestDrive 'large'
        New-LargePair $large
    }

    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'is cancelled, and leaves nothing, when what it tells is cut off' {
        $first = New-DiffahBundle out.tar -Pair $pairs -Verbose 4>&1 | Select-Object -First 1
        $first | Should -BeOfType ([System.Management.Automation.VerboseRecord])
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'is stopped, and leaves nothing behind' {
        $shell = New-Session $folder
        try {
            $null =
                $shell.AddCommand('New-DiffahBundle').AddParameter('Path', 'out.tar').AddParameter('Pair',
                    @{ Name = 'app'; Baseline = "docker-archive:$large/v1.docker.tar"
                        Target = "docker-archive:$large/v2.docker.tar" })
            $running = $shell.BeginInvoke()
            Wait-Until { Get-ChildItem -LiteralPath $folder -Force -Recurse -File | Where-Object Length -GT 0 }
            $shell.Stop()
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
            $shell.Streams.Error.Count | Should -Be 0
            Get-Entry $folder | Should -BeNullOrEmpty
        }
        finally { $shell.Dispose() }
    }
}
