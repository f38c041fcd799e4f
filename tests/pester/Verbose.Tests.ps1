BeforeDiscovery { Import-Module (Join-Path $PSScriptRoot Support.psm1) -Force }

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot Support.psm1) -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1 = Get-Sample DockerArchive v1
    $v2 = Get-Sample DockerArchive v2
    $time = 'in \d+\.\d s\.$'

    function Get-Short([string] $Digest) { ($Digest -replace '^sha256:').Substring(0, 12) }
    # PowerShell itself tells of what it asks ShouldProcess; the rest is ours.
    function Get-Story([object[]] $Output) {
        @($Output | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } |
            ForEach-Object Message) -notmatch '^Performing the operation '
    }
    function Get-Result([object[]] $Output) {
        $Output | Where-Object { $_ -isnot [System.Management.Automation.VerboseRecord] }
    }
    function Format-Size([long] $Bytes) {
        [regex]::Escape("$([Diffah.Engine.Diagnostics.Human]::Size($Bytes)) ($Bytes bytes)")
    }
    function Format-Share([double] $Ratio) { [regex]::Escape([Diffah.Engine.Diagnostics.Human]::Percent($Ratio)) }
    # What a closing line says of a delta, from the sizes of the files and of what the image's own manifest lists.
    function Get-Closing([string] $Archive, [long] $Whole) {
        $travels = (Get-Item -LiteralPath $Archive).Length
        "$(Format-Size $travels) for an image of $(Format-Size $Whole), $(Format-Share (1 - $travels / $Whole)) spared, $time"
    }
    function Get-Whole($Archive) { $Archive.Images[0].ImageBytes }
}

