BeforeDiscovery {
    $module = Import-PowerShellDataFile (Join-Path $PSScriptRoot '../../Diffah.psd1')
    $cmdlets = $module.CmdletsToExport | ForEach-Object { @{ Name = $_ } }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
    $delta, $bundle = (Join-Path $TestDrive 'app.delta.tar'), (Join-Path $TestDrive 'bundle.tar')
    $null = New-DiffahDelta $v1.Reference $v2.Reference $delta
    $null = @{ Name = 'a'; Baseline = $v1.Reference; Target = $v2.Reference },
        @{ Name = 'b'; Baseline = $v1.Reference; Target = $v2.Reference } | New-DiffahBundle $bundle
    function Complete([string] $Line) {
        (TabExpansion2 $Line $Line.Length).CompletionMatches | ForEach-Object CompletionText
    }
}

Describe 'A reference where a path is wanted' {
    It 'is named so by <_>' -ForEach @(
        { Get-DiffahArchive docker-archive:x.tar }, { Get-DiffahArchive -LiteralPath docker://registry.example/app:v1 },
            { Test-DiffahArchive oci-archive:x.tar }
        { Restore-DiffahImage oci:x dir:a dir:b },
            { New-DiffahDelta $v1.Reference $v2.Reference docker-archive:out.tar }
    ) {
        try { & ([scriptblock]::Create("$_ -ErrorAction Stop")) } catch { $problem = $_ }
        $problem.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        $problem.Exception.Message | Should -Match 'is an image reference, and this parameter takes the path of a file'
        $problem.ErrorDetails.RecommendedAction | Should -Match '-Reference \(Get-DiffahImage\)'
    }

    It 'is a path where there is such a drive' {
        $null = New-PSDrive -Name oci -PSProvider FileSystem -Root $TestDrive -Scope Global
        try { (Get-DiffahArchive oci:app.delta.tar).Images.Count | Should -Be 1 }
        finally { Remove-PSDrive oci -Scope Global }
    }
}

Describe 'A standard stream, which the command line has' {
    It 'is refused by <_>' -ForEach @(
        { Get-DiffahArchive - }, { Test-DiffahArchive -LiteralPath - }, { Get-DiffahImage docker-archive:- }
        { New-DiffahDelta docker-archive:- oci:x never.tar }, { New-DiffahDelta $v1.Reference $v2.Reference - }
        { Restore-DiffahImage - $v1.Reference dir:never }
        { Restore-DiffahImage $delta $v1.Reference oci-archive:-:v2 }
        { Copy-DiffahImage $v1.Reference docker-archive:- }
    ) {
        try { & ([scriptblock]::Create("$_ -ErrorAction Stop")) } catch { $problem = $_ }
        $problem.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        $problem.Exception.Message | Should -Match 'a pipeline of PowerShell carries objects'
        $problem.ErrorDetails.RecommendedAction | Should -Match '\./- for one of that name.*command line, diffah'
    }

    It 'is a file with its folder' {
        Push-Location -LiteralPath $TestDrive
        try {
            Copy-Item $delta ./-
            (Get-DiffahArchive ./-).Images.Count | Should -Be 1
        } finally { Pop-Location }
    }
}

Describe 'The wrong kind of archive' {
    It 'is an image, <Format>, given to Get-DiffahArchive' -ForEach @(
        @{ Format = 'DockerArchive'; Transport = 'docker-archive' }, @{ Format = 'OciGzip'; Transport = 'oci-archive' }
    ) {
        $image = Get-Sample $Format v1
        Get-DiffahArchive $image.Path -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] ArchiveInvalid GetDiffahArchive InvalidData
        $problems[0].Exception.Message | Should -Match "it is an image, which $Transport`: reads"
        $problems[0].ErrorDetails.RecommendedAction | Should -Match "use Get-DiffahImage with $Transport`:"
        Restore-DiffahImage $image.Path $v1.Reference "docker-archive:$TestDrive/never.tar" `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        $problems[0].Exception.Message | Should -Match 'it is an image'
        (Test-DiffahArchive $image.Path).Detail | Should -Match 'it is an image'
    }

    It 'is a delta given as <_>' -ForEach 'docker-archive', 'oci-archive' {
        Get-DiffahImage "${_}:$delta" -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] InvalidImage GetDiffahImage InvalidData
        $problems[0].Exception.Message | Should -Match 'is a delta archive, not an image'
        $problems[0].ErrorDetails.RecommendedAction | Should -Match 'with Restore-DiffahImage\. Get-DiffahArchive shows'
    }
}

Describe 'A reference without a transport' {
    It 'gets the one it probably means' {
        { Get-DiffahImage alpine:3.20 } | Should -Throw '*Did you mean docker://alpine:3.20?*'
    }
}

Describe 'A platform that an image is not for' {
    It 'is refused by <_>' -ForEach @(
        { Get-DiffahImage $v1.Reference -Platform linux/arm64 },
            { Copy-DiffahImage $v1.Reference "docker-archive:$TestDrive/never.tar" -Platform linux/arm64 }
        { New-DiffahDelta $v1.Reference $v2.Reference "$TestDrive/never.delta.tar" -Platform linux/arm64 }
        { Restore-DiffahImage $delta $v1.Reference "docker-archive:$TestDrive/never.tar" -Platform linux/arm64 }
    ) {
        try { & ([scriptblock]::Create("$_ -ErrorAction Stop")); $problem = $null } catch { $problem = $_ }
        $problem.FullyQualifiedErrorId | Should -BeLike 'PlatformNotFound,*'
        $problem.Exception.Message | Should -Match 'is one image, for linux/amd64, and has none for linux/arm64'
        $problem.ErrorDetails.RecommendedAction | Should -Match 'Leave -Platform out'
        Test-Path "$TestDrive/never*" | Should -BeFalse
    }

    It 'is only asked for where -Platform is given, and fits where it is the image''s own' {
        (Get-DiffahImage $v1.Reference).Platform | Should -Be 'linux/amd64'
        (Get-DiffahImage $v1.Reference -Platform linux/amd64).Platform | Should -Be 'linux/amd64'
    }
}

Describe 'Hints' {
    It 'name parameters, in errors and in objects' {
        Restore-DiffahImage $bundle $v1.Reference "docker-archive:$TestDrive/never.tar" `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        $problems[0].ErrorDetails.RecommendedAction | Should -Match '-Name'
        $problems[0].ErrorDetails.RecommendedAction | Should -Not -Match '--|diffah '
        foreach ($hint in @(Test-DiffahEnvironment).Hint +
            (New-DiffahDelta $v1.Reference $v2.Reference (Join-Path $TestDrive whole.tar) `
                -IntraLayer Off).Images[0].Waste.Advice) { $hint | Should -Not -Match '--[a-z]' }
        Get-DiffahImage docker://127.0.0.1:9/a:b `
            -SkipTlsVerification -RetryCount 0 -ErrorAction SilentlyContinue -ErrorVariable problems
        $problems[0].ErrorDetails.RecommendedAction | Should -Match '-RetryCount and -RetryDelay'
    }
}

Describe 'The error ids that about_Diffah_References names' {
    It 'are those of the errors' {
        $topic = Get-Content -Raw (Get-RepositoryPath 'src/Diffah.PowerShell/en-US/about_Diffah_References.help.txt')
        $named = [regex]::Matches($topic, '(?:error id\s+|\()([A-Z]\w+(?:Error|Image|NotFound))\b') |
            ForEach-Object { $_.Groups[1].Value } | Sort-Object
        $image, $both = (Get-Sample OciMultiPlatform v1), (Join-Path (Split-Path $v1.Path) both.docker.tar)
        $real = foreach ($try in { Get-DiffahImage ./app.tar },
            { Get-DiffahImage "docker-archive:$both" }, { Get-DiffahImage $image.Reference -Platform linux/s390x }) {
            try {
                & ([scriptblock]::Create("$try -ErrorAction Stop"))
            } catch { $_.FullyQualifiedErrorId -replace ',.*' }
        }
        $named | Should -Be ($real | Sort-Object)
    }
}

Describe 'Another build in the same session' {
    It 'is refused, with the way out' {
        $copy = Join-Path (New-Item -ItemType Directory (Join-Path $TestDrive 'other')) 'Diffah'
        Copy-Item -LiteralPath (Split-Path (Get-ModuleUnderTest)) -Destination $copy -Recurse
        $builder =
            [System.Reflection.Emit.PersistedAssemblyBuilder]::new(
                [System.Reflection.AssemblyName]::new('Diffah.Engine'), [object].Assembly)
        $null = $builder.DefineDynamicModule('Diffah.Engine').DefineType('Other', 'Public').CreateType()
        $builder.Save((Join-Path $copy 'Diffah.Engine.dll'))
        $output = Invoke-FreshPowerShell -Environment @{ DIFFAH_TEST_COPY = (Join-Path $copy 'Diffah.psd1') } {
            Import-Module $module
            try { Import-Module $env:DIFFAH_TEST_COPY; 'imported' } catch { $_.Exception.Message }
            (Get-Command Get-DiffahArchive).Module.Version.ToString()
            Import-Module $module -Force
            (Get-Module Diffah).Count
        }
        $output -join "`n" | Should -Match 'another build of Diffah'
        $output -join "`n" | Should -Match 'new PowerShell session'
        $output[-2..-1] | Should -Be (Import-PowerShellDataFile (Get-ModuleUnderTest)).ModuleVersion, '1'
    }
}

Describe 'N at the prompt for one image of a bundle' {
    It 'leaves that image out, and says nothing of it<_>' -ForEach '', ' -Strict' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive "asked$($_.Trim())")).FullName
        $script =
            "Import-Module '$(Get-ModuleUnderTest)'; Restore-DiffahImage '$bundle' @{ a = '$($v1.Reference)'; b = '$($v1.Reference)' } @{ a = 'docker-archive:$folder/a.tar'; b = 'docker-archive:$folder/b.tar' } -Confirm$_ | ForEach-Object { `"OUTCOME `$(`$_.Name) `$(`$_.Status)`" }"
        $output = "n`ny`n" | pwsh -NoProfile -NoLogo -Command $script 2>&1
        $output -match '^OUTCOME' | Should -Be 'OUTCOME b Restored'
        $output -join "`n" | Should -Not -Match 'destination is given|not restored'
        (Get-ChildItem $folder).Name | Should -Be 'b.tar'
    }
}

