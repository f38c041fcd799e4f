BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $secret = 'a passphrase nobody may see'
    $passphrase = ConvertTo-SecureString $secret -AsPlainText -Force
}

Describe 'New-DiffahKey' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'writes both keys, and gives where they are' {
        $keys = New-DiffahKey release.key
        $keys | Should -BeOfType ([Diffah.Engine.Operations.CreatedKeyPair])
        $keys.PrivateKeyPath | Should -Be (Join-Path $folder 'release.key')
        $keys.PublicKeyPath | Should -Be (Join-Path $folder 'release.pub')
        $keys.Algorithm | Should -Be 'ECDSA P-256'
        $keys.IsEncrypted | Should -BeFalse
        Get-Entry $folder | Should -Be 'release.key', 'release.pub'
    }

    It 'writes keys that .NET reads, one of the other, with the fingerprint that was told' {
        $keys = New-DiffahKey ./one.key -PublicKeyPath ./one.public.pem
        $private,
            $public = [System.Security.Cryptography.ECDsa]::Create(), [System.Security.Cryptography.ECDsa]::Create()
        $private.ImportFromPem((Get-Content -Raw one.key))
        $public.ImportFromPem((Get-Content -Raw one.public.pem))
        $data = [byte[]](1..64)
        $public.VerifyData($data, $private.SignData($data, 'SHA256'), 'SHA256') | Should -BeTrue
        $hash = [System.Security.Cryptography.SHA256]::HashData($public.ExportSubjectPublicKeyInfo())
        $keys.PublicKeyFingerprint | Should -Be ('sha256:' + [Convert]::ToHexString($hash).ToLowerInvariant())
    }

    It 'keeps the private key from others' -Skip:$IsWindows {
        $null = New-DiffahKey release.key
        [System.IO.File]::GetUnixFileMode("$folder/release.key") |
            Should -Be ([System.IO.UnixFileMode]'UserRead, UserWrite')
    }

    It 'keeps the private key with a passphrase, as cosign does' {
        (New-DiffahKey boxed.key -Passphrase $passphrase).IsEncrypted | Should -BeTrue
        $text = Get-Content -Raw boxed.key
        $text | Should -Match 'BEGIN ENCRYPTED (SIGSTORE|COSIGN) PRIVATE KEY'
        $box = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String(($text -replace '-----[^-]+-----|\s'))) |
            ConvertFrom-Json
        $box.kdf.name | Should -Be 'scrypt'
        $box.cipher.name | Should -Be 'nacl/secretbox'
    }

    It 'takes rows by property name, a pair of keys a row' {
        $rows = "Path,PublicKeyPath`na.key,a.public.pub`nb.key,b.public.pub" | ConvertFrom-Csv
        ($rows | New-DiffahKey).PublicKeyFingerprint | Sort-Object -Unique | Should -HaveCount 2
        Get-Entry $folder | Should -Be 'a.key', 'a.public.pub', 'b.key', 'b.public.pub'
    }

    It 'writes nothing with -WhatIf' {
        New-DiffahKey release.key -WhatIf | Should -BeNullOrEmpty
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'ends after the first pair with Select-Object -First 1' {
        $rows = "Path`na.key`nb.key" | ConvertFrom-Csv
        ($rows | New-DiffahKey | Select-Object -First 1).PrivateKeyPath | Should -Be (Join-Path $folder 'a.key')
        Get-Entry $folder | Should -Be 'a.key', 'a.pub'
    }

    It 'refuses to replace <File>, writes neither, and -Force permits it' `
        -ForEach @(@{ File = 'release.key' }, @{ File = 'release.pub' }) {
        Set-Content -LiteralPath $File -Value 'precious'
        New-DiffahKey release.key -ErrorAction SilentlyContinue -ErrorVariable problems | Should -BeNullOrEmpty
        Assert-DiffahError $problems[0] DestinationExists NewDiffahKey ResourceExists
        $problems[0].TargetObject | Should -Be 'release.key'
        Get-Content -LiteralPath $File | Should -Be 'precious'
        Get-Entry $folder | Should -Be $File
        $null = New-DiffahKey release.key -Force
        Get-Entry $folder | Should -Be 'release.key', 'release.pub'
    }

    It 'makes a folder that is missing' {
        (New-DiffahKey none/release.key).PrivateKeyPath | Should -Exist
    }

    It 'says that a file is where a folder should be' {
        Set-Content in-the-way ''
        New-DiffahKey in-the-way/release.key -ErrorAction SilentlyContinue -ErrorVariable problems
        Assert-DiffahError $problems[0] FileNotFound NewDiffahKey ObjectNotFound
    }

    It 'refuses a passphrase that is plain text, and does not repeat it' {
        $caught = { New-DiffahKey release.key -Passphrase $secret } | Should -Throw -PassThru
        $caught.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
        ($caught | Format-List * -Force | Out-String) | Should -Not -Match $secret
        Get-Entry $folder | Should -BeNullOrEmpty
    }
}
