BeforeDiscovery {
    $names = 'archive', 'plan', 'restorePlan',
        'restored', 'outcomes', 'copied', 'image', 'findings', 'keys', 'checks', 'configuration', 'configurationCheck',
        'differences', 'comparison', 'packages', 'report', 'published', 'publication', 'pullPlan', 'pulled'
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $PSStyle.OutputRendering = 'PlainText'
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
    $delta, $bundle = (Join-Path $TestDrive 'app.delta.tar'), (Join-Path $TestDrive 'bundle.tar')
    $objects = @{
        plan               = New-DiffahDelta $v1.Reference $v2.Reference $delta -DryRun
        archive            = New-DiffahDelta $v1.Reference $v2.Reference $delta
        copied             = Copy-DiffahImage $v1.Reference "oci-archive:$TestDrive/converted.tar" -AllowConvert
        image              = Get-DiffahImage (Get-Sample OciMultiPlatform v1).Reference
        keys               = New-DiffahKey (Join-Path $TestDrive release.key)
        checks             = @(Test-DiffahEnvironment)
        configuration      = Get-DiffahConfiguration
        configurationCheck = Test-DiffahConfiguration
        differences        = @(Compare-DiffahImage $v1.Reference $v2.Reference | Select-Object -First 5)
        comparison         = Compare-DiffahImage $v1.Reference $v2.Reference -Summary
        report             = Export-DiffahReport $delta (Join-Path $TestDrive 'app.html')
        inventory          = Export-DiffahInventory (Join-Path $TestDrive 'site.json') $v1.Reference
        published          = New-PublishedDelta
        pullPlan           = New-PullPlan
        pulled             = New-ImagePull
        publication        = [Diffah.Engine.Operations.DeltaPublication]::new((New-PublishedDelta), 1024, $false)
        packages           = [Diffah.Engine.Images.Packages.PackageChange]::new('Added', 'deb', 'a', $null, '1')
    }
    $null = @{ Name = 'a'; Baseline = $v1.Reference; Target = $v2.Reference },
        @{ Name = 'b'; Baseline = $v1.Reference; Target = $v2.Reference } | New-DiffahBundle $bundle
    $baselines = @{ a = $v1.Reference; b = Get-StrangerReference }
    $destinations = @{ a = "docker-archive:$TestDrive/a.tar"; b = "docker-archive:$TestDrive/b.tar" }
    $objects.restorePlan = Restore-DiffahImage $bundle $baselines $destinations -DryRun
    $objects.outcomes = @(Restore-DiffahImage $bundle $baselines $destinations -WarningAction SilentlyContinue)
    $objects.restored = Restore-DiffahImage $delta $v1.Reference "docker-archive:$TestDrive/new.tar"
    $objects.findings = @(Test-DiffahArchive $delta -Baseline (Get-StrangerReference))

    # As a job or a remote session gives them, and as a file keeps them.
    $traveled = @{}
    foreach ($name in $objects.GetEnumerator().Name) {
        $objects[$name] | Export-Clixml -LiteralPath "$TestDrive/$name.xml"
        $traveled[$name] = @(Import-Clixml -LiteralPath "$TestDrive/$name.xml")
    }

    # Everything that is nested in an object, with its type.
    function Get-Nested($Object, [int] $Depth = 0) {
        foreach ($one in $Object) {
            $one
            if ($Depth -lt 5) {
                foreach ($value in $one.PSObject.Properties.Where({ $_.MemberType -eq 'Property' }).Value) {
                    if (@($value).Where({ "$(${_}?.GetType())" -like 'Diffah.Engine.*' })) {
                        Get-Nested $value ($Depth + 1)
                    }
                }
            }
        }
    }
}

AfterAll { $PSStyle.OutputRendering = 'Host' }