Describe '-Verbose' {
    BeforeAll {
        $folder = Join-Path $TestDrive story
        $null = New-Item $folder -ItemType Directory
        Push-Location $folder
        $made = New-DiffahDelta $v1.Reference $v2.Reference app.delta.tar -Verbose 4>&1
        $archive = Get-Result $made
    }
    AfterAll { Pop-Location }

    It 'of New-DiffahDelta tells which images were opened, what became of each layer and why, and what it came to' {
        $story = Get-Story $made
        foreach ($number in 0, 1) {
            $image = ($v1, $v2)[$number]
            $opened = "^Opened $([regex]::Escape($image.Reference)): manifest $(Get-Short $image.ManifestDigest)"
            $story[$number] | Should -Match "$opened, \d+ layers?, "
        }
        foreach ($layer in $archive.Images[0].Layers) {
            $said = @($story -match "^Layer $(Get-Short $layer.Digest): (reused|made of|patched|whole)")
            $said.Count | Should -Be 1
            $said[0] | Should -Match $(switch ($layer.Encoding) {
                    Reuse { ': reused, the baseline has it: .* spared\.$' }
                    Patch {
                        $how = $layer.PatchFrom ?
                            "patched from $(Get-Short $layer.PatchFrom)" : 'made of 1 layer of the baseline'
                        ": ${how}: .* for .*, $(Format-Share (1 - $layer.ArchiveSize / $layer.TargetSize)) spared\.$"
                    }
                    Full { ': whole, \w.*: ' }
                })
        }
        foreach ($digest in $v1.LayerDigests) {
            @($story -match "^Layer $(Get-Short $digest): read, ").Count | Should -BeIn 0, 1
        }
        @($story -match '^Layer [0-9a-f]{12}: read, ').Count | Should -BeGreaterThan 1
        $story[-1] |
            Should -Match "^Wrote $([regex]::Escape($archive.Path)): $(Get-Closing app.delta.tar (Get-Whole $archive))"
    }

    It 'says why a layer is whole' {
        $story = Get-Story (New-DiffahDelta $v1.Reference $v2.Reference whole.delta.tar -IntraLayer Off -Verbose 4>&1)
        $story -match ': whole, patching is off: ' | Should -Not -BeNullOrEmpty
    }

    It 'of Restore-DiffahImage tells of archive and baseline, where each layer comes from, and what it came to' {
        $output = Restore-DiffahImage app.delta.tar $v1.Reference docker-archive:restored.tar `
            -Verbose -WarningAction SilentlyContinue 4>&1
        ($story, $image) = (Get-Story $output), (Get-Result $output)
        $story -match "^Opened $([regex]::Escape($archive.Path)): 1 image, " | Should -Not -BeNullOrEmpty
        $story -match "^Opened $([regex]::Escape($v1.Reference)): manifest $(Get-Short $v1.ManifestDigest), " |
            Should -Not -BeNullOrEmpty
        foreach ($layer in $archive.Images[0].Layers) {
            $said = "^Layer $(Get-Short $layer.Digest): (reused|made of|patched|whole, from the archive)"
            @($story -match $said).Count | Should -Be 1
        }
        foreach ($layer in $archive.Images[0].Layers) {
            @($story -match "^Layer $(Get-Short $layer.Digest): .* written\.$").Count | Should -Be 1
        }
        $travelled = (Get-Item app.delta.tar).Length
        $sizes = "$(Format-Size $image.ImageBytes) from $(Format-Size $travelled)"
        $share = Format-Share (1 - $travelled / $image.ImageBytes)
        $story[-1] | Should -Match "^Wrote docker-archive:.*restored\.tar: $sizes, $share spared, $time"
        $image.SparedBytes |
            Should -Be $archive.SparedBytes -Because 'who restores reads the number of who made the archive'
    }

    It 'of Copy-DiffahImage tells of source and blobs, and what it came to' {
        $story = Get-Story (Copy-DiffahImage $v1.Reference dir:copied -Verbose 4>&1)
        $story[0] |
            Should -Match "^Opened $([regex]::Escape($v1.Reference)): manifest $(Get-Short $v1.ManifestDigest), "
        foreach ($digest in $v1.LayerDigests) {
            $story -match "^Layer $(Get-Short $digest): .* written\.$" | Should -Not -BeNullOrEmpty
        }
        $story[-1] | Should -Match "^Wrote dir:.*copied: (.* bytes\)) for an image of \1, 0\.0 % spared, $time"
    }

    It 'of New-DiffahBundle tells the same of all images' {
        $pairs = 'web', 'worker' |
            ForEach-Object { [pscustomobject]@{ Name = $_; Baseline = $v1.Reference; Target = $v2.Reference } }
        $output = $pairs | New-DiffahBundle -Path app.bundle.tar -Verbose 4>&1
        $story = Get-Story $output
        @($story -match '^Opened ').Count | Should -Be 2 -Because 'each distinct reference is opened once'
        $story -match ': (patched from|made of) ' | Should -Not -BeNullOrEmpty -Because 'what both have is patched'
        $size = Format-Size (Get-Item app.bundle.tar).Length
        $story[-1] | Should -Match "^Wrote .*app\.bundle\.tar: $size for 2 images of .* spared, $time"

        $restored = Restore-DiffahImage app.bundle.tar @{ web = $v1.Reference } @{ web = 'docker-archive:web.tar' } `
            -Verbose -WarningAction SilentlyContinue 4>&1
        (Get-Story $restored) -match "^Wrote docker-archive:.*web\.tar: image 'web', " | Should -Not -BeNullOrEmpty
        (Get-Story $restored)[-1] | Should -Match "^Restored 1 of 2 images, .* spared, $time"
    }

    It 'is silent where it is not asked for' { New-DiffahDelta $v1.Reference $v2.Reference quiet.delta.tar 4>&1 |
        Should -BeOfType ([Diffah.Engine.Deltas.Reports.DeltaArchive]) }
}

Describe 'Tables and views' {
    It 'tell one truth of an archive' {
        Push-Location $TestDrive
        try { $archive = New-DiffahDelta $v1.Reference $v2.Reference truth.delta.tar }
        finally { Pop-Location }
        $share = [Diffah.Engine.Diagnostics.Human]::Percent(1 - $archive.ArchiveBytes / $archive.ImageBytes)
        foreach ($view in @{}, @{ View = 'Savings' }) {
            $archive | Format-Table @view | Out-String -Width 120 | Should -Match ([regex]::Escape(" $share "))
        }
        $archive | Format-List | Out-String -Width 120 | Should -Match "Spared +: .* \($([regex]::Escape($share))\)"
        $archive.Images | Format-Table | Out-String -Width 200 | Should -Match ([regex]::Escape(" $share"))
    }
}
