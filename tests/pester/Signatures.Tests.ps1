# Signing and verifying, through every cmdlet that does either; and that no passphrase is ever seen.

BeforeDiscovery {
    $reserved = 'cosign://release',
        'awskms:///alias/release', 'gcpkms://projects/p', 'azurekms://vault/key', 'hashivault://release'
    # A case of the matrix: which archive with which key, and the error's id where it is not accepted.
    $matrix = @(
        @{ Archive = 'signed'; Key = 'own'; Id = $null }
        @{ Archive = 'signed'; Key = 'other'; Id = 'SignatureInvalid' }
        @{ Archive = 'changed'; Key = 'own'; Id = 'SignatureInvalid' }
        @{ Archive = 'garbled'; Key = 'own'; Id = 'SignatureInvalid' }
        @{ Archive = 'unsigned'; Key = 'own'; Id = 'SignatureMissing' }
    )
    $fixtures = 'signed.delta.tar', 'signed-boxed.delta.tar'
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
    $secret = 'a passphrase nobody may see'
    $passphrase = ConvertTo-SecureString $secret -AsPlainText -Force
    $work = (New-Item -ItemType Directory (Join-Path $TestDrive 'keys')).FullName
    $own, $other = (New-DiffahKey "$work/own.key"), (New-DiffahKey "$work/other.key")
    $boxed = New-DiffahKey "$work/boxed.key" -Passphrase $passphrase
    $keys = @{ own = $own.PublicKeyPath; other = $other.PublicKeyPath }

    foreach ($name in 'signed', 'changed', 'garbled') {
        $null = New-DiffahDelta $v1.Reference $v2.Reference "$work/$name.tar" -SigningKey $own.PrivateKeyPath
    }
    # Another archive under the signature of this one, and a signature that is none.
    $null = New-DiffahDelta $v2.Reference $v1.Reference "$work/changed.new.tar"
    Move-Item "$work/changed.new.tar" "$work/changed.tar" -Force
    Set-Content "$work/garbled.tar.sig" 'AAAA'
    $null = New-DiffahDelta $v1.Reference $v2.Reference "$work/unsigned.tar"
}

