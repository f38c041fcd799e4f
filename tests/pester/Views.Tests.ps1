BeforeDiscovery {
    $types = @(
        'Diffah.Engine.Deltas.Model.DeltaArchive', 'Diffah.Engine.Deltas.Model.DeltaArchiveImage', 'Diffah.Engine.Deltas.Model.DeltaArchiveLayer',
        'Diffah.Engine.Deltas.Model.LayerWaste', 'Diffah.Engine.Deltas.Model.SizeHistogram',
        'Diffah.Engine.Deltas.Model.DeltaPlan', 'Diffah.Engine.Deltas.Model.PlannedImage', 'Diffah.Engine.Deltas.Model.PlannedBlob',
        'Diffah.Engine.Operations.RestoredImage', 'Diffah.Engine.Operations.RestorePlan', 'Diffah.Engine.Operations.PlannedRestore',
        'Diffah.Engine.Operations.EnvironmentCheck', 'Diffah.Engine.Operations.CopiedImage', 'Diffah.Engine.Operations.ImageDetails',
        'Diffah.Engine.Operations.ImageLayerDetails', 'Diffah.Engine.Operations.ImagePlatformDetails',
        'Diffah.Engine.Operations.RestoreOutcome', 'Diffah.Engine.Operations.ArchiveFinding', 'Diffah.Engine.Operations.CreatedKeyPair',
        'Diffah.Engine.Images.ImageConversion', 'Diffah.Engine.Images.ConvertedLayer'
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
    $outcome = Restore-DiffahImage $delta @{ default = $v1.Reference } @{ default = "docker-archive:$TestDrive/outcome.tar" }
    $conversion = (Copy-DiffahImage $v1.Reference "oci-archive:$TestDrive/converted.tar" -AllowConvert).Conversion
    foreach ($object in $keys, $finding, $outcome, $conversion, $conversion.Layers[0], $copied, $image, $image.Layers[0], $image.Platforms[0], $plan, $plan.Images[0], $plan.Images[0].Blobs[3], $archive, $archive.Images[0], $archive.Images[0].Layers[1], $whole.Images[0].Waste[0], $archive.Images[0].SizeHistogram, $restorePlan, $restorePlan.Images[0], $restored, @(Test-DiffahEnvironment)[0]) {
        $objects[$object.GetType().FullName] = $object
    }
}

AfterAll { $PSStyle.OutputRendering = 'Host' }

Describe 'The view of <_>' -ForEach $types {
    BeforeAll { $object = $objects[$_] }

    It 'is there, as a table and as a list' {
        $definition = Get-FormatData -TypeName $_ -PowerShellVersion $PSVersionTable.PSVersion
        $definition.FormatViewDefinition.Control.ForEach({ $_.GetType().Name }) | Should -Be 'TableControl', 'ListControl'
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
        $labels = (Get-FormatData -TypeName $_ -PowerShellVersion $PSVersionTable.PSVersion).FormatViewDefinition[1].Control.Entries[0].Items.Count
        @($text -split "`n" | Where-Object { $_ -match ' : ' -or $_ -match ' :$' }).Count | Should -Be $labels
    }

    It 'shows sizes for people, where it has any' {
        $hasSize = $_ -notmatch 'EnvironmentCheck|PlannedRestore|ArchiveFinding|CreatedKeyPair|ImageConversion|SizeHistogram'
        foreach ($text in ($object | Format-Table | Out-String -Width 400), ($object | Format-List | Out-String -Width 400)) { $text -match '\d (B|[KMG]iB)\b' | Should -Be $hasSize }
    }
}

Describe 'Sizes for people' {
    It 'are <Text> for <Bytes> bytes' -ForEach @(
        @{ Bytes = 0; Text = '0 B' }, @{ Bytes = 1023; Text = '1023 B' }, @{ Bytes = 1024; Text = '1.0 KiB' }, @{ Bytes = 1048575; Text = '1.0 MiB' },
        @{ Bytes = 15000000; Text = '14.3 MiB' }, @{ Bytes = [long]::MaxValue; Text = '8.0 EiB' }, @{ Bytes = -2048; Text = '-2.0 KiB' }
    ) { [Diffah.PowerShell.Formatting.ByteSize]::Format($Bytes) | Should -Be $Text }

    It 'are read back: <Text>' -ForEach @(
        @{ Text = '8GiB'; Bytes = 8GB }, @{ Text = '8gb'; Bytes = 8GB }, @{ Text = '512 MiB'; Bytes = 512MB }, @{ Text = '1.5k'; Bytes = 1536 }, @{ Text = '0'; Bytes = 0 },
        @{ Text = ''; Bytes = $null }, @{ Text = '8 parsecs'; Bytes = $null }, @{ Text = '9EiB'; Bytes = $null }, @{ Text = '-1'; Bytes = $null }, @{ Text = 'GiB'; Bytes = $null }
    ) {
        $value = 0L
        [Diffah.Engine.Diagnostics.ByteSize]::TryParse($Text, [ref] $value) | Should -Be ($null -ne $Bytes)
        if ($null -ne $Bytes) { $value | Should -Be $Bytes }
    }

    It 'stay numbers in the objects' { $archive.SavedBytes | Should -BeOfType ([long]) }
}