Describe 'What travels: <_>' -ForEach $names {
    BeforeAll { $before, $after = $objects[$_], $traveled[$_] }

    It 'looks the same there as here, as <_>' -ForEach 'Format-Table', 'Format-List', 'Format-Default' {
        $format = if ($_ -eq 'Format-Default') {
            { $input | Out-String -Width 120 }
        } else { $command = Get-Command $_; { $input | & $command | Out-String -Width 120 } }
        $here = $before | & $format
        $here.Trim() | Should -Not -BeNullOrEmpty
        ($after | & $format) | Should -BeExactly $here
    }

    It 'keeps its nested objects whole' {
        $one = @($before)[0]
        foreach ($property in $one.PSObject.Properties.Where({
            $_.MemberType -eq 'Property' -and @($_.Value).Where({ "$(${_}?.GetType())" -like 'Diffah.Engine.*' })
        })) {
            $there = @($after)[0].($property.Name)
            @($there).Count | Should -Be @($property.Value).Count
            @($there)[0].PSTypeNames[0] |
                Should -Be "Deserialized.$(@($property.Value)[0].GetType().FullName)" -Because $property.Name
        }
    }

    It 'is small as JSON, and has words where there are kinds' {
        $json = $before | ConvertTo-Json -Depth 8
        $json.Length | Should -BeLessThan 40KB
        $json | Should -Not -Match 'StackTrace|TargetSite|HResult'
        $words = $json | ConvertFrom-Json
        foreach ($one in Get-Nested $before) {
            foreach ($property in $one.PSObject.Properties.Where({ $_.MemberType -eq 'Property' })) {
                $property.Value -is [enum] |
                    Should -BeFalse -Because "$($one.GetType().Name).$($property.Name) would be a number"
            }
        }
        $words | Should -Not -BeNullOrEmpty
    }

    It 'is short as a string, as is whatever is in it' {
        foreach ($one in Get-Nested $before) { "$one".Length |
            Should -BeLessThan 160; "$one" | Should -Not -Match '\{|^$' -Because $one.GetType().Name }
    }

    It 'has a default display set and a depth, as has whatever is in it' {
        foreach ($type in (Get-Nested $before | ForEach-Object { $_.GetType().FullName } | Sort-Object -Unique)) {
            $data = Get-TypeData -TypeName $type
            $data.SerializationDepth | Should -BeGreaterThan 1 -Because $type
            $data.DefaultDisplayPropertySet.ReferencedProperties | Should -Not -BeNullOrEmpty -Because $type
            foreach ($property in $data.DefaultDisplayPropertySet.ReferencedProperties) { [type] $type |
                ForEach-Object { $_.GetProperty($property) } | Should -Not -BeNullOrEmpty -Because "$type.$property" }
            (Get-TypeData -TypeName "Deserialized.$type").DefaultDisplayPropertySet.ReferencedProperties |
                Should -Be $data.DefaultDisplayPropertySet.ReferencedProperties
        }
    }
}

Describe 'A job' {
    It 'gives archives whose views work in the session that receives them' {
        $module = Get-ModuleUnderTest
        $received = Start-Job { Import-Module $using:module; Get-DiffahArchive $using:delta } |
            Receive-Job -Wait -AutoRemoveJob
        $received.PSTypeNames[0] | Should -Be 'Deserialized.Diffah.Engine.Deltas.Reports.DeltaArchive'
        $received.Images[0].Layers[1].Encoding | Should -Be 'Patch'
        ($received | Select-Object * -ExcludeProperty RunspaceId, PSComputerName, PSShowComputerName).Images.Count |
            Should -Be 1
        ($received | Format-List | Out-String) | Should -BeExactly ($objects.archive | Format-List | Out-String)
        ($received.Images[0].Layers | Format-Table | Out-String -Width 120) |
            Should -BeExactly ($objects.archive.Images[0].Layers | Format-Table | Out-String -Width 120)
    }
}