Describe 'What is worth knowing of an archive' {
    BeforeAll {
        function Get-Told([hashtable] $Parameter) {
            $null = Restore-DiffahImage @Parameter $v1.Reference "docker-archive:$TestDrive/told.tar" `
                -Force -WarningVariable told -WarningAction SilentlyContinue
            $told | ForEach-Object Message
        }
    }

    It 'is a warning where nobody signed it' {
        Get-Told @{ Path = "$work/unsigned.tar" } | Should -Be 'The archive is not signed, so nothing says who made it.'
    }

    It 'is a warning where the signature was not looked at' {
        Get-Told @{ Path = "$work/signed.tar" } | Should -BeLike 'The archive is signed, but no key was given:*'
    }

    It 'is nothing where the signature was verified' {
        Get-Told @{ Path = "$work/signed.tar"; Key = $own.PublicKeyPath } | Should -BeNullOrEmpty
    }

    It 'is shown, and -WarningAction silences it' {
        $restore =
            @{ Path = "$work/unsigned.tar"
                Baseline = $v1.Reference; Destination = "docker-archive:$TestDrive/told.tar"; Force = $true }
        @(Restore-DiffahImage @restore 3>&1 |
            Where-Object { $_ -is [System.Management.Automation.WarningRecord] }).Count | Should -Be 1
        foreach ($quiet in 'SilentlyContinue', 'Ignore') {
            Restore-DiffahImage @restore -WarningAction $quiet 3>&1 |
                Where-Object { $_ -is [System.Management.Automation.WarningRecord] } | Should -BeNullOrEmpty
        }
    }

    It 'is that layers travel whole since no patch was smaller' {
        $one, $two = (Get-Sample OciGzip v1), (Get-Sample OciGzip v2)
        $archive = New-DiffahDelta $one.Reference $two.Reference "$work/whole.tar" `
            -Key $own.PrivateKeyPath -WarningVariable told -WarningAction SilentlyContinue
        $whole = @($archive.Images.Layers | Where-Object Encoding -EQ Full)
        $told.Count | Should -Be ([int]($whole.Count -gt 0))
        foreach ($message in $told | ForEach-Object Message) {
            $message | Should -Match "^No patch was smaller than the layer for $($whole.Count) changed layer"
        }
        $archive.IsSigned | Should -BeTrue
    }
}

Describe 'Signing' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'writes a signature beside a delta and a bundle' {
        $null = New-DiffahDelta $v1.Reference $v2.Reference app.tar -SigningKey $own.PrivateKeyPath
        $null = New-DiffahBundle all.tar `
            -Pair @{ Name = 'app'; Baseline = $v1.Reference; Target = $v2.Reference } -SigningKey $own.PrivateKeyPath
        Get-Entry $folder | Should -Be 'all.tar', 'all.tar.sig', 'app.tar', 'app.tar.sig'
        'app.tar', 'all.tar' | Test-DiffahArchive -VerificationKey $own.PublicKeyPath -Quiet | Should -Be $true, $true
    }

    It 'opens a key with its passphrase, and resolves the key against the session''s location' {
        Copy-Item $boxed.PrivateKeyPath here.key
        $null =
            New-DiffahDelta $v1.Reference $v2.Reference app.tar -SigningKey ./here.key -SigningPassphrase $passphrase
        Test-DiffahArchive app.tar -Key $boxed.PublicKeyPath -Quiet | Should -BeTrue
    }

    It 'signs with the key of cosign' {
        $key, $pass = (Get-Fixture keys/test_ec_p256_enc.key),
            (ConvertTo-SecureString (Get-Content -Raw (Get-Fixture keys/test_ec_p256_enc.pass)).TrimEnd("`n") `
                -AsPlainText -Force)
        $null = New-DiffahDelta $v1.Reference $v2.Reference app.tar -SigningKey $key -SigningPassphrase $pass
        Test-DiffahArchive app.tar -VerificationKey (Get-Fixture keys/test_ec_p256.pub) -Quiet | Should -BeTrue
    }

    It 'ends the command, and writes nothing, where the key can not be used: <Case>' -ForEach @(
        @{ Case = 'a public key'; Key = { $own.PublicKeyPath }; With = $false; Id = 'KeyInvalid' }
        @{ Case = 'no passphrase'; Key = { $boxed.PrivateKeyPath }; With = $false; Id = 'KeyInvalid' }
        @{ Case = 'the wrong passphrase'; Key = { $boxed.PrivateKeyPath }; With = $true; Id = 'KeyInvalid' }
        @{ Case = 'no key at all'; Key = { $v1.Path }; With = $false; Id = 'KeyInvalid' }
    ) {
        $options = @{ SigningKey = & $Key }
        if ($With) { $options.SigningPassphrase = ConvertTo-SecureString 'not the right one' -AsPlainText -Force }
        $caught = { New-DiffahDelta $v1.Reference $v2.Reference app.tar @options } | Should -Throw -PassThru
        Assert-DiffahError $caught $Id NewDiffahDelta InvalidArgument
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'refuses a passphrase without a key, and one that is plain text' {
        Assert-DiffahError ({ New-DiffahDelta $v1.Reference $v2.Reference app.tar -SigningPassphrase $passphrase } |
            Should -Throw -PassThru) InvalidArgument NewDiffahDelta InvalidArgument
        $caught = { New-DiffahBundle app.tar -Pair @{} -SigningKey x -SigningPassphrase $secret } |
            Should -Throw -PassThru
        $caught.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
        ($caught | Format-List * -Force | Out-String) | Should -Not -Match $secret
    }

    It 'refuses to replace a signature, and -Force permits it' {
        Set-Content app.tar.sig 'precious'
        New-DiffahDelta $v1.Reference $v2.Reference app.tar `
            -SigningKey $own.PrivateKeyPath -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] DestinationExists NewDiffahDelta ResourceExists
        Get-Entry $folder | Should -Be 'app.tar.sig'
        $null = New-DiffahDelta $v1.Reference $v2.Reference app.tar -SigningKey $own.PrivateKeyPath -Force
        Test-DiffahArchive app.tar -Key $own.PublicKeyPath -Quiet | Should -BeTrue
    }
}

Describe 'Verifying' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'of the <Archive> archive with the <Key> key on restore: <Id>' -ForEach $matrix {
        $restored = Restore-DiffahImage "$work/$Archive.tar" $v1.Reference docker-archive:new.tar `
            -VerificationKey $keys[$Key] -ErrorAction SilentlyContinue -ErrorVariable problems
        if ($Id) {
            Assert-DiffahError $problems[0] $Id RestoreDiffahImage SecurityError
            Get-Entry $folder | Should -BeNullOrEmpty
        }
        else { $restored.ManifestDigest | Should -Be $v2.ManifestDigest }
    }

    It 'of the <Archive> archive with the <Key> key, as a finding: <Id>' -ForEach $matrix {
        $finding = Test-DiffahArchive "$work/$Archive.tar" -VerificationKey $keys[$Key] |
            Where-Object Check -EQ signature
        $finding.Status | Should -Be ($Id ? 'Fail' : 'Ok')
        ($Id ? $finding.Error.Id : $finding.Error) | Should -Be $Id
        Test-DiffahArchive "$work/$Archive.tar" -Key $keys[$Key] -Quiet | Should -Be (-not $Id)
    }

    It 'of a bundle refuses all its images, and writes nothing' {
        $null = New-DiffahBundle "$work/bundle.tar" -Pair @{
            Name = 'app'
            Baseline = $v1.Reference
            Target = $v2.Reference
        } -SigningKey $own.PrivateKeyPath -Force
        $images = @{ Baseline = @{ app = $v1.Reference }; Destination = @{ app = 'docker-archive:new.tar' } }
        Restore-DiffahImage "$work/bundle.tar" @images `
            -Key $other.PublicKeyPath -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] SignatureInvalid RestoreDiffahImage SecurityError
        Get-Entry $folder | Should -BeNullOrEmpty
        (Restore-DiffahImage "$work/bundle.tar" @images -Key $own.PublicKeyPath).Status | Should -Be 'Restored'
    }

    It 'accepts what the Go tool has signed: <_>' -ForEach $fixtures {
        $archive, $key = (Get-Fixture "deltas/$_"), (Get-Fixture keys/test_ec_p256.pub)
        $baseline = "oci-archive:$(Get-Fixture images/v1_oci.tar)"
        $restored = Restore-DiffahImage $archive $baseline oci-archive:new.tar -VerificationKey $key
        $restored.ManifestDigest | Should -Be (Get-DiffahArchive $archive).Images[0].TargetManifestDigest
        (Test-DiffahArchive $archive -VerificationKey $key | Where-Object Check -EQ signature).Status | Should -Be 'Ok'
        Test-DiffahArchive $archive -VerificationKey $own.PublicKeyPath -Quiet | Should -BeFalse
    }

    It 'looks at no signature where no key is given' {
        (Restore-DiffahImage "$work/garbled.tar" $v1.Reference docker-archive:new.tar).ManifestDigest |
            Should -Be $v2.ManifestDigest
        Test-DiffahArchive "$work/garbled.tar" -Quiet | Should -BeTrue
    }

    It 'ends the command where the key is none' {
        Assert-DiffahError ({ Restore-DiffahImage "$work/signed.tar" $v1.Reference dir:new -VerificationKey $v1.Path } |
            Should -Throw -PassThru) KeyInvalid RestoreDiffahImage InvalidArgument
        Assert-DiffahError ({ Test-DiffahArchive "$work/signed.tar" -VerificationKey $v1.Path } |
            Should -Throw -PassThru) KeyInvalid TestDiffahArchive InvalidArgument
        Get-Entry $folder | Should -BeNullOrEmpty
    }
}

Describe 'A key of another kind, <_>,' -ForEach $reserved {
    It 'is recognised and refused by every cmdlet that takes a key' {
        Push-Location -LiteralPath $TestDrive
        try {
            Assert-DiffahError ({ New-DiffahDelta $v1.Reference $v2.Reference reserved.tar -SigningKey $_ } |
                Should -Throw -PassThru) SigningReserved NewDiffahDelta NotImplemented
            $uri = $_
            Assert-DiffahError ({
                New-DiffahBundle reserved.tar `
                    -Pair @{ Name = 'a'; Baseline = $v1.Reference; Target = $v2.Reference } -SigningKey $uri
            } | Should -Throw -PassThru) SigningReserved NewDiffahBundle NotImplemented
            Assert-DiffahError ({
                Restore-DiffahImage "$work/signed.tar" $v1.Reference dir:reserved -VerificationKey $uri
            } | Should -Throw -PassThru) SigningReserved RestoreDiffahImage NotImplemented
            Assert-DiffahError ({ Test-DiffahArchive "$work/signed.tar" -VerificationKey $uri } |
                Should -Throw -PassThru) SigningReserved TestDiffahArchive NotImplemented
            Test-Path reserved* | Should -BeFalse
        }
        finally { Pop-Location }
    }
}

