BeforeDiscovery {
    $types = @(
        'Diffah.Engine.Deltas.Reports.DeltaArchive',
            'Diffah.Engine.Deltas.Reports.DeltaArchiveImage', 'Diffah.Engine.Deltas.Reports.DeltaArchiveLayer',
        'Diffah.Engine.Deltas.Reports.ByteShare', 'Diffah.Engine.Deltas.Reports.LayerWaste',
        'Diffah.Engine.Deltas.Reports.SizeHistogram',
        'Diffah.Engine.Deltas.Reports.DeltaPlan',
            'Diffah.Engine.Deltas.Reports.PlannedImage', 'Diffah.Engine.Deltas.Reports.PlannedBlob',
        'Diffah.Engine.Operations.RestoredImage',
            'Diffah.Engine.Operations.RestorePlan', 'Diffah.Engine.Operations.PlannedRestore',
        'Diffah.Engine.Operations.EnvironmentCheck',
            'Diffah.Engine.Operations.CopiedImage', 'Diffah.Engine.Operations.ImageDetails',
        'Diffah.Engine.Operations.ImageLayerDetails', 'Diffah.Engine.Operations.ImagePlatformDetails',
        'Diffah.Engine.Operations.RestoreOutcome',
            'Diffah.Engine.Operations.ArchiveFinding', 'Diffah.Engine.Operations.CreatedKeyPair',
        'Diffah.Engine.Operations.ExportedReport',
        'Diffah.Engine.Operations.ExportedInventory', 'Diffah.Engine.Operations.ExportedInventoryImage',
        'Diffah.Engine.Deltas.Reports.PublishedDelta', 'Diffah.Engine.Deltas.Reports.PublishedBaseline',
            'Diffah.Engine.Operations.DeltaPublication',
        'Diffah.Engine.Operations.PullPlan', 'Diffah.Engine.Operations.PullWay', 'Diffah.Engine.Operations.PullStep',
            'Diffah.Engine.Operations.ImagePull',
        'Diffah.Engine.Images.ImageConversion', 'Diffah.Engine.Images.ConvertedLayer',
        'Diffah.Engine.Images.Comparison.ImageDifference', 'Diffah.Engine.Images.Comparison.ImageComparison',
        'Diffah.Engine.Images.Packages.PackageChange'
    )
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $PSStyle.OutputRendering = 'PlainText'
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
    $delta = Join-Path $TestDrive 'app.delta.tar'
    $objects = @{}
    $plan = New-DiffahDelta $v1.Reference $v2.Reference $delta -DryRun
    $archive = New-DiffahDelta $v1.Reference $v2.Reference $delta
    $whole = New-DiffahDelta $v1.Reference $v2.Reference (Join-Path $TestDrive 'whole.delta.tar') -IntraLayer Off
    $restorePlan = Restore-DiffahImage $delta $v1.Reference "docker-archive:$TestDrive/new.tar" -DryRun
    $restored = Restore-DiffahImage $delta $v1.Reference "docker-archive:$TestDrive/new.tar"
    $copied = Copy-DiffahImage (Get-Sample OciMultiPlatform v1).Reference "oci:$TestDrive/copy" -All
    $image = Get-DiffahImage (Get-Sample OciMultiPlatform v1).Reference
    $keys = New-DiffahKey (Join-Path $TestDrive release.key)
    $finding = @(Test-DiffahArchive $delta)[0]
    $outcome =
        Restore-DiffahImage $delta @{ default = $v1.Reference } @{ default = "docker-archive:$TestDrive/outcome.tar" }
    $conversion = (Copy-DiffahImage $v1.Reference "oci-archive:$TestDrive/converted.tar" -AllowConvert).Conversion
    $difference = [Diffah.Engine.Images.Comparison.ImageDifference]::new('Config', 'config.Env', 'A=1', 'A=2')
    $comparison = Compare-DiffahImage $v1.Reference $v2.Reference -Summary
    $package = [Diffah.Engine.Images.Packages.PackageChange]::new('Upgraded', 'deb', 'openssl', '3.0.1', '3.0.2')
    $report = Export-DiffahReport $delta (Join-Path $TestDrive 'app.html')
    $inventory = Export-DiffahInventory (Join-Path $TestDrive 'site.json') $v1.Reference
    $published = New-PublishedDelta
    $publication = [Diffah.Engine.Operations.DeltaPublication]::new($published, 1024, $false)
    $pullPlan = New-PullPlan
    foreach ($object in $pullPlan, $pullPlan.Ways[0], $pullPlan.Ways[0].Steps[0], (New-ImagePull),
        $inventory, $inventory.Images[0], $published, $published.Baselines[0], $publication, $report,
        $difference, $comparison, $package,
        $keys, $finding, $outcome, $conversion, $conversion.Layers[0], $copied, $image,
        $image.Layers[0], $image.Platforms[0], $plan, $plan.Images[0], $plan.Images[0].Blobs[3], $archive,
            $archive.Images[0], $archive.Images[0].Layers[1],
            $archive.Images[0].Layers[1].Bytes[0], $whole.Images[0].Waste[0],
                $archive.Images[0].SizeHistogram,
                    $restorePlan, $restorePlan.Images[0], $restored, @(Test-DiffahEnvironment)[0]) {
        $objects[$object.GetType().FullName] = $object
    }
}