Describe 'Paths in references' {
    It 'are read as -Path reads them: <_>' -ForEach 'docker-archive:.\v1.tar', 'docker-archive:TestDrive:/v1.tar',
        'docker-archive:TestDrive:\v1.tar', 'docker-archive:mine:/v1.tar', 'docker-archive:..\here\v1.tar' {
        $here = (New-Item -ItemType Directory -Force (Join-Path $TestDrive 'here')).FullName
        foreach ($folder in $TestDrive, $here) { Copy-Item -LiteralPath $v1.Path (Join-Path $folder v1.tar) -Force }
        $null = New-PSDrive -Name mine -PSProvider FileSystem -Root $here -Scope Global
        Push-Location -LiteralPath $here
        try { (Get-DiffahImage $_).ConfigDigest | Should -Be $v1.ConfigDigest }
        finally { Pop-Location; Remove-PSDrive mine -Scope Global }
    }
}

Describe 'Completion' {
    BeforeAll {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'completed')).FullName
        $null = New-Item -ItemType Directory (Join-Path $folder '8folder')
        foreach ($name in '8file', 'zfile', 'file') { Set-Content -LiteralPath (Join-Path $folder $name) '' }
        Push-Location -LiteralPath $folder
    }
    AfterAll { Pop-Location }

    It 'offers no files for numbers and sizes: <_>' -ForEach 'Workers',
        'Candidates', 'ZstdLevel', 'ZstdWindowLog', 'MemoryBudget', 'MaximumSize', 'RetryCount', 'RetryDelay' {
        foreach ($typed in '', '8', 'z') {
            $offered = @(Complete "New-DiffahDelta -$_ $typed")
            $offered | Should -Not -BeNullOrEmpty
            $offered -match 'file|folder' | Should -BeNullOrEmpty -Because "-$_ $typed"
        }
    }

    It 'offers a size with its unit' { Complete 'New-DiffahDelta -MemoryBudget 8' | Should -Be '8GiB' }

    It 'offers per cent and sizes for -MaximumSize' {
        Complete 'New-DiffahDelta -MaximumSize 5' | Should -Be '5%', '50%', '50MiB', '500MiB'
    }

    It 'offers folders alone for -<Parameter> of <Command>' -ForEach @(
        foreach ($command in 'New-DiffahDelta', 'New-DiffahBundle', 'Merge-DiffahDelta', 'Restore-DiffahImage',
            'Test-DiffahArchive', 'Copy-DiffahImage', 'Compare-DiffahImage', 'Export-DiffahReport',
            'Export-DiffahInventory', 'Publish-DiffahDelta', 'Find-DiffahDelta',
            'Test-DiffahEnvironment') { @{ Command = $command; Parameter = 'WorkDirectory' } }
        @{ Command = 'Compare-DiffahImage'; Parameter = 'ReportDirectory' }
        @{ Command = 'Get-DiffahImage'; Parameter = 'CertificateDirectory' }
    ) {
        Complete "$Command -$Parameter " | Should -Be '8folder'
        Complete "$Command -$Parameter 8" | Should -Be '8folder'
        Complete "$Command -$Parameter zf" | Should -Be 'zf'
    }
}

Describe 'A parameter of <Name> that must be given' -ForEach $cmdlets {
    It 'says what it is where PowerShell asks for it' {
        foreach ($set in (Get-Command $Name).ParameterSets) {
            foreach ($parameter in $set.Parameters.Where({ $_.IsMandatory })) {
                $parameter.HelpMessage | Should -Match '^[A-Z].{20,}\.$' -Because "-$($parameter.Name)"
            }
        }
    }
}

Describe 'The file that New-DiffahConfiguration gives' {
    It 'is what Get-Item gives' {
        $file = New-DiffahConfiguration (Join-Path $TestDrive 'made.yaml')
        $item = Get-Item -LiteralPath $file.FullName
        $file | Should -BeOfType ([System.IO.FileInfo])
        foreach ($property in 'PSPath', 'PSParentPath', 'PSChildName', 'PSDrive', 'PSProvider') { "$($file.$property)" |
            Should -Be "$($item.$property)"; "$($file.$property)" | Should -Not -BeNullOrEmpty }
        ($file | Test-DiffahConfiguration -Quiet) | Should -BeTrue
    }
}