Describe 'A passphrase' {
    It 'is in no stream, no error, no object and no history' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'secrets')).FullName
        $shell = New-Session $folder
        try {
            $shell.Runspace.SessionStateProxy.SetVariable('pass', $passphrase)
            $shell.Runspace.SessionStateProxy.SetVariable('v1', $v1.Reference)
            $shell.Runspace.SessionStateProxy.SetVariable('v2', $v2.Reference)
            $settings = [System.Management.Automation.PSInvocationSettings]@{ AddToHistory = $true }
            $script = @'
$VerbosePreference = $DebugPreference = 'Continue'
New-DiffahKey app.key -Passphrase $pass
New-DiffahDelta $v1 $v2 app.tar -SigningKey app.key -SigningPassphrase $pass
New-DiffahDelta $v1 $v2 app.tar -SigningKey app.key -SigningPassphrase $pass
try { New-DiffahDelta $v1 $v2 none.tar -SigningPassphrase $pass } catch { $_ }
try { New-DiffahDelta $v1 $v2 none.tar -SigningKey app.pub -SigningPassphrase $pass } catch { $_ }
try { New-DiffahDelta $v1 $v2 none.tar -SigningKey awskms:///x -SigningPassphrase $pass -ZstdLevel 99 } catch { $_ }
Get-History
$Error
$Error.TargetObject
'@
            $output = $shell.AddScript($script).Invoke($null, $settings)
            $said = @($output) + @($shell.Streams.Verbose.ReadAll()) + @($shell.Streams.Debug.ReadAll()) +
                @($shell.Streams.Error.ReadAll()) + @($shell.Streams.Warning.ReadAll())
            $text = ($said | Format-List * -Force | Out-String) +
                ($said | ConvertTo-Json -Depth 3 -WarningAction SilentlyContinue | Out-String)
            $text | Should -Match 'app\.key'
            $text | Should -Match 'DestinationExists'
            $text | Should -Not -Match $secret
            foreach ($record in $output | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }) {
                if ($record.TargetObject -is [System.Collections.IDictionary]) {
                    $record.TargetObject.Keys | Should -Not -Contain 'SigningPassphrase'
                }
            }
        }
        finally { $shell.Dispose() }
    }
}
