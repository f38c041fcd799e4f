# docs/runbooks/New-CustomerDelivery.ps1 and Install-CustomerDelivery.ps1: a delivery of two images, from vendor to
# customer.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $make, $install = (Get-RepositoryPath 'docs/runbooks/New-CustomerDelivery.ps1'),
        (Get-RepositoryPath 'docs/runbooks/Install-CustomerDelivery.ps1')
    $samples = [ordered]@{ api = 'DockerArchive'; web = 'OciGzip' }
    $vendor = (New-Item -ItemType Directory (Join-Path $TestDrive vendor)).FullName
    $keys = New-DiffahKey -Path (Join-Path $vendor 'vendor.key')
    $otherKeys = New-DiffahKey -Path (Join-Path $vendor 'other.key')

    function Write-Table([string] $File, [scriptblock] $Row) {
        $samples.Keys | ForEach-Object {
            [pscustomobject](& $Row $_ (Get-Sample $samples[$_] v1) (Get-Sample $samples[$_] v2))
        } | Export-Csv $File
    }

    function Get-Destination([string] $Name) {
        ($Name -eq 'api' ? 'docker-archive:' : 'oci-archive:') + (Join-Path $customer "$Name.tar")
    }

    # What a forger can do: everything but sign.
    function Update-Checksum([string] $Folder) {
        Get-ChildItem $Folder -File | Where-Object Name -NE SHA256SUMS |
            ForEach-Object { "$((Get-FileHash $_.FullName).Hash.ToLowerInvariant())  $($_.Name)" } |
            Set-Content (Join-Path $Folder SHA256SUMS)
    }

    function Get-ErrorId([scriptblock] $Script) {
        (($Script | Should -Throw -PassThru).FullyQualifiedErrorId -split ',')[0]
    }

    $releases = Join-Path $vendor 'release.csv'
    Write-Table $releases { param($Name, $v1, $v2) @{ Name = $Name; Baseline = $v1.Reference; Target = $v2.Reference } }
    $made = & $make -Path $releases -Destination (Join-Path $vendor 'release-1') -SigningKey $keys.PrivateKeyPath
}

