BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
    $oci1, $oci2 = (Get-Sample OciGzip v1), (Get-Sample OciGzip v2)
}

Describe 'Export-DiffahInventory' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'lists what a site has, and no more' {
        $inventory = $v1.Reference, $oci1.Reference | Export-DiffahInventory site.json
        $inventory | Should -BeOfType ([Diffah.Engine.Operations.ExportedInventory])
        $inventory.Path | Should -Be (Join-Path $folder 'site.json')
        $inventory.Digest | Should -Be "sha256:$((Get-FileHash site.json -Algorithm SHA256).Hash.ToLowerInvariant())"
        $inventory.ImageCount | Should -Be 2
        $inventory.Images.ConfigDigest | Should -Contain (Get-DiffahImage $oci1.Reference).ConfigDigest
        $json = Get-Content -Raw site.json | ConvertFrom-Json
        $json.diffah_inventory | Should -Be 1
        $json.images.Count | Should -Be 2
        Get-Content -Raw site.json | Should -Not -Match ([regex]::Escape((Split-Path $folder)))
        Get-Entry $folder | Should -Be 'site.json'
    }

    It 'lists all of a layout' {
        $layout = "oci:$(Join-Path $folder layout)"
        Copy-DiffahImage $oci1.Reference "${layout}:one" | Out-Null
        Copy-DiffahImage $oci2.Reference "${layout}:two" | Out-Null
        (Export-DiffahInventory site.json oci:./layout:*).Images.Name | Should -Be 'oci:layout:one', 'oci:layout:two'
        (Export-DiffahInventory site.json oci:./layout:* -IncludeFiles -Force).FileCount | Should -BeGreaterThan 0
    }

    It 'replaces nothing without -Force, and writes nothing with -WhatIf' {
        Set-Content site.json x
        { Export-DiffahInventory site.json $v1.Reference -ErrorAction Stop } |
            Should -Throw -ErrorId 'DestinationExists,*'
        Export-DiffahInventory other.json $v1.Reference -WhatIf
        Get-Entry $folder | Should -Be 'site.json'
    }

    It 'refuses all where one reference can''t be used' {
        Export-DiffahInventory site.json $v1.Reference, 'nowhere:x' -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'InvalidReference,*'
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'lets one bundle in volumes bring the site up to date' {
        Export-DiffahInventory site.json $v1.Reference | Out-Null
        $rows = @{ Name = 'app'; Target = $v2.Reference }, @{ Name = 'old'; Target = $v1.Reference }
        $archive = $rows | New-DiffahBundle update.tar -Since site.json -BaselineSource $v1.Reference -VolumeSize 64KB
        $archive.Path | Should -Be (Join-Path $folder 'update.tar.001')
        $archive.LeftOut | Should -Be 'old'
        $archive.Since.Inventory | Should -Be "sha256:$((Get-FileHash site.json).Hash.ToLowerInvariant())"
        Get-Entry $folder | Should -Contain 'update.tar.sha256'
        (Get-DiffahArchive update.tar.001).Since.Inventory | Should -Be $archive.Since.Inventory
        (Test-DiffahArchive update.tar.001).Check | Should -Contain 'volume'
        Restore-DiffahImage update.tar.001 -Baseline $v1.Reference -Destination docker-archive:app.tar | Out-Null
        (Get-DiffahImage docker-archive:app.tar).ConfigDigest |
            Should -Be (Get-DiffahImage $v2.Reference).ConfigDigest
    }

    It 'says where there is nothing new' {
        Export-DiffahInventory site.json $v1.Reference | Out-Null
        { @{ Name = 'old'; Target = $v1.Reference } | New-DiffahBundle update.tar -Since site.json -ErrorAction Stop } |
            Should -Throw -ErrorId 'NothingNew,*'
        Get-Entry $folder | Should -Be 'site.json'
    }

    It 'names a damaged volume' {
        New-DiffahDelta $v1.Reference $v2.Reference app.tar -VolumeSize 64KB | Out-Null
        $bytes = [IO.File]::ReadAllBytes((Join-Path $folder 'app.tar.001'))
        $bytes[$bytes.Length - 1] = $bytes[$bytes.Length - 1] -bxor 1
        [IO.File]::WriteAllBytes((Join-Path $folder 'app.tar.001'), $bytes)
        {
            Restore-DiffahImage app.tar.001 -Baseline $v1.Reference -Destination docker-archive:no.tar -ErrorAction Stop
        } | Should -Throw -ErrorId 'VolumeInvalid,*'
        Get-Entry $folder | Should -Not -Contain 'no.tar'
    }

    It 'completes the first volume' {
        Set-Content app.delta.tar.001, app.delta.tar.002 x
        $line = 'Restore-DiffahImage ./app.delta.tar.0'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -BeLike '*app.delta.tar.001'
    }
}
