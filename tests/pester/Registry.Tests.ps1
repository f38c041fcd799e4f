# The cmdlets against real registries: one that is open to everybody, and one with a password. Both are plain HTTP.

[Diagnostics.CodeAnalysis.SuppressMessage('PSAvoidGlobalVars',
    '', Justification = 'A command line that is being completed sees global variables alone.')]
param()

BeforeDiscovery {
    $speakers = 'New-DiffahDelta', 'New-DiffahBundle', 'Merge-DiffahDelta',
        'Restore-DiffahImage', 'Copy-DiffahImage', 'Get-DiffahImage', 'Compare-DiffahImage', 'Get-DiffahArchive',
        'Test-DiffahArchive', 'Export-DiffahReport', 'Export-DiffahInventory', 'Publish-DiffahDelta', 'Find-DiffahDelta',
        'Test-DiffahEnvironment'
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'RegistrySupport.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample OciGzip v1), (Get-Sample OciGzip v2)
    $missing = 'docker-registry is not installed'
    function Complete([string] $Line) {
        (TabExpansion2 $Line $Line.Length).CompletionMatches | ForEach-Object CompletionText
    }
}

Describe 'The registry parameters of <_>' -ForEach $speakers {
    It 'are those of every cmdlet that may speak to one' {
        $parameters = (Get-Command $_).Parameters
        $types = [ordered]@{
            AuthFile = [string]; Credential = [pscredential]; NoCredential = [switch]; RegistryToken = [securestring]
            SkipTlsVerification = [switch]; CertificateDirectory = [string]; RetryCount = [int]; RetryDelay = [timespan]
        }
        foreach ($name in $types.Keys) { $parameters[$name].ParameterType | Should -Be $types[$name] -Because $name }
    }
}

