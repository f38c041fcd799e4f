BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
    $saved = @{}
    foreach ($name in 'DIFFAH_CONFIG', 'DIFFAH_WORKDIR', 'REGISTRY_AUTH_FILE', 'HOME') {
        $saved[$name] = [Environment]::GetEnvironmentVariable($name)
    }

    # No file, no variable, and a home of its own.
    function Reset-Environment {
        $env:DIFFAH_CONFIG = $env:DIFFAH_WORKDIR = $env:REGISTRY_AUTH_FILE = $null
        $env:HOME = (New-Item -ItemType Directory (Join-Path $TestDrive "home-$([guid]::NewGuid())")).FullName
    }

    function Set-Configuration([string[]] $Line) {
        $env:DIFFAH_CONFIG = Join-Path $TestDrive 'config.yaml'
        Set-Content -LiteralPath $env:DIFFAH_CONFIG $Line
    }

    function Get-Plan([hashtable] $Parameter = @{}) {
        New-DiffahDelta $v1.Reference $v2.Reference (Join-Path $TestDrive 'plan.delta.tar') -DryRun @Parameter
    }

    function Get-ArchiveHash([hashtable] $Parameter = @{}) {
        $path = Join-Path $TestDrive "$([guid]::NewGuid()).delta.tar"
        $null = New-DiffahDelta $v1.Reference $v2.Reference $path @Parameter
        (Get-FileHash -LiteralPath $path).Hash
    }
}

AfterAll { foreach ($name in $saved.Keys) { Set-Item -LiteralPath "Env:$name" $saved[$name] } }

Describe 'Get-DiffahConfiguration' {
    BeforeEach { Reset-Environment }

    It 'gives the built-in defaults where there is no file' {
        $configuration = Get-DiffahConfiguration
        $configuration | Should -BeOfType ([Diffah.Engine.Configuration.EffectiveConfiguration])
        $configuration.Path | Should -Be (Join-Path $env:HOME '.diffah/config.yaml')
        $configuration.Exists | Should -BeFalse
        $configuration.Values.Source | Sort-Object -Unique | Should -Be 'Default'
        $configuration.Workers, $configuration.ZstdLevel, $configuration.MemoryBudget | Should -Be 8, 22, 8GB
        $configuration.FormatVersion, $configuration.Effort | Should -Be 2, 'Compact'
    }

    It 'has the built-in defaults in the parameters of <Cmdlet>' -ForEach @(
        @{ Cmdlet = 'NewDiffahDelta'; But = 'RetryDelay' } # without it the wait doubles, which no value says
        @{ Cmdlet = 'NewDiffahBundle'; But = 'RetryDelay' }
        @{ Cmdlet = 'CopyDiffahImage'; But = 'RetryDelay' }
        @{ Cmdlet = 'GetDiffahImage'; But = 'RetryDelay' }
        # what the destination takes, and the archive's
        @{ Cmdlet = 'RestoreDiffahImage'; But = 'RetryDelay', 'Workers', 'Platform' }
    ) {
        $instance = New-Object "Diffah.PowerShell.Commands.${Cmdlet}Command"
        $knobs = [Diffah.Engine.Configuration.Knobs]::All |
            Where-Object { $_.Parameter -notin $But -and $instance.PSObject.Properties[$_.Parameter] }
        $knobs.Count | Should -BeGreaterThan 2
        foreach ($knob in $knobs) {
            "$($knob.Parameter) $($instance.($knob.Parameter))" | Should -Be "$($knob.Parameter) $($knob.Default)"
        }
    }

    It 'gives <Key> of the file as <Expected>' -ForEach @(
        @{ Key = 'platform'; Text = 'linux/arm64'; Property = 'Platform'; Expected = 'linux/arm64' }
        @{ Key = 'intra-layer'; Text = 'off'; Property = 'IntraLayer'; Expected = 'Off' }
        @{ Key = 'format-version'; Text = '1'; Property = 'FormatVersion'; Expected = '1' }
        @{ Key = 'effort'; Text = 'full'; Property = 'Effort'; Expected = 'Full' }
        @{ Key = 'authfile'; Text = '/file.json'; Property = 'AuthFile'; Expected = '/file.json' }
        @{ Key = 'retry-times'; Text = '7'; Property = 'RetryCount'; Expected = '7' }
        @{ Key = 'retry-delay'; Text = '500ms'; Property = 'RetryDelay'; Expected = '00:00:00.5000000' }
        @{ Key = 'zstd-level'; Text = '12'; Property = 'ZstdLevel'; Expected = '12' }
        @{ Key = 'zstd-window-log'; Text = '27'; Property = 'ZstdWindowLog'; Expected = '27' }
        @{ Key = 'workers'; Text = '2'; Property = 'Workers'; Expected = '2' }
        @{ Key = 'candidates'; Text = '5'; Property = 'Candidates'; Expected = '5' }
        @{ Key = 'workdir'; Text = '~/spool'; Property = 'WorkDirectory'; Expected = 'HOME/spool' }
        @{ Key = 'memory-budget'; Text = '1GB'; Property = 'MemoryBudget'; Expected = '1073741824' }
        @{ Key = 'max-layer-size'; Text = '1GB'; Property = 'MaxLayerSize'; Expected = '1073741824' }
    ) {
        Set-Configuration "${Key}: $Text"
        $configuration = Get-DiffahConfiguration
        "$($configuration.$Property)" | Should -Be ($Expected -replace 'HOME', $env:HOME)
        ($configuration.Values | Where-Object Source -EQ File).Key | Should -Be $Key
        @($configuration.Values | Where-Object Source -EQ Default).Count | Should -Be 14
    }

    It 'puts the environment above the file' {
        Set-Configuration 'workdir: /file', 'authfile: /file.json'
        $env:DIFFAH_WORKDIR, $env:REGISTRY_AUTH_FILE = '/environment', '/environment.json'
        $configuration = Get-DiffahConfiguration
        $configuration.WorkDirectory, $configuration.AuthFile | Should -Be '/environment', '/environment.json'
        @($configuration.Values | Where-Object Source -EQ Environment).Key | Should -Be 'authfile', 'workdir'
    }

    It 'resolves a relative DIFFAH_CONFIG against the session''s location' {
        Push-Location $TestDrive
        try {
            Set-Content ./here.yaml 'workers: 2'
            $env:DIFFAH_CONFIG = './here.yaml'
            (Get-DiffahConfiguration).Workers | Should -Be 2
            Set-Content ./other.yaml 'workers: 3'
            (Get-DiffahConfiguration ./other.yaml).Workers | Should -Be 3
        }
        finally { Pop-Location }
    }

    It 'warns of a file that can''t be used, and lists what is wrong' {
        Set-Configuration 'workers: 0'
        $configuration = Get-DiffahConfiguration -WarningVariable warnings -WarningAction SilentlyContinue
        $configuration.Problems[0].Line | Should -Be 1
        "$warnings" | Should -Match "config\.yaml', line 1, key 'workers'"
    }
}