Describe 'An error in an outcome' {
    It 'is a row of id, message and next action' {
        $failed = $objects.outcomes[1]
        $failed.Status | Should -Be 'Failed'
        $failed.Error | Should -BeOfType ([Diffah.Engine.Diagnostics.DiffahProblem])
        $failed.Error.Id | Should -Be 'BaselineMismatch'
        $failed.Error.Category | Should -Be 'User'
        $failed.Error.Message | Should -Match 'does not have what the delta'
        $failed.Error.NextAction | Should -Not -BeNullOrEmpty
        ($failed | ConvertTo-Json -Depth 8).Length | Should -BeLessThan 2KB
        $objects.restorePlan.Images[1].Problem.Id | Should -Be 'BaselineMismatch'
        $traveled.outcomes[1].Error.Id | Should -Be 'BaselineMismatch'
    }
}

Describe 'A plan' {
    It 'lists its blobs, as a list and as JSON' {
        $blobs = $objects.plan.Images[0].Blobs
        $blobs.Count | Should -BeGreaterThan 3
        foreach ($text in ($objects.plan | Format-List | Out-String -Width 200),
            ($objects.plan.Images | Format-List | Out-String -Width 200)) {
            foreach ($blob in $blobs) {
                $digest = [Diffah.Engine.Diagnostics.ShortText]::Digest($blob.Digest)
                $text | Should -Match "$($blob.Kind) $digest $($blob.Action)"
            }
        }
        ($objects.plan | ConvertTo-Json -Depth 8 | ConvertFrom-Json).Images[0].Blobs.Digest | Should -Be $blobs.Digest
    }
}

Describe 'What made a layer' {
    It 'is what the image''s own configuration says' {
        $image = Get-DiffahImage $v2.Reference
        $image.Layers.CreatedBy | Should -Be @(0..($v2.LayerDigests.Count - 1) | ForEach-Object { "COPY layer-$_ /" })
        $objects.archive.Images[0].Layers.CreatedBy | Should -Be $image.Layers.CreatedBy
    }

    It 'is in the tables, <_> wide' -ForEach 80, 120 {
        foreach ($layers in (Get-DiffahImage $v2.Reference).Layers, $objects.archive.Images[0].Layers) {
            $lines = @(($layers | Format-Table | Out-String -Width $_) -split "`n" | Where-Object { $_.Trim() })
            $lines[0] | Should -Match 'Created by'
            $lines[1] | Should -Match '^[- ]+$' -Because 'labels are one line high'
            $lines[2] | Should -Match 'COPY layer-0'
            $lines | Where-Object { $_.TrimEnd().Length -gt 120 } | Should -BeNullOrEmpty
        }
    }
}

Describe 'Dates in views' {
    It 'are <Text> for <Time>' -ForEach @(
        @{ Time = $null; Text = '' },
            @{ Time = [DateTimeOffset] '2026-03-01T14:00:00+02:00'; Text = '2026-03-01 12:00:00Z' }
        @{ Time = [datetime]::new(2026, 3, 1, 12, 0, 0, [DateTimeKind]::Utc); Text = '2026-03-01 12:00:00Z' }
        @{ Time = [pscustomobject]@{
            UtcDateTime = [datetime]::new(2026, 3, 1, 12, 0, 0, [DateTimeKind]::Utc)
        }; Text = '2026-03-01 12:00:00Z' }
        @{ Time = '2026-03-01T12:00:00Z'; Text = '2026-03-01 12:00:00Z' }, @{ Time = 'once'; Text = 'once' }
    ) { [Diffah.PowerShell.Formatting.Dates]::Format($Time) | Should -BeExactly $Text }

    It 'are the same in every culture' {
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'ar-SA'
            $created = $objects.archive.CreatedAt.UtcDateTime
            $shown = $created.ToString('yyyy-MM-dd HH:mm:ss', [cultureinfo]::InvariantCulture)
            $objects.archive | Format-List | Out-String | Should -Match "Created +: $($shown)Z"
        }
        finally { [cultureinfo]::CurrentCulture = $before }
    }
}
