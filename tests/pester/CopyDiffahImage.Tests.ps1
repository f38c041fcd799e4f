BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample OciGzip v1), (Get-Sample OciGzip v2)
    $multi = Get-Sample OciMultiPlatform v1
}

Describe 'Copy-DiffahImage' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'copies digest for digest, and gives what it did' {
        $copied = Copy-DiffahImage -Source $v1.Reference -Destination oci:layout:app
        $copied | Should -BeOfType ([Diffah.Engine.Operations.CopiedImage])
        $copied.Digest | Should -Be $v1.ManifestDigest
        $copied.Source | Should -Be $v1.Reference
        $copied.Destination | Should -Be "oci:$folder/layout:app"
        $copied.ImageCount | Should -Be 1
        $copied.LayerCount | Should -Be $v1.LayerDigests.Count
        $copied.Platforms | Should -Be 'linux/amd64'
        $copied.CopiedBytes | Should -BeGreaterThan 0
        $copied.ImageBytes | Should -Be $copied.CopiedBytes
        (Get-DiffahImage oci:layout:app).Digest | Should -Be $v1.ManifestDigest
    }

    It 'goes from <Format> to <Destination>' -ForEach @(
        @{ Format = 'DockerArchive'; Destination = 'docker-archive:new.tar' },
            @{ Format = 'DockerArchive'; Destination = 'dir:new' },
        @{ Format = 'OciGzip'; Destination = 'oci-archive:new.tar' },
            @{ Format = 'OciLayout'; Destination = 'dir:new' }, @{ Format = 'Directory'; Destination = 'oci:new' }
    ) {
        $sample = Get-Sample $Format v1
        (Copy-DiffahImage $sample.Reference $Destination).Digest | Should -Be $sample.ManifestDigest
        @(Get-ChildItem -Force).Name | Should -BeLike 'new*'
    }

    It 'copies one platform of an index, and the index whole with -All' {
        (Copy-DiffahImage $multi.Reference oci:one).Digest | Should -Be $multi.ManifestDigest
        $arm = Copy-DiffahImage $multi.Reference oci:arm -Platform linux/arm64
        $arm.Platforms | Should -Be 'linux/arm64'
        $arm.Digest | Should -Not -Be $multi.ManifestDigest
        $all = Copy-DiffahImage $multi.Reference oci:all -All
        $all.ImageCount | Should -Be 2
        ($all.Platforms | Sort-Object) | Should -Be 'linux/amd64', 'linux/arm64'
        $all.Digest | Should -Be (Get-DiffahImage $multi.Reference).IndexDigest
        (Get-DiffahImage oci:all).Digest | Should -Be $multi.ManifestDigest
    }

    It 'takes rows by property name, one copy a row' {
        "Source,Destination`n$($v1.Reference),oci:layout:v1`n$($v2.Reference),oci:layout:v2" | Set-Content copies.csv
        (Import-Csv copies.csv | Copy-DiffahImage).Digest | Should -Be $v1.ManifestDigest, $v2.ManifestDigest
    }

    It 'takes what Get-DiffahImage gives' {
        (Get-DiffahImage $v1.Reference | Copy-DiffahImage -Destination dir:new).Digest | Should -Be $v1.ManifestDigest
        Copy-DiffahImage (Get-DiffahImage $v2.Reference) oci:other |
            Get-DiffahImage | ForEach-Object Digest | Should -Be $v2.ManifestDigest
    }

    It 'writes nothing with -WhatIf' {
        Copy-DiffahImage $v1.Reference oci:layout -WhatIf | Should -BeNullOrEmpty
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'refuses a destination that exists, and -Force permits it' {
        Set-Content -LiteralPath new.tar -Value 'precious'
        Copy-DiffahImage $v1.Reference oci-archive:new.tar -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] DestinationExists CopyDiffahImage ResourceExists
        $problems[0].TargetObject.ToString() | Should -Be $v1.Reference
        Get-Content -LiteralPath new.tar | Should -Be 'precious'
        (Copy-DiffahImage $v1.Reference oci-archive:new.tar -Force).Digest | Should -Be $v1.ManifestDigest
    }

    It 'refuses a destination that would change digests, and leaves nothing' {
        Copy-DiffahImage $v1.Reference docker-archive:new.tar -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] ConversionRefused CopyDiffahImage InvalidOperation
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'converts with -AllowConvert where the destination can not hold the image, and says what changed' {
        $docker = Get-Sample DockerArchive v1
        $copied = Copy-DiffahImage $docker.Reference oci-archive:new.tar -AllowConvert
        $copied.Conversion | Should -BeOfType ([Diffah.Engine.Images.ImageConversion])
        $copied.Conversion.OriginalManifestDigest | Should -Be $docker.ManifestDigest
        $copied.Conversion.ManifestDigest | Should -Be $copied.Digest
        $copied.Digest | Should -Not -Be $docker.ManifestDigest
        $copied.Conversion.Layers.Length | Should -Be $docker.LayerDigests.Count
        $image = Get-DiffahImage oci-archive:new.tar
        $image.Digest | Should -Be $copied.Digest
        $image.MediaType | Should -Be 'application/vnd.oci.image.manifest.v1+json'
        $image.ConfigDigest | Should -Be $docker.ConfigDigest
    }

    It 'changes nothing with -AllowConvert where there is no need' {
        $copied = Copy-DiffahImage $v1.Reference oci:layout -AllowConvert
        $copied.Digest | Should -Be $v1.ManifestDigest
        $copied.Conversion | Should -BeNullOrEmpty
    }

    It 'says which file is missing, and goes on' {
        $rows = "Source,Destination`noci-archive:none.tar,oci:a`n$($v1.Reference),oci:b" | ConvertFrom-Csv
        @($rows | Copy-DiffahImage -ErrorAction SilentlyContinue -ErrorVariable problems).Digest |
            Should -Be $v1.ManifestDigest
        Assert-DiffahError $problems[0] FileNotFound CopyDiffahImage ObjectNotFound
        $problems[0].Exception.Message | Should -Match 'none\.tar'
    }

    It 'refuses what is no reference, no platform, and a platform that is not there' {
        $id = 'ParameterArgumentTransformationError,Diffah.PowerShell.Commands.CopyDiffahImageCommand'
        { Copy-DiffahImage $v1.Path oci:new } | Should -Throw -ErrorId $id
        Assert-DiffahError ({ Copy-DiffahImage $v1.Reference oci:new -Platform nonsense } |
            Should -Throw -PassThru) InvalidArgument CopyDiffahImage InvalidArgument
        Copy-DiffahImage $multi.Reference oci:new `
            -Platform linux/s390x -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] PlatformNotFound CopyDiffahImage ObjectNotFound
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'spools in -WorkDirectory, and leaves nothing there' {
        $null = New-Item -ItemType Directory spool
        $null = Copy-DiffahImage $v1.Reference oci-archive:new.tar -WorkDirectory spool
        Get-Entry $folder | Should -Be 'new.tar', 'spool'
    }
}