Describe 'A delivery' {
    It 'is one folder with everything in it' {
        Get-Entry $made.Path | Should -Be 'delivery.delta.tar',
            'delivery.delta.tar.sig', 'delivery.json', 'delivery.pub', 'INSTALL.md', 'SHA256SUMS'
        $made.KeyFingerprint | Should -Be $keys.PublicKeyFingerprint
        $made.Images | Should -Be 'api', 'web'
        Get-Entry $vendor | Where-Object { $_ -like '.*' } | Should -BeNullOrEmpty
    }

    It 'says in delivery.json what is in it' {
        $manifest = Get-Content -Raw (Join-Path $made.Path 'delivery.json') | ConvertFrom-Json
        $archive = Get-Item (Join-Path $made.Path 'delivery.delta.tar')
        $manifest.archive.sha256, $manifest.archive.bytes |
            Should -Be (Get-FileHash $archive.FullName).Hash.ToLowerInvariant(), $archive.Length
        $manifest.keyFingerprint, $manifest.toolVersion |
            Should -Be $keys.PublicKeyFingerprint, (Get-DiffahArchive $archive.FullName).ToolVersion
        foreach ($image in $manifest.images) {
            $v1, $v2 = 'v1', 'v2' | ForEach-Object { Get-Sample $samples[$image.name] $_ }
            $image.baselineDigest, $image.targetDigest, $image.layerCount |
                Should -Be $v1.ManifestDigest, $v2.ManifestDigest, $v2.LayerDigests.Count
            $image.layerBytes | Should -Be (Get-DiffahImage $v2.Reference).LayerBytes
            $image.deliveredBytes | Should -BeLessThan $image.layerBytes
        }
    }

    It 'has checksums that sha256sum agrees with' {
        if (-not (Get-Command sha256sum -CommandType Application -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'sha256sum is not installed'
        }
        Push-Location $made.Path
        try { $said = sha256sum -c SHA256SUMS 2>&1 } finally { Pop-Location }
        $LASTEXITCODE | Should -Be 0 -Because "$said"
        $said.Count | Should -Be 5
    }

    It 'tells the customer what to do' {
        $page = Get-Content -Raw (Join-Path $made.Path 'INSTALL.md')
        foreach ($digest in 'api', 'web' | ForEach-Object { (Get-Sample $samples[$_] v2).ManifestDigest }) {
            $page | Should -Match $digest
        }
        $page | Should -Match $keys.PublicKeyFingerprint
        $page | Should -Match '(?m)^ {3}```powershell$'
    }

    It 'is not made over another' {
        Get-ErrorId { & $make $releases $made.Path -SigningKey $keys.PrivateKeyPath } | Should -Be 'DestinationExists'
    }

    It 'is not made with -WhatIf' {
        & $make $releases (Join-Path $vendor 'planned') -SigningKey $keys.PrivateKeyPath -WhatIf | Should -BeNullOrEmpty
        Join-Path $vendor 'planned' | Should -Not -Exist
    }

    It 'leaves nothing where it can''t be made: <What>' -ForEach @(
        @{ What = 'an image is not there'; Break = {
            param($rows) $rows[1].Target = 'docker-archive:/no/such.tar'
        }; Key = 'vendor'; Id = 'FileNotFound' }
        @{ What = 'the public key is not that of the private key'; Break = { }; Key = 'other'; Id = 'DeliveryInvalid' }
    ) {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $rows = Import-Csv $releases
        & $Break $rows
        $rows | Export-Csv (Join-Path $folder 'table.csv')
        Get-ErrorId { & $make (Join-Path $folder 'table.csv') (Join-Path $folder 'out') `
            -SigningKey $keys.PrivateKeyPath -PublicKeyPath (Join-Path $vendor "$Key.pub") } | Should -Be $Id
        Get-Entry $folder | Should -Be 'table.csv'
    }

    It 'is signed with a key that has a passphrase' {
        $secret = [securestring]::new()
        'open sesame'.ToCharArray() | ForEach-Object { $secret.AppendChar($_) }
        $boxed = New-DiffahKey -Path (Join-Path $vendor 'boxed.key') -Passphrase $secret
        $delivery =
            & $make $releases (Join-Path $vendor 'boxed') -SigningKey $boxed.PrivateKeyPath -SigningPassphrase $secret
        $delivery.KeyFingerprint | Should -Be $boxed.PublicKeyFingerprint
    }
}

Describe 'The customer' {
    BeforeEach {
        $customer = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $arrived = Join-Path $customer 'arrived'
        Copy-Item -Recurse $made.Path $arrived
        $table = Join-Path $customer 'images.csv'
        Write-Table $table {
            param($Name, $v1) @{ Name = $Name; Baseline = $v1.Reference; Destination = Get-Destination $Name }
        }

        function Get-Installed {
            Get-Entry $customer | Where-Object { $_ -notlike 'arrived*' -and $_ -ne 'images.csv' }
        }
    }

    It 'gets the images of the vendor, digest for digest' {
        $reports = & $install -Path $arrived -Table $table -Fingerprint $keys.PublicKeyFingerprint
        $reports.Name | Should -Be 'api', 'web'
        $reports.Status | Should -Be 'Installed', 'Installed'
        foreach ($report in $reports) {
            $report.InstalledDigest | Should -Be (Get-Sample $samples[$report.Name] v2).ManifestDigest
            $report.ExpectedDigest | Should -Be $report.InstalledDigest
            (Get-DiffahImage (Get-Destination $report.Name)).Digest | Should -Be $report.InstalledDigest
        }
        Get-Installed | Should -Be 'api.tar', 'web.tar'
    }

    It 'checks with a key of his own' {
        $reports = & $install $arrived $table $keys.PublicKeyFingerprint -VerificationKey $keys.PublicKeyPath
        $reports.Status | Should -Be 'Installed', 'Installed'
    }

    It 'checks everything and installs nothing with -WhatIf' {
        & $install $arrived $table $keys.PublicKeyFingerprint -WhatIf | Should -BeNullOrEmpty
        Get-Installed | Should -BeNullOrEmpty
        Add-Content (Join-Path $arrived 'INSTALL.md') 'more'
        Get-ErrorId { & $install $arrived $table $keys.PublicKeyFingerprint -WhatIf } | Should -Be 'ChecksumsInvalid'
    }

    It 'installs nothing where <What>' -ForEach @(
        @{ What = 'the bundle was tampered with'; Id = 'ChecksumsInvalid'; Forge = {
            Edit-Byte (Join-Path $arrived 'delivery.delta.tar')
        } }
        @{ What = 'the bundle was tampered with, and the checksums with it'; Id = 'BundleInvalid'; Forge = {
            Edit-Byte (Join-Path $arrived 'delivery.delta.tar')
            Update-Checksum $arrived
        } }
        @{ What = 'a file is missing'; Id = 'ChecksumsInvalid'; Forge = {
            Remove-Item (Join-Path $arrived 'delivery.delta.tar.sig')
        } }
        @{ What = 'the signature was taken away, and from the checksums'; Id = 'BundleInvalid'; Forge = {
            Remove-Item (Join-Path $arrived 'delivery.delta.tar.sig')
            Update-Checksum $arrived
        } }
        @{ What = 'there is a file that is not in the checksums'; Id = 'ChecksumsInvalid'; Forge = {
            'x' | Set-Content (Join-Path $arrived 'setup.sh')
        } }
        @{ What = 'the checksums name a file elsewhere'; Id = 'ChecksumsInvalid'; Forge = {
            Add-Content (Join-Path $arrived SHA256SUMS) "$('0' * 64)  ../images.csv"
        } }
        @{ What = 'there are no checksums'; Id = 'DeliveryIncomplete'; Forge = {
            Remove-Item (Join-Path $arrived SHA256SUMS)
        } }
        @{ What = 'the key in the delivery was replaced'; Id = 'FingerprintDiffers'; Forge = {
            Copy-Item $otherKeys.PublicKeyPath (Join-Path $arrived 'delivery.pub')
            Update-Checksum $arrived
        } }
        @{ What = 'the fingerprint is of another key'; Id = 'FingerprintDiffers'; Forge = {
            $script:fingerprint = $otherKeys.PublicKeyFingerprint
        } }
        @{ What = 'delivery.json promises another image'; Id = 'ManifestDiffers'; Forge = {
            Edit-Manifest { param($m) $m.images[0].targetDigest = "sha256:$('0' * 64)" }
        } }
        @{ What = 'delivery.json names another key'; Id = 'ManifestDiffers'; Forge = {
            Edit-Manifest { param($m) $m.keyFingerprint = $otherKeys.PublicKeyFingerprint }
        } }
        @{ What = 'delivery.json names a bundle elsewhere'; Id = 'DeliveryUnknown'; Forge = {
            Edit-Manifest { param($m) $m.archive.file = '../other.tar' }
        } }
        @{ What = 'a baseline is not there'; Id = 'BaselineUnfit'; Forge = {
            Edit-Table { param($rows) $rows[1].Baseline = 'oci-archive:/no/such.tar' }
        } }
        @{ What = 'a baseline is another image'; Id = 'BaselineUnfit'; Forge = {
            Edit-Table { param($rows) $rows[0].Baseline = (Get-Sample DockerArchive v2).Reference }
        } }
        @{ What = 'the table lacks an image'; Id = 'TableInvalid'; Forge = {
            (Import-Csv $table)[0] | Export-Csv $table
        } }
        @{ What = 'the table has an image too many'; Id = 'TableInvalid'; Forge = {
            Edit-Table { param($rows) $rows[1].Name = 'else' }
        } }
    ) {
        function Edit-Byte([string] $File) {
            $bytes = [IO.File]::ReadAllBytes($File)
            # What fills a block up to its end says nothing, and may be anything.
            $at = [int] ($bytes.Length / 2)
            while ($bytes[$at] -eq 0) { $at++ }
            $bytes[$at] = $bytes[$at] -bxor 1
            [IO.File]::WriteAllBytes($File, $bytes)
        }
        function Edit-Manifest([scriptblock] $Edit) {
            $file = Join-Path $arrived 'delivery.json'
            $manifest = Get-Content -Raw $file | ConvertFrom-Json
            & $Edit $manifest
            $manifest | ConvertTo-Json -Depth 5 | Set-Content $file
            Update-Checksum $arrived
        }
        function Edit-Table([scriptblock] $Edit) {
            $rows = @(Import-Csv $table)
            & $Edit $rows
            $rows | Export-Csv $table
        }
        $script:fingerprint = $keys.PublicKeyFingerprint
        . $Forge
        Get-ErrorId { & $install $arrived $table $fingerprint } | Should -Be $Id
        Get-Installed | Should -BeNullOrEmpty
    }

    It 'replaces nothing unasked, and installs none then' {
        'mine' | Set-Content (Join-Path $customer 'web.tar')
        Get-ErrorId { & $install $arrived $table $keys.PublicKeyFingerprint } | Should -Be 'DestinationExists'
        Get-Installed | Should -Be 'web.tar'
        (& $install $arrived $table $keys.PublicKeyFingerprint -Force).Status | Should -Be 'Installed', 'Installed'
    }
}