Describe 'A parameter wins over the file, and the file over the default' {
    BeforeEach { Reset-Environment }
    BeforeAll { $env:SOURCE_DATE_EPOCH = 1700000000 }
    AfterAll { $env:SOURCE_DATE_EPOCH = $null }

    It 'for platform' {
        $index = (Get-Sample OciMultiPlatform v1).Reference
        Set-Configuration 'platform: linux/arm64'
        (Get-DiffahImage $index).Platform | Should -Be 'linux/arm64'
        (Get-DiffahImage $index -Platform linux/amd64).Platform | Should -Be 'linux/amd64'
    }

    It 'for intra-layer, $PSDefaultParameterValues being parameters' {
        (Get-Plan).Images.Blobs.Action | Should -Contain 'Patch'
        Set-Configuration 'intra-layer: off'
        (Get-Plan).Images.Blobs.Action | Should -Not -Contain 'Patch'
        (Get-Plan @{ IntraLayer = 'Auto' }).Images.Blobs.Action | Should -Contain 'Patch'
        $PSDefaultParameterValues = @{ 'New-DiffahDelta:IntraLayer' = 'Auto' }
        (New-DiffahDelta $v1.Reference $v2.Reference (Join-Path $TestDrive 'plan.delta.tar') `
            -DryRun).Images.Blobs.Action | Should -Contain 'Patch'
    }

    It 'for every cmdlet that a pattern of $PSDefaultParameterValues fits' {
        $file, $session = 'of-file', 'of-session' |
            ForEach-Object { (New-Item -ItemType Directory (Join-Path $TestDrive $_) -Force).FullName }
        Set-Configuration 'workers: 2', "workdir: $file"
        $PSDefaultParameterValues = @{ '*-Diffah*:Workers' = 0; '*-Diffah*:WorkDirectory' = $session }
        { New-DiffahDelta $v1.Reference $v2.Reference (Join-Path $TestDrive 'plan.delta.tar') -DryRun } |
            Should -Throw -ErrorId 'InvalidArgument,*'
        @{ Name = 'a'; Baseline = $v1.Reference; Target = $v2.Reference } | ForEach-Object {
            { $_ | New-DiffahBundle (Join-Path $TestDrive 'plan.delta.tar') -DryRun }
        } | Should -Throw -ErrorId 'InvalidArgument,*'
        (Test-DiffahEnvironment | Where-Object Name -EQ 'tmpdir').Detail | Should -BeLike "'$session'*"
        (Test-DiffahEnvironment -WorkDirectory $TestDrive | Where-Object Name -EQ 'tmpdir').Detail |
            Should -BeLike "'$TestDrive'*"
    }

    It 'for <Key>' -ForEach @(
        @{ Key = 'zstd-level'; Text = '1'; Parameter = 'ZstdLevel'; Default = 22 }
        @{ Key = 'zstd-window-log'; Text = '10'; Parameter = 'ZstdWindowLog'; Default = 'auto' }
        @{ Key = 'effort'; Text = 'fast'; Parameter = 'Effort'; Default = 'Compact' }
    ) {
        $byDefault, $byParameter = (Get-ArchiveHash), (Get-ArchiveHash @{ $Parameter = $Text })
        $byParameter | Should -Not -Be $byDefault
        Set-Configuration "${Key}: $Text"
        Get-ArchiveHash | Should -Be $byParameter
        Get-ArchiveHash @{ $Parameter = $Default } | Should -Be $byDefault
    }

    It 'for memory-budget' {
        Set-Configuration 'memory-budget: 1KiB'
        { Get-ArchiveHash } | Should -Throw -ErrorId 'MemoryBudgetExceeded,*'
        Get-ArchiveHash @{ MemoryBudget = 0 } | Should -Not -BeNullOrEmpty
    }

    It 'for <Key>, whose parameter is read and not the file' -ForEach @(
        @{ Key = 'workers'; Parameter = 'Workers'; Wrong = 0 },
            @{ Key = 'candidates'; Parameter = 'Candidates'; Wrong = 0 },
                @{ Key = 'retry-times'; Parameter = 'RetryCount'; Wrong = 101 }
        @{ Key = 'retry-delay'; Parameter = 'RetryDelay'; Wrong = 31 }
    ) {
        Set-Configuration "${Key}: 2"
        (Get-Plan).Images | Should -HaveCount 1
        { Get-Plan @{ $Parameter = $Wrong } } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'for workdir, an environment variable being between them' {
        $file, $environment, $parameter = 'file', 'environment', 'parameter' |
            ForEach-Object { (New-Item -ItemType Directory (Join-Path $TestDrive "work-$_") -Force).FullName }
        function Get-Folder([hashtable] $Parameter = @{}) {
            (Test-DiffahEnvironment @Parameter | Where-Object Name -EQ 'tmpdir').Detail -replace "^'([^']+)'.*", '$1'
        }
        Set-Configuration "workdir: $file"
        Get-Folder | Should -Be $file
        $env:DIFFAH_WORKDIR = $environment
        Get-Folder | Should -Be $environment
        Get-Folder @{ WorkDirectory = $parameter } | Should -Be $parameter
    }

    It 'for authfile, an environment variable being between them' {
        $file, $environment, $parameter = 'file', 'environment', 'parameter' |
            ForEach-Object { Join-Path $TestDrive "$_.json" }
        $file, $environment, $parameter | ForEach-Object { Set-Content -LiteralPath $_ '{}' }
        function Get-AuthFile([hashtable] $Parameter = @{}) {
            (Test-DiffahEnvironment @Parameter | Where-Object Name -EQ 'authfile').Detail -split ', ' |
                Select-Object -First 1
        }
        Set-Configuration "authfile: $file"
        Get-AuthFile | Should -Be "'$file'"
        Get-AuthFile @{ Credential = [pscredential]::new('me', (ConvertTo-SecureString 'x' -AsPlainText -Force)) } |
            Should -Be "'$file'"
        $env:REGISTRY_AUTH_FILE = $environment
        Get-AuthFile | Should -Be "'$environment'"
        Get-AuthFile @{ AuthFile = $parameter } | Should -Be "'$parameter'"
    }
}

Describe 'A file that can''t be used' {
    BeforeEach {
        Reset-Environment
        Set-Configuration 'workers: 2', 'wrokers: 3'
    }

    It 'fails <Name>, naming file, line and key' -ForEach @(
        @{ Name = 'New-DiffahDelta'; Script = { Get-Plan } }
        @{ Name = 'Restore-DiffahImage'; Script = { Restore-DiffahImage ./missing.tar $v1.Reference dir:./new } }
        @{ Name = 'Get-DiffahArchive'; Script = { Get-DiffahArchive ./missing.tar } }
        @{ Name = 'Get-DiffahImage'; Script = { Get-DiffahImage $v1.Reference } }
        @{ Name = 'Compare-DiffahImage'; Script = { Compare-DiffahImage $v1.Reference $v1.Reference } }
        @{ Name = 'Export-DiffahInventory'; Script = { Export-DiffahInventory ./new.json $v1.Reference } }
        @{ Name = 'Export-DiffahReport'; Script = { Export-DiffahReport ./missing.tar ./new.html } }
        @{ Name = 'Copy-DiffahImage'; Script = { Copy-DiffahImage $v1.Reference dir:./new } }
    ) {
        $failure = { & $Script } | Should -Throw -PassThru
        Assert-DiffahError $failure 'ConfigurationInvalid' ($Name -replace '-') 'ParserError'
        $failure.Exception.Message | Should -Match "config\.yaml', line 2, key 'wrokers': .* 'workers'\?$"
    }

    It 'is a failed check of the environment' {
        $check = Test-DiffahEnvironment | Where-Object Name -EQ 'config'
        $check.Status | Should -Be 'Fail'
        $check.Detail | Should -Match 'line 2'
        Test-DiffahEnvironment -Quiet | Should -BeFalse
    }
}

Describe 'New-DiffahConfiguration' {
    BeforeEach { Reset-Environment }

    It 'writes the file that is read by default, in a folder of the owner alone' {
        $file = New-DiffahConfiguration
        $file | Should -BeOfType ([System.IO.FileInfo])
        $file.FullName | Should -Be (Join-Path $env:HOME '.diffah/config.yaml')
        [System.IO.File]::GetUnixFileMode($file.DirectoryName) | Should -Be 'UserExecute, UserWrite, UserRead'
        Test-DiffahConfiguration -Quiet | Should -BeTrue
        (Get-DiffahConfiguration).Exists | Should -BeTrue
    }

    It 'replaces nothing without -Force' {
        $path = Join-Path $TestDrive 'new.yaml'
        Set-Content $path 'mine'
        $null = New-DiffahConfiguration $path -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-DiffahError $failure[0] 'DestinationExists' 'NewDiffahConfiguration' 'ResourceExists'
        Get-Content $path | Should -Be 'mine'
        (New-DiffahConfiguration $path -Force).FullName | Should -Be $path
        Get-Content $path | Should -Contain '#workers: 8'
    }

    It 'writes nothing with -WhatIf' {
        New-DiffahConfiguration -WhatIf | Should -BeNullOrEmpty
        Get-ChildItem $env:HOME -Force | Should -BeNullOrEmpty
    }
}

Describe 'Test-DiffahConfiguration' {
    BeforeEach { Reset-Environment }

    It 'is content without a file, unless one was named' {
        (Test-DiffahConfiguration).IsValid | Should -BeTrue
        (Test-DiffahConfiguration (Join-Path $TestDrive 'missing.yaml')).IsValid | Should -BeFalse
        $env:DIFFAH_CONFIG = Join-Path $TestDrive 'missing.yaml'
        Test-DiffahConfiguration -Quiet | Should -BeFalse
    }

    It 'lists every problem with its line' {
        Set-Configuration 'workers: 0', 'zstd-level: 12', 'retry-times: many'
        $check = Test-DiffahConfiguration
        $check | Should -BeOfType ([Diffah.Engine.Operations.ConfigurationCheck])
        $check.IsValid | Should -BeFalse
        $check.Problems.Line | Should -Be 1, 3
        $check.Problems.Key | Should -Be 'workers', 'retry-times'
    }

    It 'takes files from the pipeline' {
        Set-Configuration 'workers: 2'
        (Get-Item $env:DIFFAH_CONFIG | Test-DiffahConfiguration).IsValid | Should -BeTrue
        (Get-DiffahConfiguration | Test-DiffahConfiguration).Path | Should -Be $env:DIFFAH_CONFIG
    }
}

Describe 'The views' {
    BeforeEach { Reset-Environment }

    It 'show <Type>' -ForEach @(
        @{ Type = 'EffectiveConfiguration'; Script = { Get-DiffahConfiguration -WarningAction Ignore } }
        @{ Type = 'ConfigurationValue'; Script = { (Get-DiffahConfiguration -WarningAction Ignore).Values[0] } }
        @{ Type = 'ConfigurationProblem'; Script = { (Test-DiffahConfiguration).Problems[0] } }
        @{ Type = 'ConfigurationCheck'; Script = { Test-DiffahConfiguration } }
    ) {
        Set-Configuration 'workers: 0'
        $object = & $Script
        $object.GetType().Name | Should -Be $Type
        $table,
            $list = ($object | Format-Table | Out-String -Width 400), ($object | Format-List | Out-String -Width 400)
        "$table$list" | Should -Not -Match '#ERR'
        @($table -split "`n" | Where-Object { $_.Trim() }).Count | Should -Be 3
        $list | Should -Match ' : '
    }
}