AfterAll { $PSStyle.OutputRendering = 'Host' }

Describe 'The view of <_>' -ForEach $types {
    BeforeAll { $object = $objects[$_] }

    It 'is there, as a table and as a list' {
        $definition = Get-FormatData -TypeName $_ -PowerShellVersion $PSVersionTable.PSVersion
        $definition.FormatViewDefinition.Control.ForEach({ $_.GetType().Name }) |
            Select-Object -First 2 | Should -Be 'TableControl', 'ListControl'
    }

    It 'fills every column of the table' {
        $lines = @(($object | Format-Table | Out-String -Width 400) -split "`n" | Where-Object { $_.Trim() })
        $lines.Count | Should -Be 3
        $lines[2].Trim() | Should -Not -BeNullOrEmpty
        $lines -join "`n" | Should -Not -Match '#ERR'
    }

    It 'lists without an error, and with as many lines as labels' {
        $text = $object | Format-List | Out-String -Width 400
        $text | Should -Not -Match '#ERR'
        $items = (Get-FormatData -TypeName $_ `
            -PowerShellVersion $PSVersionTable.PSVersion).FormatViewDefinition[1].Control.Entries[0].Items
        # Some are there only where there is something to tell.
        $labels = @($items | Where-Object {
            -not $_.ItemSelectionCondition -or
                ($object | ForEach-Object ([scriptblock]::Create($_.ItemSelectionCondition.Value)))
        }).Count
        @($text -split "`n" | Where-Object { $_ -match ' : ' -or $_ -match ' :$' }).Count | Should -Be $labels
    }

    It 'shows sizes for people, where it has any' {
        $hasSize =
            $_ -notmatch ('EnvironmentCheck|PlannedRestore|ArchiveFinding|CreatedKeyPair|ImageConversion' +
                '|SizeHistogram|ImageDifference|ImageComparison|PackageChange|PublishedBaseline')
        foreach ($text in ($object | Format-Table | Out-String -Width 400),
            ($object | Format-List | Out-String -Width 400)) { $text -match '\d (B|[KMG]iB)\b' | Should -Be $hasSize }
    }
}

Describe 'A table of <Name>, <Width> wide' -ForEach @(
    foreach ($width in 80, 120) {
        @{ Name = 'archives'; Width = $width; Object = { $archive }; Columns = 'Image', 'Travels', 'Spared' }
        @{ Name = 'restore plans'; Width = $width; Object = { $restorePlan }; Columns = 'Import',
            'Archive', 'Destination' }
        @{ Name = 'plans to pull'; Width = $width; Object = { $pullPlan }; Columns = 'Way', 'Fetches', 'Ways', 'Image' }
        @{ Name = 'ways'; Width = $width; Object = { $pullPlan.Ways[0] }; Columns = 'Way', 'Taken', 'Fetches',
            'Requests', 'Deltas' }
        @{ Name = 'planned images'; Width = $width; Object = { $restorePlan.Images }; Columns = 'Import',
            'Patches', 'Name' }
        @{ Name = 'outcomes'; Width = $width; Object = { $outcome }; Columns = 'Status', 'Name', 'Destination' }
        @{ Name = 'copies'; Width = $width; Object = { $copied }; Columns = 'Digest', 'Copied', 'Destination' }
        @{ Name = 'images'; Width = $width; Object = { $image }; Columns = 'Digest', 'Size', 'Reference' }
        @{ Name = 'keys'; Width = $width; Object = { $keys }; Columns = 'Fingerprint', 'Private key', 'Public key' }
        @{ Name = 'differences'; Width = $width; Object = { $difference }; Columns = 'Kind', 'Layer', 'Property',
            'Reference', 'Difference', 'Path' }
        @{ Name = 'comparisons'; Width = $width; Object = { $comparison }; Columns = 'Equal', 'Differences', 'Image' }
        @{ Name = 'packages'; Width = $width; Object = { $package }; Columns = 'Kind', 'Name', 'Difference' }
        @{ Name = 'findings'; Width = $width; Object = { $finding }; Columns = 'Status', 'Check', 'Archive', 'Detail' }
    }
) {
    It 'cuts no column off, and splits none' {
        $lines = @((& $Object | Format-Table | Out-String -Width $Width) -split "`n" | Where-Object { $_.Trim() })
        foreach ($column in $Columns) { $lines[0] | Should -Match "(^|\s)$([regex]::Escape($column))(\s|$)" }
        $lines[1] | Should -Match '^[- ]+$' -Because 'labels are one line high'
        $lines | Where-Object { $_.TrimEnd().Length -gt $Width } | Should -BeNullOrEmpty
    }
}

Describe 'The view Savings' {
    AfterEach { $PSStyle.OutputRendering = 'PlainText' }

    It 'shows what images weigh, what travels, and a bar, without colours in plain text' {
        $text = $archive | Format-Table -View Savings | Out-String -Width 80
        $text | Should -Not -Match "`e"
        foreach ($number in [Diffah.Engine.Diagnostics.Human]::Size($archive.ImageBytes),
            [Diffah.Engine.Diagnostics.Human]::Size($archive.ArchiveBytes),
                [Diffah.Engine.Diagnostics.Human]::Percent($archive.SparedRatio)) {
            $text | Should -Match ([regex]::Escape($number))
        }
        $text | Should -Match '[█░]{20} app\.delta\.tar'
    }

    It 'is coloured by how much is spared, where the session renders colours: <Ratio>' -ForEach @(
        @{ Ratio = 0.9; Color = 'Green' }, @{ Ratio = 0.2; Color = 'Yellow' }, @{ Ratio = -0.5; Color = 'Red' }
    ) {
        $PSStyle.OutputRendering = 'Ansi'
        $one = [pscustomobject]@{ PSTypeName = 'Diffah.Engine.Deltas.Reports.DeltaArchive'; Path = '/a.tar'; Images = @(
            1
        ); ImageBytes = 1000; ArchiveBytes = 1000 - 1000 * $Ratio; SparedRatio = $Ratio }
        $bar = [Diffah.PowerShell.Formatting.Bar]::Draw($Ratio, 20)
        $coloured = "$([regex]::Escape($PSStyle.Foreground.$Color))$bar"
        $one | Format-Table -View Savings | Out-String -Width 80 | Should -Match $coloured
    }

    It 'draws <Bar> for <Ratio>' -ForEach @(@{ Ratio = -1; Bar = '░░░░' }, @{ Ratio = 0; Bar = '░░░░' },
        @{ Ratio = 0.5; Bar = '██░░' }, @{ Ratio = 0.97; Bar = '████' }, @{ Ratio = 2; Bar = '████' }) {
        [Diffah.PowerShell.Formatting.Bar]::Draw($Ratio, 4) | Should -Be $Bar
    }
}

Describe 'Names in tables' {
    It 'are <Text> for <Name>' -ForEach @(@{ Name = $null; Text = '' },
        @{ Name = '12345678'; Text = '12345678' }, @{ Name = '123456789'; Text = '123…6789' }) {
        [Diffah.PowerShell.Formatting.Names]::Shorten($Name, 8) | Should -Be $Text
    }
}

Describe 'Sizes for people' {
    It 'are <Text> for <Bytes> bytes' -ForEach @(
        @{ Bytes = 0; Text = '0 B' }, @{ Bytes = 1023; Text = '1023 B' },
            @{ Bytes = 1024; Text = '1.0 KiB' }, @{ Bytes = 1048575; Text = '1.0 MiB' },
        @{ Bytes = 15000000; Text = '14.3 MiB' },
            @{ Bytes = [long]::MaxValue; Text = '8.0 EiB' }, @{ Bytes = -2048; Text = '-2.0 KiB' }
    ) { [Diffah.Engine.Diagnostics.Human]::Size($Bytes) | Should -Be $Text }

    It 'are read back: <Text>' -ForEach @(
        @{ Text = '8GiB'; Bytes = 8GB }, @{ Text = '8gb'; Bytes = 8GB },
            @{ Text = '512 MiB'; Bytes = 512MB }, @{ Text = '1.5k'; Bytes = 1536 }, @{ Text = '0'; Bytes = 0 },
        @{ Text = ''; Bytes = $null }, @{ Text = '8 parsecs'; Bytes = $null },
            @{ Text = '9EiB'; Bytes = $null }, @{ Text = '-1'; Bytes = $null }, @{ Text = 'GiB'; Bytes = $null }
    ) {
        $value = 0L
        [Diffah.Engine.Diagnostics.ByteSize]::TryParse($Text, [ref] $value) | Should -Be ($null -ne $Bytes)
        if ($null -ne $Bytes) { $value | Should -Be $Bytes }
    }

    It 'stay numbers in the objects' { $archive.SparedBytes | Should -BeOfType ([long]) }
}
