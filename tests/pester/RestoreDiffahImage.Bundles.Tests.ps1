# Restore-DiffahImage over archives of many images. The bundle is the Go tool's where the fixtures are needed, our own
# elsewhere.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
    $oci1, $oci2 = (Get-Sample OciGzip v1), (Get-Sample OciGzip v2)
    $bundle = Join-Path $TestDrive 'release.bundle.tar'
    $null = New-DiffahBundle $bundle -Pair @{ Name = 'api'; Baseline = $v1.Reference; Target = $v2.Reference },
        @{ Name = 'web'; Baseline = $oci1.Reference; Target = $oci2.Reference }
    $baselines = @{ api = $v1.Reference; web = $oci1.Reference }
    $destinations = @{ api = 'docker-archive:api.tar'; web = 'oci:store:web' }
}

Describe 'Restore-DiffahImage of a bundle' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'restores all images, and gives an outcome for each' {
        $outcomes = Restore-DiffahImage $bundle $baselines $destinations `
            -WarningAction SilentlyContinue -WarningVariable warnings
        $outcomes | ForEach-Object { $_ | Should -BeOfType ([Diffah.Engine.Operations.RestoreOutcome]) }
        $outcomes.Name | Should -Be 'api', 'web'
        $outcomes.Status | Should -Be 'Restored', 'Restored'
        $outcomes.Image.ManifestDigest | Should -Be $v2.ManifestDigest, $oci2.ManifestDigest
        $outcomes[0].Destination | Should -Be "docker-archive:$folder/api.tar"
        $outcomes.Where({ $_.Error }) | Should -BeNullOrEmpty
        $warnings | Should -Be 'The archive is not signed, so nothing says who made it.'
        (Get-DiffahImage docker-archive:api.tar).Digest | Should -Be $v2.ManifestDigest
        (Get-DiffahImage oci:store:web).Digest | Should -Be $oci2.ManifestDigest
    }

    It 'takes names as an ordered table, an object, and a table of objects' {
        $object = ConvertTo-Json $baselines | ConvertFrom-Json
        $places = [ordered]@{ web = 'dir:web'; api = 'dir:api' }
        (Restore-DiffahImage -LiteralPath $bundle -Baseline $object -Destination $places).Status |
            Should -Be 'Restored', 'Restored'
        $found = @{
            api = Get-DiffahImage $v1.Reference
            web = [Diffah.Engine.Images.ImageReference]::Parse($oci1.Reference)
        }
        (Get-Item -LiteralPath $bundle | Restore-DiffahImage -Baseline $found `
            -Destination $places -Force).Image.ManifestDigest | Should -Be $v2.ManifestDigest, $oci2.ManifestDigest
        (Get-DiffahArchive $bundle |
            Restore-DiffahImage -Baseline $found -Destination @{ api = 'dir:other' } -Name api).Name | Should -Be 'api'
    }

    It 'takes files, whose paths start from their own folder: -<Parameter>' `
        -ForEach @(@{ Parameter = 'DestinationSpec' }, @{ Parameter = 'OutputSpec' }) {
        $null = New-Item -ItemType Directory specs
        Copy-Item -LiteralPath $v1.Path -Destination specs/one.tar
        "{`"baselines`":{`"api`":`"docker-archive:one.tar`",`"web`":`"$($oci1.Reference)`"}}" |
            Set-Content specs/baselines.json
        '{"outputs":{"api":"docker-archive:api.tar","web":"oci:web"}}' | Set-Content specs/outputs.json
        $spec = @{ $Parameter = 'specs/outputs.json' }
        (Restore-DiffahImage $bundle -BaselineSpec specs/baselines.json @spec).Status |
            Should -Be 'Restored', 'Restored'
        Get-Entry "$folder/specs" | Should -Contain 'api.tar'
        (Get-DiffahImage oci:specs/web).Digest | Should -Be $oci2.ManifestDigest
    }

    It 'restores one image by name, and asks nothing of the others' {
        $image = Restore-DiffahImage $bundle $oci1.Reference oci-archive:web.tar -Name web
        $image | Should -BeOfType ([Diffah.Engine.Operations.RestoredImage])
        $image.ManifestDigest | Should -Be $oci2.ManifestDigest
        $outcome = Restore-DiffahImage $bundle $baselines $destinations -Name api
        $outcome.Name | Should -Be 'api'
        Get-Entry $folder | Should -Be 'api.tar', 'web.tar'
    }

    It 'restores what can be, warns of the rest, and says why' {
        $outcomes = Restore-DiffahImage $bundle @{ api = Get-StrangerReference; web = $oci1.Reference } $destinations `
            -WarningAction SilentlyContinue -WarningVariable warnings -ErrorVariable problems
        $problems | Should -BeNullOrEmpty
        $outcomes.Status | Should -Be 'Failed', 'Restored'
        $outcomes[0].Error.Id | Should -Be 'BaselineMismatch'
        $outcomes[0].Image | Should -BeNullOrEmpty
        $outcomes[1].Image.ManifestDigest | Should -Be $oci2.ManifestDigest
        "$warnings" | Should -Match 'api'
        Test-Path api.tar | Should -BeFalse
    }

    It 'skips an image without a baseline or a destination' {
        (Restore-DiffahImage $bundle @{ web = $oci1.Reference } $destinations -WarningAction SilentlyContinue).Status |
            Should -Be 'Skipped', 'Restored'
        $outcomes =
            Restore-DiffahImage $bundle $baselines @{ api = 'docker-archive:api.tar' } -WarningAction SilentlyContinue
        $outcomes.Status | Should -Be 'Restored', 'Skipped'
        $outcomes[1].Destination | Should -BeNullOrEmpty
    }

    It 'restores all or none with -Strict, and lists every problem' {
        Restore-DiffahImage $bundle @{ api = Get-StrangerReference } $destinations -Strict `
            -ErrorAction SilentlyContinue -ErrorVariable problems -WarningAction SilentlyContinue |
            Should -BeNullOrEmpty
        Assert-DiffahError $problems[0] BaselineMismatch RestoreDiffahImage InvalidArgument
        foreach ($name in 'api', 'web') { $problems[0].Exception.Message | Should -Match $name }
        $problems[0].TargetObject | Should -Be $bundle
        Get-Entry $folder | Should -BeNullOrEmpty
        (Restore-DiffahImage $bundle $baselines $destinations -Strict).Status | Should -Be 'Restored', 'Restored'
    }

    It 'fails for the archive where no image succeeds, and goes on with the next' {
        $wrong = [pscustomobject]@{
            Path = $bundle
            Baseline = @{ api = Get-StrangerReference; web = Get-StrangerReference }
            Destination = $destinations
        }
        $right = [pscustomobject]@{ Path = $bundle; Baseline = $baselines; Destination = $destinations }
        $outcomes = $wrong, $right |
            Restore-DiffahImage -ErrorAction SilentlyContinue -ErrorVariable problems -WarningAction SilentlyContinue
        $outcomes.Status | Should -Be 'Restored', 'Restored'
        Assert-DiffahError $problems[0] BaselineMismatch RestoreDiffahImage InvalidArgument
        @($problems | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }).Count | Should -Be 1
    }

    It 'asks once a destination with -WhatIf, and writes nothing' {
        $env:DIFFAH_TEST_BUNDLE, $env:DIFFAH_TEST_FOLDER,
            $env:DIFFAH_TEST_V1, $env:DIFFAH_TEST_OCI1 = $bundle, $folder, $v1.Reference, $oci1.Reference
        try {
            $output = Invoke-FreshPowerShell {
                Import-Module $module
                Set-Location -LiteralPath $env:DIFFAH_TEST_FOLDER
                $old = @{ api = $env:DIFFAH_TEST_V1; web = $env:DIFFAH_TEST_OCI1 }
                Restore-DiffahImage $env:DIFFAH_TEST_BUNDLE $old @{ api = 'dir:a'; web = 'dir:w' } -WhatIf
                Restore-DiffahImage $env:DIFFAH_TEST_BUNDLE $old @{ api = 'dir:a'; web = 'dir:w' } -Name web -WhatIf
            }
        }
        finally {
            $env:DIFFAH_TEST_BUNDLE = $env:DIFFAH_TEST_FOLDER = $env:DIFFAH_TEST_V1 = $env:DIFFAH_TEST_OCI1 = $null
        }
        @($output) -match '^What if:' | Should -HaveCount 3
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'gives a plan with -DryRun, and writes nothing' {
        $plan = Restore-DiffahImage $bundle @{ api = $v1.Reference; web = Get-StrangerReference } $destinations `
            -DryRun -WarningAction SilentlyContinue
        $plan | Should -BeOfType ([Diffah.Engine.Operations.RestorePlan])
        $plan.Images.Name | Should -Be 'api', 'web'
        $plan.Images.WouldImport | Should -Be $true, $false
        $plan.Images[1].Problem.Id | Should -Be 'BaselineMismatch'
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'restores the bundle of the Go tool' {
        $go = Get-Fixture deltas/two-services.bundle.tar
        $old = @{
            'svc-a' = "oci-archive:$(Get-Fixture images/v1_oci.tar)"
            'svc-b' = "docker-archive:$(Get-Fixture images/v1_s2.tar)"
        }
        $outcomes =
            Restore-DiffahImage $go $old @{ 'svc-a' = 'oci-archive:a.tar'; 'svc-b' = 'docker-archive:b.tar' } -Strict
        $outcomes.Name | Should -Be 'svc-a', 'svc-b'
        $outcomes.Image.ManifestDigest | Should -Be (Get-DiffahArchive $go).Images.TargetManifestDigest
        (Get-DiffahImage oci-archive:a.tar).Digest |
            Should -Be (Get-DiffahImage "oci-archive:$(Get-Fixture images/v2_oci.tar)").Digest
        (Get-DiffahImage docker-archive:b.tar).Digest |
            Should -Be (Copy-DiffahImage "docker-archive:$(Get-Fixture images/v3_s2.tar)" dir:whole).Digest
    }
}

Describe 'Restore-DiffahImage of a bundle: errors' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'refuses forms that do not go together: <Case>' -ForEach @(
        @{ Case = 'tables of baselines alone'; Plain = 'Destination' },
            @{ Case = 'tables of destinations alone'; Plain = 'Baseline' }
    ) {
        $images = @{ Baseline = $baselines; Destination = $destinations }
        $images[$Plain] = 'oci:plain'
        Restore-DiffahImage $bundle @images -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] InvalidArgument RestoreDiffahImage InvalidArgument
        $problems[0].Exception.Message | Should -Match "$Plain is one reference"
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'wants a name where the archive has several images, and one alone for one destination' {
        Restore-DiffahImage $bundle $v1.Reference dir:new -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] AmbiguousImage RestoreDiffahImage InvalidArgument
        foreach ($name in 'api', 'web') { $problems[0].Exception.Message | Should -Match $name }
        Restore-DiffahImage $bundle $v1.Reference dir:new -Name api,
            web -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] InvalidArgument RestoreDiffahImage InvalidArgument
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'refuses a name that is not in the archive, and lists those that are' `
        -ForEach @(@{ Form = 'one' }, @{ Form = 'tables' }) {
        $images = $Form -eq 'one' ? @{ Baseline = $v1.Reference; Destination = 'dir:new' } :
            @{ Baseline = $baselines; Destination = $destinations }
        Restore-DiffahImage $bundle @images -Name worker -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] ImageNotFound RestoreDiffahImage ObjectNotFound
        foreach ($name in 'worker', 'api', 'web') { $problems[0].Exception.Message | Should -Match $name }
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'refuses a bare path in a table, with its name, while it binds' {
        $caught = { Restore-DiffahImage $bundle @{ api = './v1.tar' } $destinations } | Should -Throw -PassThru
        $caught.FullyQualifiedErrorId |
            Should -Be 'ParameterArgumentTransformationError,Diffah.PowerShell.Commands.RestoreDiffahImageCommand'
        $caught.Exception.Message | Should -Match 'api: '
        { Restore-DiffahImage $bundle @{} $destinations } |
            Should -Throw -ErrorId 'ParameterArgumentTransformationError,*'
    }

    It 'takes files or references, not both' {
        { Restore-DiffahImage $bundle -Baseline $baselines -DestinationSpec outputs.json } |
            Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }

    It 'refuses a file that breaks a rule' {
        '{"baselines":{"api":"v1.tar"}}' | Set-Content baselines.json
        '{"outputs":{"api":"oci:new"}}' | Set-Content outputs.json
        Restore-DiffahImage $bundle -BaselineSpec baselines.json `
            -DestinationSpec outputs.json -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] SpecFileInvalid RestoreDiffahImage ParserError
        $problems[0].Exception.Message | Should -Match 'baselines\.json'
        Get-Entry $folder | Should -Be 'baselines.json', 'outputs.json'
    }
}

Describe 'Restore-DiffahImage of a bundle in a pipeline that ends early' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'ends after the first outcome with Select-Object -First 1' {
        (Restore-DiffahImage $bundle $baselines $destinations | Select-Object -First 1).Name | Should -Be 'api'
        # All were restored before the first outcome was told.
        Get-Entry $folder | Should -Contain 'store'
    }

    It 'is stopped, and leaves nothing half-written' {
        $large = Join-Path $TestDrive 'large'
        New-LargePair $large
        $archive = Join-Path $TestDrive 'large.bundle.tar'
        $null = New-DiffahBundle $archive -ZstdLevel 3 -Pair @{
            Name = 'app'
            Baseline = "docker-archive:$large/v1.docker.tar"
            Target = "docker-archive:$large/v2.docker.tar"
        }
        $shell = New-Session $folder
        try {
            $null = $shell.AddCommand('Restore-DiffahImage').AddParameter('Path', $archive).AddParameter('Baseline', @{
                app = "docker-archive:$large/v1.docker.tar"
            }).AddParameter('Destination', @{ app = 'docker-archive:new.tar' })
            $running = $shell.BeginInvoke()
            Wait-Until { $running.IsCompleted -or
                (Get-ChildItem -LiteralPath $folder -Force -Recurse -File | Where-Object Length -GT 0) }
            $running.IsCompleted | Should -BeFalse
            $shell.Stop()
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
            Get-Entry $folder | Should -BeNullOrEmpty
        }
        finally { $shell.Dispose() }
    }
}
