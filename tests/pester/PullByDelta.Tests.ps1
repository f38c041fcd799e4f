# Images that are restored by their names, by deltas that lie beside them in a real registry.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'RegistrySupport.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $missing = 'docker-registry is not installed'
    $images = (New-Item -ItemType Directory (Join-Path $TestDrive images)).FullName
    New-ReadmeImage $images
    # With manifests that a layout can hold.
    $files = foreach ($version in 1..3) {
        $file = "oci-archive:$(Join-Path $images "image-v$version.tar")"
        (Copy-DiffahImage "docker-archive:$(Join-Path $images "app-v$version.tar")" $file -AllowConvert).Destination
    }
    $keys = New-DiffahKey (Join-Path $images release.key)
    $plain = @{ SkipTlsVerification = $true; RetryDelay = 0 }
    $registry = Start-TestRegistry (Join-Path $TestDrive 'registry')

    # The three versions in a repository of their own, with the deltas that are asked for: '1-2', '1-3'.
    function New-Repository([string[]] $Deltas = @(), [hashtable] $Options = @{}) {
        $app = "docker://$($registry.Host)/team/app-$([guid]::NewGuid().ToString('N').Substring(0, 8))"
        foreach ($version in 1..3) { $null = Copy-DiffahImage $files[$version - 1] "${app}:v$version" @plain }
        foreach ($delta in $Deltas) { $null = Publish-Step $app $delta $Options }
        $app
    }

    function Publish-Step([string] $App, [string] $Step, [hashtable] $Options = @{}) {
        $from, $to = $Step -split '-'
        $path = Join-Path $TestDrive "$([guid]::NewGuid()).delta"
        $null = New-DiffahDelta "${App}:v$from" "${App}:v$to" $path @Options @plain
        Publish-DiffahDelta $path "${App}:v$to" @plain
    }

    function Get-Digest([string] $App, [int] $Version) { (Get-DiffahImage "${App}:v$Version" @plain).Digest }

    # A manifest of a registry, as its API gives it.
    function Get-Manifest([string] $App, [string] $Name) {
        $address = $App -replace '^docker://([^/]+)/', 'http://$1/v2/'
        $accept = @{ Accept = 'application/vnd.oci.image.manifest.v1+json' }
        Invoke-RestMethod "$address/manifests/$Name" -Headers $accept |
            ForEach-Object { $_ -is [string] ? ($_ | ConvertFrom-Json) : $_ }
    }

    # An SBOM that refers to an image, listed by the tag that stands for the referrers API.
    function Add-Sbom([string] $App, [string] $Digest) {
        $address = $App -replace '^docker://([^/]+)/', 'http://$1/v2/'
        $type, $index = 'application/vnd.oci.image.manifest.v1+json', 'application/vnd.oci.image.index.v1+json'
        $empty = 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'
        $started = Invoke-WebRequest -Method Post "$address/blobs/uploads/"
        $null = Invoke-WebRequest -Method Put "$($started.Headers.Location)&digest=$empty" -Body '{}' `
            -ContentType application/octet-stream
        $blob = @{ mediaType = 'application/vnd.oci.empty.v1+json'; digest = $empty; size = 2 }
        $subject = @{ mediaType = $type; digest = $Digest; size = 1 }
        $sbom = @{ schemaVersion = 2; mediaType = $type; artifactType = 'text/spdx'; config = $blob
            layers = @($blob); subject = $subject } | ConvertTo-Json -Depth 8 -Compress
        $bytes = [System.Text.Encoding]::UTF8.GetBytes($sbom)
        $name = "sha256:$([Convert]::ToHexStringLower([System.Security.Cryptography.SHA256]::HashData($bytes)))"
        $null = Invoke-WebRequest -Method Put "$address/manifests/$name" -Body $bytes -ContentType $type
        $list = @{ schemaVersion = 2; mediaType = $index; manifests = @(
                @{ mediaType = $type; digest = $name; size = $bytes.Length; artifactType = 'text/spdx' }) }
        $null = Invoke-WebRequest -Method Put "$address/manifests/$($Digest -replace ':', '-')" `
            -Body ($list | ConvertTo-Json -Depth 8 -Compress) -ContentType $index
        $name
    }
}

AfterAll { Stop-TestRegistry $registry }

