BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $PSStyle.OutputRendering = 'PlainText'

    # An image in a Docker archive, with one layer of the files of a folder; GNU tar or bsdtar makes both.
    function New-OneLayerImage([string] $Name, [scriptblock] $Files) {
        $root, $image = (Join-Path $TestDrive "$Name.root"), (Join-Path $TestDrive "$Name.image")
        $root, $image | ForEach-Object { $null = New-Item -ItemType Directory $_ }
        & $Files $root
        tar -cf (Join-Path $image 'layer.tar') -C $root .
        $digest = (Get-FileHash (Join-Path $image 'layer.tar') -Algorithm SHA256).Hash.ToLowerInvariant()
        @{
            architecture = 'amd64'; os = 'linux'; config = @{}
            rootfs = @{ type = 'layers'; diff_ids = @("sha256:$digest") }
        } | ConvertTo-Json -Depth 4 -Compress | Set-Content (Join-Path $image 'config.json') -NoNewline
        ConvertTo-Json @(@{ Config = 'config.json'; RepoTags = @(); Layers = @('layer.tar') }) -Depth 4 |
            Set-Content (Join-Path $image 'manifest.json') -NoNewline
        tar -cf (Join-Path $TestDrive "$Name.tar") -C $image manifest.json config.json layer.tar
        "docker-archive:$(Join-Path $TestDrive "$Name.tar")"
    }

    function Write-File([string] $Root, [string] $Name, [byte[]] $Bytes) {
        $path = Join-Path $Root $Name
        $null = New-Item -ItemType Directory (Split-Path $path) -Force
        [System.IO.File]::WriteAllBytes($path, $Bytes)
    }

    # A delta of version 2, whatever is the default.
    function New-ContentDelta([string] $Baseline, [string] $Target, [string] $Path) {
        $parse = { [Diffah.Engine.Images.ImageReference]::Parse($args[0]) }
        $request = [Diffah.Engine.Operations.CreateDeltaRequest]@{
            Baseline = & $parse $Baseline; Target = & $parse $Target; OutputPath = $Path
            Encoding = [Diffah.Engine.Deltas.EncodingOptions]@{ FormatVersion = 2; ZstdLevel = 3 }
        }
        $create = [Diffah.Engine.Operations.CreateDelta]::new([Diffah.Engine.Transports.TransportCatalog]::Default)
        $none = [System.Threading.CancellationToken]::None
        $null = $create.RunAsync($request, [Diffah.Engine.Diagnostics.EventSink]::None, $none).GetAwaiter().GetResult()
    }

    $random = [System.Random]::new(7)
    $same, $program, $library, $fresh = 3000, 60000, 40000, 5000 | ForEach-Object {
        $bytes = [byte[]]::new($_); $random.NextBytes($bytes); , $bytes }
    $edited = [byte[]] $program.Clone()
    $edited[30000] = $edited[30000] -bxor 1
    $v1 = New-OneLayerImage v1 {
        Write-File $args[0] etc/same $same; Write-File $args[0] bin/program $program
        Write-File $args[0] lib/old $library }
    $v2 = New-OneLayerImage v2 {
        Write-File $args[0] etc/same $same; Write-File $args[0] bin/program $edited
        Write-File $args[0] lib/new $library; Write-File $args[0] opt/fresh $fresh }
    $delta = Join-Path $TestDrive 'files.delta.tar'
    New-ContentDelta $v1 $v2 $delta
    $archive = Get-DiffahArchive $delta
    $layer = $archive.Images[0].Layers[0]
}

AfterAll { $PSStyle.OutputRendering = 'Host' }

Describe 'The files of a layer' {
    It 'are of the kinds that they were made' {
        ($layer.Files | Sort-Object Path |
            ForEach-Object { "$($_.Kind) $($_.Path) $($_.TargetSize) $($_.From)".Trim() }) |
            Should -Be 'Patched bin/program 60000', 'Moved lib/new 40000 lib/old', 'New opt/fresh 5000'
        $layer.Files[0].Path | Should -Be 'opt/fresh'
        $layer.Files[0].ArchiveSize | Should -BeGreaterThan 4990
        $layer.Files[1].ArchiveSize | Should -BeLessThan 200
    }

    It 'take, with what is between them, what the layer takes' {
        ($layer.Bytes | Measure-Object ArchiveSize -Sum).Sum | Should -Be $layer.ArchiveSize
        ($layer.Bytes | Where-Object Kind -EQ Unchanged).Files | Should -Be 1
        ($layer.Bytes | Where-Object Kind -EQ Unchanged).TargetSize | Should -Be 3000
        $layer.Sources.Digest | Should -Be $archive.Images[0].BaselineReads
        $archive.Images[0].BaselineReadBytes | Should -BeGreaterThan 100000
    }

    It 'are words in JSON, and travel through a file' {
        $json = $archive | ConvertTo-Json -Depth 8 | ConvertFrom-Json
        $json.Images[0].Layers[0].Files.Kind | Should -Be $layer.Files.Kind
        $archive | Export-Clixml "$TestDrive/archive.xml"
        $there = Import-Clixml "$TestDrive/archive.xml"
        $there.Images[0].Layers[0].Files[0].ArchiveSize | Should -Be $layer.Files[0].ArchiveSize
        ($there | Format-Table -View Bytes | Out-String) |
            Should -BeExactly ($archive | Format-Table -View Bytes | Out-String)
    }

    It 'are a table of people''s sizes' {
        $text = $layer.Files | Format-Table | Out-String -Width 120
        $text | Should -Match 'KiB +4\.9 KiB +New +opt/fresh'
    }
}

Describe 'The view Bytes' {
    It 'shows in bars where the bytes of layers are' {
        $text = $layer | Format-Table -View Bytes | Out-String -Width 120
        # 43 kB of 123 kB are copied, 60 kB patched, 5 kB new, and 15 kB between files; new is nearly all that travels.
        $text | Should -Match '-{6,8}~{9,11}\+{1}\.{1,3} '
        $text | Should -Match '\+{17,20}'
    }

    It 'draws <Bar> for <Shares>' -ForEach @(
        @{ Shares = @(); Bar = '' }
        @{ Shares = @(@{ Kind = 'Reused'; Size = 1 }); Bar = '========' }
        @{ Bar = '------++'; Shares = @(@{ Kind = 'New'; Size = 1 }, @{ Kind = 'Unchanged'; Size = 2 },
                @{ Kind = 'Moved'; Size = 1 }) }
        @{ Bar = '~~~~..rr'; Shares = @(@{ Kind = 'Recipe'; Size = 1 }, @{ Kind = 'Structure'; Size = 1 },
                @{ Kind = 'Patched'; Size = 2 }) }
        @{ Shares = @(@{ Kind = 'Reused'; Size = 0 }); Bar = '' }
    ) {
        [Diffah.PowerShell.Formatting.ByteBar]::Draw($Shares.ForEach({ [pscustomobject] $_ }), 'Size', 8) |
            Should -Be $Bar
    }
}

Describe 'A check of an archive' {
    It 'checks the account of its files' {
        $finding = Test-DiffahArchive $delta | Where-Object Check -EQ files
        $finding.Status | Should -Be 'Ok'
        $finding.Detail | Should -Match 'of 3 changed file\(s\) of 1 content\(s\)'
    }
}