Describe 'Registry parameters' {
    It 'are none of <_>' -ForEach 'New-DiffahKey' {
        (Get-Command $_).Parameters.Keys | Should -Not -Contain 'Credential'
    }

    It 'allow one way of giving credentials at a time' {
        $token = ConvertTo-SecureString 'wrong-pass-2' -AsPlainText -Force
        foreach ($options in @{ Credential = (Get-TestCredential); NoCredential = $true }, @{
            RegistryToken = $token
            NoCredential = $true
        }, @{ RegistryToken = $token; Credential = (Get-TestCredential) }) {
            $caught = { Get-DiffahImage docker://127.0.0.1:1/app @options } | Should -Throw -PassThru
            Assert-DiffahError $caught InvalidArgument GetDiffahImage InvalidArgument
            foreach ($name in $options.Keys) { $caught.Exception.Message | Should -Match $name }
            $said = ($caught, $caught.TargetObject | Format-List * -Force | Out-String) +
                ($caught.TargetObject.Keys -join ' ')
            $said | Should -Not -Match 'pass-[12]|Credential  |RegistryToken  '
        }
    }

    It 'refuse a token that is plain text, and do not repeat it' {
        $plain = 'wrong-pass-2'
        $caught = { Get-DiffahImage docker://127.0.0.1:1/app -RegistryToken $plain } | Should -Throw -PassThru
        $caught.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
        $caught.Exception.Message | Should -Match 'SecureString'
        ($caught | Format-List * -Force | Out-String) | Should -Not -Match $plain
    }

    It 'take a delay in seconds or as a time span: <Value>' -ForEach @(@{ Value = 31 }, @{ Value = '31' },
        @{ Value = 30.5 }, @{ Value = '00:00:31' }, @{ Value = [timespan]::FromMinutes(1) }, @{ Value = -1 }) {
        # One that is refused shows how it was read.
        Assert-DiffahError ({ Get-DiffahImage docker://127.0.0.1:1/app -RetryDelay $Value } |
            Should -Throw -PassThru) InvalidArgument GetDiffahImage InvalidArgument
    }

    It 'take a short delay: <Value>' `
        -ForEach @(@{ Value = 0 }, @{ Value = '0.01' }, @{ Value = '00:00:00.01' }, @{ Value = [timespan]::Zero }) {
        Get-DiffahImage docker://127.0.0.1:1/app `
            -RetryDelay $Value -RetryCount 1 -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] RegistryUnreachable GetDiffahImage ConnectionError
    }

    It 'refuse a number of retries that makes no sense' {
        Assert-DiffahError ({ Get-DiffahImage docker://127.0.0.1:1/app -RetryCount 101 } |
            Should -Throw -PassThru) InvalidArgument GetDiffahImage InvalidArgument
    }

    It 'resolve paths against the session''s location' {
        Push-Location $TestDrive
        try { Get-DiffahImage docker://127.0.0.1:1/app `
            -AuthFile ./no-such-auth.json -ErrorAction SilentlyContinue -ErrorVariable problems }
        finally { Pop-Location }
        $problems[0].Exception.Message | Should -Match ([regex]::Escape((Join-Path $TestDrive 'no-such-auth.json')))
        $problems[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'are not looked at for references of other transports' {
        (Get-DiffahImage $v1.Reference -Credential (Get-TestCredential) -RetryCount 0 -SkipTlsVerification).Digest |
            Should -Be $v1.ManifestDigest
    }
}

Describe 'A registry' {
    BeforeAll {
        $registry = Start-TestRegistry (Join-Path $TestDrive 'plain')
        $plain = @{ SkipTlsVerification = $true; RetryDelay = 0 }
        $app = "docker://$(${registry}?.Host)/team/app"
        if ($registry) {
            $large = Join-Path $TestDrive 'large'
            New-LargePair $large 128
            $pushed = $v1, $v2 |
                ForEach-Object { $number = 1 } { Copy-DiffahImage $_.Reference "${app}:v$(($number++))" @plain }
        }
    }

    AfterAll { Stop-TestRegistry $registry }

    BeforeEach {
        if (-not $registry) { Set-ItResult -Skipped -Because $missing }
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'is pushed to digest for digest' {
        $pushed | Should -BeOfType ([Diffah.Engine.Operations.CopiedImage])
        $pushed.Digest | Should -Be $v1.ManifestDigest, $v2.ManifestDigest
        $pushed[0].Destination | Should -Be "${app}:v1"
    }

    It 'shows skopeo the same digests' {
        Get-SkopeoDigest "${app}:v1" | Should -Be $v1.ManifestDigest
        Get-SkopeoDigest "${app}:v2" | Should -Be $v2.ManifestDigest
    }

    It 'says what an image is made of' {
        $image = Get-DiffahImage "${app}:v2" @plain
        $image.Digest | Should -Be $v2.ManifestDigest
        $image.Layers.Digest | Should -Be $v2.LayerDigests
        (Get-DiffahImage "${app}@$($v2.ManifestDigest)" @plain).ConfigDigest | Should -Be $v2.ConfigDigest
    }

    It 'is both sides of a delta, and the destination of a restore' {
        $delta = New-DiffahDelta "${app}:v1" "${app}:v2" app.delta.tar @plain
        $delta.Images[0].TargetManifestDigest | Should -Be $v2.ManifestDigest
        $restored = Restore-DiffahImage app.delta.tar "${app}:v1" "docker://$($registry.Host)/other/app:v2" @plain
        $restored.ManifestDigest | Should -Be $v2.ManifestDigest
        ($restored | Get-DiffahImage @plain).Layers.Digest | Should -Be $v2.LayerDigests
        Get-SkopeoDigest "docker://$($registry.Host)/other/app:v2" | Should -Be $v2.ManifestDigest
        Get-Entry $folder | Should -Be 'app.delta.tar'
    }

    It 'has the baseline that a Dockerfile or the target says, by its digest whatever the tag is now' {
        $name = "$($registry.Host)/team/app"
        Set-Content Dockerfile 'ARG TAG', 'FROM localhost/tools AS build', "FROM ${name}:`$TAG"
        $delta = New-DiffahDelta -Dockerfile Dockerfile -BuildArg @{ TAG = 'v1' } $v2.Reference built.tar @plain `
            -WarningAction SilentlyContinue -Verbose 4>&1
        $archive = $delta | Where-Object { $_ -is [Diffah.Engine.Deltas.Reports.DeltaArchive] }
        "$($archive.ChosenBaseline)" | Should -Be "docker://${name}:v1"
        $archive.ChosenBaseline.Reason | Should -Match '^FROM in line 3 of '
        "$delta" | Should -Match "The baseline is docker://${name}:v1: FROM in line 3 of "
        $archive.Images[0].BaselineManifestDigest | Should -Be $v1.ManifestDigest
        $null = Copy-DiffahImage $v2.Reference dir:said
        $manifest = Get-Content said/manifest.json -Raw | ConvertFrom-Json -AsHashtable
        $manifest.annotations = @{
            'org.opencontainers.image.base.name' = "${name}:v2"
            'org.opencontainers.image.base.digest' = $v1.ManifestDigest
        }
        $manifest | ConvertTo-Json -Depth 20 | Set-Content said/manifest.json
        $plan = New-DiffahDelta -BaselineFromImage dir:said said.tar @plain -DryRun -WarningAction SilentlyContinue
        "$($plan.ChosenBaseline)" | Should -Be "docker://${name}@$($v1.ManifestDigest)"
        $plan.Images[0].BaselineManifestDigest | Should -Be $v1.ManifestDigest
    }

    It 'gives the same delta as files do' {
        $fromFiles = New-DiffahDelta $v1.Reference $v2.Reference files.tar
        $fromRegistry = New-DiffahDelta "${app}:v1" "${app}:v2" registry.tar @plain
        $fromRegistry.PatchCount, $fromRegistry.FullCount, $fromRegistry.TargetBytes |
            Should -Be $fromFiles.PatchCount, $fromFiles.FullCount, $fromFiles.TargetBytes
    }

    It 'is copied from, to a file and within itself, from a table' {
        "Source,Destination`n${app}:v1,oci-archive:pulled.tar`n${app}:v1,docker://$($registry.Host)/table/app:v1" |
            Set-Content copies.csv
        (Import-Csv copies.csv | Copy-DiffahImage @plain).Digest | Should -Be $v1.ManifestDigest, $v1.ManifestDigest
        (Get-DiffahImage oci-archive:pulled.tar).Digest | Should -Be $v1.ManifestDigest
    }

    It 'takes an index with all its platforms' {
        $copied = Copy-DiffahImage (Get-Sample OciMultiPlatform v1).Reference "docker://$($registry.Host)/multi:v1" `
            -All @plain
        $copied.ImageCount | Should -Be 2
        ((Get-DiffahImage "docker://$($registry.Host)/multi:v1" @plain).Platforms.Platform | Sort-Object) |
            Should -Be 'linux/amd64', 'linux/arm64'
    }

    It 'is left alone with -WhatIf' {
        $new = "docker://$($registry.Host)/whatif/app:v1"
        Copy-DiffahImage $v1.Reference $new -WhatIf @plain | Should -BeNullOrEmpty
        $null = New-DiffahDelta "${app}:v1" "${app}:v2" app.delta.tar @plain
        Restore-DiffahImage app.delta.tar "${app}:v1" $new -WhatIf @plain | Should -BeNullOrEmpty
        Get-DiffahImage $new @plain -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] RegistryNotFound GetDiffahImage ObjectNotFound
        Join-Path $registry.Folder 'data/docker/registry/v2/repositories/whatif' | Should -Not -Exist
    }

    It 'says what is not there, and goes on' {
        @("${app}:v9", "${app}:v1" | Get-DiffahImage @plain `
            -ErrorAction SilentlyContinue -ErrorVariable problems).Digest | Should -Be $v1.ManifestDigest
        Assert-DiffahError $problems[0] RegistryNotFound GetDiffahImage ObjectNotFound
        $problems[0].TargetObject.ToString() | Should -Be "${app}:v9"
    }

    It 'is not spoken to without TLS unless that is allowed' {
        Get-DiffahImage "${app}:v1" -RetryCount 0 -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] RegistryTls GetDiffahImage SecurityError
        $problems[0].ErrorDetails.RecommendedAction | Should -Match 'SkipTlsVerification'
    }

    It 'has no new tag after a push that was stopped' {
        $shell = New-Session $folder
        try {
            $null =
                $shell.AddScript(
                    "Copy-DiffahImage docker-archive:$large/v1.docker.tar docker://$($registry.Host)/stopped/app:v1 -SkipTlsVerification")
            $running = $shell.BeginInvoke()
            Wait-Until { Get-ChildItem -LiteralPath $registry.Folder -Force -Recurse -File -ErrorAction Ignore |
                Where-Object FullName -Match 'stopped/app/_uploads/.+/data$' }
            $running.IsCompleted | Should -BeFalse
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
            $shell.Streams.Error.Count | Should -Be 0
        }
        finally { $shell.Dispose() }
        Get-DiffahImage "docker://$($registry.Host)/stopped/app:v1" @plain `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] RegistryNotFound GetDiffahImage ObjectNotFound
    }

    It 'shows bytes and their rate while it is pushed to' {
        $shell = New-Session $folder
        try {
            $null =
                $shell.AddScript(
                    "Copy-DiffahImage docker-archive:$large/v1.docker.tar docker://$($registry.Host)/progress/app:v1 -SkipTlsVerification").Invoke()
            $shell.HadErrors | Should -BeFalse
            $shell.Streams.Progress.Where({ $_.ActivityId -ne 0 }).StatusDescription -join "`n" |
                Should -Match '\d [KM]iB of \d+\.\d [KMG]iB, \d+\.\d [KMG]iB/s'
        }
        finally { $shell.Dispose() }
    }

    It 'completes tags' {
        Complete "Get-DiffahImage -SkipTlsVerification ${app}:" | Should -Be "${app}:v1", "${app}:v2"
        Complete "New-DiffahDelta -SkipTlsVerification -Baseline ${app}:v1 -Target '${app}:V2" |
            Should -Be "'${app}:v2'"
    }

    It 'completes tags with the session''s registry parameters' {
        $global:PSDefaultParameterValues['*-Diffah*:SkipTlsVerification'] = $true
        try { Complete "Get-DiffahImage ${app}:" | Should -Be "${app}:v1", "${app}:v2" }
        finally { $global:PSDefaultParameterValues.Remove('*-Diffah*:SkipTlsVerification') }
    }

    It 'completes nothing, soon, where a registry can''t be asked' {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        Complete "Get-DiffahImage ${app}:" | Where-Object { $_ -like 'docker:*' } | Should -BeNullOrEmpty
        Complete 'Get-DiffahImage docker://127.0.0.1:1/app:' |
            Where-Object { $_ -like 'docker:*' } | Should -BeNullOrEmpty
        Complete 'Get-DiffahImage docker://UPPER CASE:' | Where-Object { $_ -like 'docker:*' } | Should -BeNullOrEmpty
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
    }

    It 'is probed by Test-DiffahEnvironment' {
        $check = Test-DiffahEnvironment -Probe "${app}:v1" @plain | Where-Object Name -EQ network
        $check.Status | Should -Be 'Ok'
        $check = Test-DiffahEnvironment -Probe docker://127.0.0.1:1/app @plain -RetryCount 0 |
            Where-Object Name -EQ network
        $check.Status | Should -Be 'Fail'
        $check.Hint | Should -Not -BeNullOrEmpty
        Test-DiffahEnvironment -Probe docker://127.0.0.1:1/app @plain -RetryCount 0 -Quiet | Should -BeFalse
    }
}

Describe 'A registry with a password' {
    BeforeAll {
        $registry = Start-TestRegistry (Join-Path $TestDrive 'password') -WithPassword
        $plain = @{ SkipTlsVerification = $true; RetryDelay = 0 }
        $app = "docker://$(${registry}?.Host)/team/app"
        $good, $wrong = (Get-TestCredential), (Get-TestCredential -Wrong)
        if ($registry) { $null = Copy-DiffahImage $v1.Reference "${app}:v1" -Credential $good @plain }
    }

    AfterAll { Stop-TestRegistry $registry }

    BeforeEach { if (-not $registry) { Set-ItResult -Skipped -Because $missing } }

    It 'lets in who has the password' {
        (Copy-DiffahImage $v2.Reference "${app}:v2" -Credential $good @plain).Digest | Should -Be $v2.ManifestDigest
        (Get-DiffahImage "${app}:v1" -Credential $good @plain).Digest | Should -Be $v1.ManifestDigest
        Get-SkopeoDigest "${app}:v2" $good | Should -Be $v2.ManifestDigest
    }

    It 'lets in who has an auth file' {
        $pair =
            [Convert]::ToBase64String(
                [Text.Encoding]::UTF8.GetBytes("$($good.UserName):$($good.GetNetworkCredential().Password)"))
        @{ auths = @{ $registry.Host = @{ auth = $pair } } } |
            ConvertTo-Json -Depth 4 | Set-Content (Join-Path $TestDrive 'auth.json')
        Push-Location $TestDrive
        try {
            (Get-DiffahImage "${app}:v1" -AuthFile auth.json @plain).Digest | Should -Be $v1.ManifestDigest
            $env:REGISTRY_AUTH_FILE = 'auth.json'
            (Get-DiffahImage "${app}:v1" @plain).Digest | Should -Be $v1.ManifestDigest
            Get-DiffahImage "${app}:v1" -NoCredential @plain -ErrorAction SilentlyContinue -ErrorVariable problems
            Assert-DiffahError $problems[0] RegistryAuthentication GetDiffahImage AuthenticationError
        }
        finally {
            $env:REGISTRY_AUTH_FILE = $null
            Pop-Location
        }
    }

    It 'keeps out <Who>, and says which option helps' -ForEach @(@{ Who = 'nobody' }, @{ Who = 'a wrong password' }) {
        $options = $Who -eq 'nobody' ? @{} : @{ Credential = $wrong }
        Get-DiffahImage "${app}:v1" @options @plain -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] RegistryAuthentication GetDiffahImage AuthenticationError
        $problems[0].ErrorDetails.RecommendedAction | Should -Match 'Credential'
        Copy-DiffahImage $v1.Reference "${app}:new" @options @plain `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] RegistryAuthentication CopyDiffahImage AuthenticationError
    }

    It 'keeps out a token that it did not give' {
        Get-DiffahImage "${app}:v1" -RegistryToken (ConvertTo-SecureString 'wrong-pass-2' -AsPlainText -Force) @plain `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] RegistryAuthentication GetDiffahImage AuthenticationError
    }

    It 'is told the password, and nobody else is' {
        $Error.Clear()
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'secrets')).FullName
        $said = & {
            foreach ($credential in $good, $wrong) {
                # With -Debug alone PowerShell asks at every warning.
                $options = $plain +
                    @{ Credential = $credential
                        Verbose = $true; Debug = $true; ErrorAction = 'Continue'; WarningAction = 'Continue' }
                Copy-DiffahImage $v1.Reference "${app}:v1" -Force @options
                Get-DiffahImage "${app}:v1" @options
                New-DiffahDelta "${app}:v1" "${app}:v2" (Join-Path $folder 'app.delta.tar') -Force @options
                Restore-DiffahImage (Join-Path $folder 'app.delta.tar') "${app}:v1" "${app}:v3" @options
                Test-DiffahEnvironment -Probe "${app}:v1" @options
            }
            Get-DiffahImage "${app}:v1" -RegistryToken $wrong.Password -Verbose -Debug @plain -ErrorAction Continue
        } *>&1
        $Error.Count | Should -BeGreaterThan 3
        $said.Where({ $_ -is [System.Management.Automation.DebugRecord] }) | Should -Not -BeNullOrEmpty
        $everything = @($said; $Error; $Error.Exception) | ForEach-Object { $_ | Format-List * -Force; "$_"; $_ |
            ConvertTo-Json -Depth 3 -WarningAction Ignore -ErrorAction Ignore } | Out-String -Width 4000
        $everything | Should -Match 'RegistryAuthentication'
        foreach ($secret in Get-TestSecret) { $everything.Contains($secret) | Should -BeFalse }
    }

    It 'completes tags for who has the password' {
        $global:DiffahTestCredential = $good
        try { Complete "Get-DiffahImage -SkipTlsVerification -Credential `$DiffahTestCredential ${app}:v1" |
            Should -Be "${app}:v1" }
        finally { Remove-Variable DiffahTestCredential -Scope Global }
        Complete "Get-DiffahImage -SkipTlsVerification ${app}:v1" |
            Where-Object { $_ -like 'docker:*' } | Should -BeNullOrEmpty
    }

    It 'is the other end of a delta within one command''s credentials' {
        $delta = New-DiffahDelta "${app}:v1" "${app}:v2" (Join-Path $TestDrive 'app.delta.tar') -Credential $good @plain
        $restored = $delta | Restore-DiffahImage `
            -Baseline "${app}:v1" -Destination "docker://$($registry.Host)/elsewhere:v2" -Credential $good @plain
        $restored.ManifestDigest | Should -Be $v2.ManifestDigest
    }
}