Describe 'An image that is restored by its name' {
    BeforeEach {
        if (-not $registry) { Set-ItResult -Skipped -Because $missing }
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location $folder
    }

    AfterEach { Pop-Location }

    It 'comes by its published delta' {
        $app = New-Repository '1-3'
        $pulled = @{ Image = "${app}:v3"; Baseline = $files[0]; Destination = 'oci:layout:v3' }
        $image = Restore-DiffahImage @pulled @plain
        $image | Should -BeOfType ([Diffah.Engine.Operations.RestoredImage])
        $image.Pull.Kind | Should -BeExactly 'Delta'
        $image.Pull.Deltas | Should -Be (Find-DiffahDelta "${app}:v3" @plain).Reference
        $image.Pull.FetchedBytes | Should -BeLessThan $image.ImageBytes
        $image.ArchiveBytes | Should -Be $image.Pull.FetchedBytes
        $image.ManifestDigest | Should -Be (Get-Digest $app 3)
        Get-SkopeoDigest "oci:$folder/layout:v3" | Should -Be (Get-SkopeoDigest "${app}:v3")
        ($image | Format-List | Out-String) | Should -Match 'Way +: Delta, docker://'
        Get-ChildItem -Force -Name | Should -Be 'layout'
    }

    It 'comes by a chain of two' {
        $app = New-Repository '1-2', '2-3'
        $image = Restore-DiffahImage -Image "${app}:v3" $files[0] oci:layout:v3 @plain
        $image.Pull.Kind | Should -BeExactly 'Chain'
        $image.Pull.Deltas |
            Should -Be (Find-DiffahDelta "${app}:v2" @plain).Reference, (Find-DiffahDelta "${app}:v3" @plain).Reference
        Get-SkopeoDigest "oci:$folder/layout:v3" | Should -Be (Get-SkopeoDigest "${app}:v3")
    }

    It 'comes plainly where no delta is there' {
        $app = New-Repository
        $image = Restore-DiffahImage -Image "${app}:v2" -Baseline $files[0] -Destination oci:layout:v2 @plain
        $image.Pull.Kind | Should -BeExactly 'Plain'
        $image.Pull.Deltas | Should -BeNullOrEmpty
        $image.BaselineLayerCount | Should -BeGreaterThan 0
        (Get-DiffahImage oci:layout:v2).Digest | Should -Be (Get-Digest $app 2)
    }

    It 'shows all ways in a dry run, and writes nothing' {
        $app = New-Repository '1-2', '2-3', '1-3'
        $plan = Restore-DiffahImage -Image "${app}:v3" $files[0] oci:layout:v3 -DryRun @plain
        $plan | Should -BeOfType ([Diffah.Engine.Operations.PullPlan])
        $plan.Ways.Kind | Should -Contain 'Delta'
        $plan.Ways.Kind | Should -Contain 'Plain'
        $plan.Ways.IsChosen | Should -Be (@($true) + @($false) * ($plan.Ways.Count - 1))
        @($plan.Ways[0].Steps)[-1].TargetDigest | Should -Be (Get-Digest $app 3)
        $plan.ManifestDigest | Should -Be (Get-Digest $app 3)
        $plan.IsCut | Should -BeFalse
        ($plan | Format-Table | Out-String) | Should -Match 'Delta +[\d.]+ [KM]?i?B'
        ($plan | Format-List | Out-String) | Should -Match 'Other ways +: .*Plain: '
        Get-ChildItem -Force | Should -BeNullOrEmpty
        Restore-DiffahImage -Image "${app}:v3" $files[0] oci:layout:v3 -WhatIf @plain | Should -BeNullOrEmpty
        Get-ChildItem -Force | Should -BeNullOrEmpty
    }

    # Where nothing says which parameter set is meant, a row is an archive.
    It 'takes names from objects of a pipeline' {
        $app = New-Repository '1-2'
        $row = [pscustomobject]@{ Image = "${app}:v2"; Baseline = $files[0]; Destination = 'oci:layout:v2' }
        ($row | Restore-DiffahImage -Image { $_.Image } @plain).Pull.Kind | Should -BeExactly 'Delta'
    }

    It 'comes another way, with a warning, where the registry forgot an entry' {
        $app = New-Repository '1-3'
        $manifest = Get-Manifest $app (Find-DiffahDelta "${app}:v3" @plain).Digest
        $gone = ($manifest.layers | Sort-Object size)[-1].digest -replace 'sha256:(..)(.*)', '$1/$1$2'
        $data = Join-Path $registry.Folder "data/docker/registry/v2/blobs/sha256/$gone/data"
        Move-Item -LiteralPath $data -Destination "$TestDrive/gone"
        try {
            $image = Restore-DiffahImage -Image "${app}:v3" $files[0] oci:layout:v3 @plain `
                -WarningAction SilentlyContinue -WarningVariable warned
        } finally { Move-Item "$TestDrive/gone" $data }
        $image.Pull.Kind | Should -BeExactly 'Plain'
        "$warned" | Should -Match 'did not work: .*The next way is tried'
        Get-SkopeoDigest "oci:$folder/layout:v3" | Should -Be (Get-SkopeoDigest "${app}:v3")
        Get-ChildItem -Force -Name | Should -Be 'layout'
    }
}

Describe 'A key' {
    BeforeEach {
        if (-not $registry) { Set-ItResult -Skipped -Because $missing }
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location $folder
    }

    AfterEach { Pop-Location }

    It 'takes what it signed' {
        $app = New-Repository '1-3' @{ SigningKey = $keys.PrivateKeyPath }
        $image = Restore-DiffahImage -Image "${app}:v3" $files[0] oci:layout:v3 `
            -VerificationKey $keys.PublicKeyPath @plain
        $image.Pull.Kind | Should -BeExactly 'Delta'
        $image.ManifestDigest | Should -Be (Get-Digest $app 3)
    }

    It 'refuses a tag that nothing vouches for, and takes a digest' {
        $app = New-Repository '1-3'
        Restore-DiffahImage -Image "${app}:v3" $files[0] oci:layout:v3 -VerificationKey $keys.PublicKeyPath @plain `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] SignatureMissing RestoreDiffahImage SecurityError
        Get-ChildItem -Force | Should -BeNullOrEmpty
        $image = Restore-DiffahImage -Image "$app@$(Get-Digest $app 3)" $files[0] oci:layout:v3 `
            -VerificationKey $keys.PublicKeyPath @plain
        $image.Pull.Kind | Should -BeExactly 'Plain'
    }
}

Describe 'A folder to resume in' {
    BeforeEach {
        if (-not $registry) { Set-ItResult -Skipped -Because $missing }
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location $folder
    }

    AfterEach { Pop-Location }

    It 'keeps what was fetched until the image is there' {
        $signed = @{ SigningKey = $keys.PrivateKeyPath }
        $app = New-Repository '1-2', '2-3' $signed
        $options = $plain + @{ Image = "${app}:v3"; Baseline = $files[0]; VerificationKey = $keys.PublicKeyPath }
        # Without the manifests of images and the layers themselves there is no other way.
        $whole = (Restore-DiffahImage @options -Destination oci:whole:v3).Pull
        $whole.Kind | Should -BeExactly 'Chain'
        $manifest = Get-Manifest $app (Find-DiffahDelta "${app}:v3" @plain).Digest
        $parts = $manifest.layers | Where-Object mediaType -Match 'delta\.(blob|content)\.' | Sort-Object size
        $gone = @((Get-Manifest $app v3).layers.digest) + @($parts)[-1].digest | Sort-Object -Unique |
            ForEach-Object {
                $data = Join-Path $registry.Folder ("data/docker/registry/v2/blobs/sha256/" +
                    "$($_ -replace 'sha256:(..)(.*)', '$1/$1$2')/data")
                Rename-Item -LiteralPath $data -NewName away
                $data
            }
        Restore-DiffahImage @options -Destination oci:layout:v3 -ResumeDirectory kept -ErrorAction SilentlyContinue `
            -ErrorVariable problems -WarningAction SilentlyContinue
        $problems.Count | Should -Be 1
        Assert-DiffahError $problems[0] BlobMissing RestoreDiffahImage ObjectNotFound
        Get-ChildItem -Force -Name | Where-Object { $_ -ne 'whole' } | Should -Be 'kept'
        $kept = @(Get-ChildItem kept | Where-Object Name -Match '^sha256-')
        $kept.Count | Should -BeGreaterThan 0
        $gone | ForEach-Object { Rename-Item -LiteralPath (Join-Path (Split-Path $_) away) -NewName data }
        Set-Content kept/mine.txt 'mine'
        $image = Restore-DiffahImage @options -Destination oci:layout:v3 -ResumeDirectory kept
        $image.Pull.Kind | Should -BeExactly 'Chain'
        $image.Pull.FetchedBytes | Should -BeLessThan $whole.FetchedBytes
        Get-ChildItem kept -Name | Should -Be 'mine.txt'
        Get-SkopeoDigest "oci:$folder/layout:v3" | Should -Be (Get-SkopeoDigest "${app}:v3")
    }

    It 'is used by one run at a time' {
        $app = New-Repository
        $null = New-Item -ItemType Directory kept
        $held = [System.IO.File]::Open("$folder/kept/.diffah-lock", 'OpenOrCreate', 'ReadWrite', 'None')
        try {
            Restore-DiffahImage -Image "${app}:v2" $files[0] oci:layout:v2 -ResumeDirectory kept @plain `
                -ErrorAction SilentlyContinue -ErrorVariable problems
            Copy-DiffahImage "${app}:v2" oci:layout:v2 -Baseline $files[0] -ResumeDirectory kept @plain `
                -ErrorAction SilentlyContinue -ErrorVariable +problems
        } finally { $held.Dispose() }
        $problems.Count | Should -Be 2
        Assert-DiffahError $problems[0] DestinationBusy RestoreDiffahImage ResourceBusy
        Assert-DiffahError $problems[1] DestinationBusy CopyDiffahImage ResourceBusy
        $null = Restore-DiffahImage -Image "${app}:v2" $files[0] oci:layout:v2 -ResumeDirectory kept @plain
        Test-Path layout | Should -BeTrue
    }
}

Describe 'Copy-DiffahImage with a baseline' {
    BeforeEach {
        if (-not $registry) { Set-ItResult -Skipped -Because $missing }
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location $folder
    }

    AfterEach { Pop-Location }

    It 'fetches what differs' {
        $app = New-Repository '1-3'
        $null = Copy-DiffahImage "${app}:v1" oci:layout:v1 @plain
        $image = Copy-DiffahImage "${app}:v3" oci:layout:v3 -Baseline oci:layout:v1 @plain
        $image | Should -BeOfType ([Diffah.Engine.Operations.CopiedImage])
        $image.Pull.Kind | Should -BeExactly 'Delta'
        $image.Digest | Should -Be (Get-Digest $app 3)
        $image.ReferrerCount | Should -Be 0
        ($image | Format-List | Out-String) | Should -Match 'Way +: Delta, docker://'
        Get-SkopeoDigest "oci:$folder/layout:v3" | Should -Be (Get-SkopeoDigest "${app}:v3")
        Get-SkopeoDigest "oci:$folder/layout:v1" | Should -Be (Get-SkopeoDigest "${app}:v1")
    }

    It 'takes what refers to the image, and no delta' {
        $app = New-Repository
        $sbom = Add-Sbom $app (Get-Digest $app 3)
        $delta = Publish-Step $app '1-3'
        $image = Copy-DiffahImage "${app}:v3" oci:layout:v3 -Baseline $files[0] -IncludeReferrers @plain
        $image.Pull.Kind | Should -BeExactly 'Delta'
        $image.ReferrerCount | Should -Be 1
        Test-Path "layout/blobs/sha256/$($sbom -replace 'sha256:')" | Should -BeTrue
        Test-Path "layout/blobs/sha256/$($delta.Digest -replace 'sha256:')" | Should -BeFalse
    }

    It 'resumes nothing without one, and copies no index' {
        Copy-DiffahImage $files[0] oci:layout:v1 -ResumeDirectory kept `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Copy-DiffahImage docker://127.0.0.1:1/a:v1 oci:layout:v1 -Baseline $files[0] -All `
            -ErrorAction SilentlyContinue -ErrorVariable +problems
        Copy-DiffahImage $files[1] oci:layout:v1 -Baseline $files[0] `
            -ErrorAction SilentlyContinue -ErrorVariable +problems
        $problems.Count | Should -Be 3
        foreach ($problem in $problems) { Assert-DiffahError $problem InvalidArgument CopyDiffahImage InvalidArgument }
        Get-ChildItem -Force | Should -BeNullOrEmpty
    }
}

Describe 'What is wrong' {
    BeforeEach {
        if (-not $registry) { Set-ItResult -Skipped -Because $missing }
        Push-Location (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
    }

    AfterEach { Pop-Location }

    It 'is said of a tag that is not there' {
        $app = New-Repository
        Restore-DiffahImage -Image "${app}:v9" $files[0] oci:layout:v9 @plain -ErrorAction SilentlyContinue `
            -ErrorVariable problems
        Assert-DiffahError $problems[0] RegistryNotFound RestoreDiffahImage ObjectNotFound
        Get-ChildItem -Force | Should -BeNullOrEmpty
    }

    It 'is said of an image that is in no registry, and of several' {
        Restore-DiffahImage -Image $files[1] $files[0] oci:layout:v2 `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Restore-DiffahImage -Image docker://127.0.0.1:1/a:v1 @{ a = $files[0] } @{ a = 'oci:layout:v2' } `
            -ErrorAction SilentlyContinue -ErrorVariable +problems
        Restore-DiffahImage -Image docker://127.0.0.1:1/a:v1 $files[0] oci:layout:v2 -Name a `
            -ErrorAction SilentlyContinue -ErrorVariable +problems
        $problems.Count | Should -Be 3
        foreach ($problem in $problems) {
            Assert-DiffahError $problem InvalidArgument RestoreDiffahImage InvalidArgument
        }
        { Restore-DiffahImage -Image docker://127.0.0.1:1/a:v1 -Path a.delta $files[0] oci:layout:v2 } |
            Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }
}
