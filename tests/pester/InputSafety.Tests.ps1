BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
}

Describe 'What a cmdlet reads' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
        Copy-Item -LiteralPath $v1.Path v1.tar
        Copy-Item -LiteralPath $v2.Path v2.tar
        $null = New-DiffahKey my.key
        $null = New-DiffahDelta docker-archive:v1.tar docker-archive:v2.tar delta.tar -ZstdLevel 3 -SigningKey my.key
        Set-Content pairs.json `
            '{"pairs":[{"name":"app","baseline":"docker-archive:v1.tar","target":"docker-archive:v2.tar"}]}'
        $null = New-Item -ItemType SymbolicLink -Path link.tar -Target v1.tar
        $null = New-Item -ItemType HardLink -Path hard.tar -Target v1.tar
    }

    AfterEach { Pop-Location }

    It 'is never replaced: <Case>' -ForEach @(
        @{ Case = 'the baseline'; Script = {
            New-DiffahDelta docker-archive:v1.tar docker-archive:v2.tar v1.tar -Force -ErrorAction Stop
        } }
        @{ Case = 'the baseline by a symbolic link'; Script = {
            New-DiffahDelta docker-archive:v1.tar docker-archive:v2.tar link.tar -Force -ErrorAction Stop
        } }
        @{ Case = 'the baseline by a hard link'; Script = {
            New-DiffahDelta docker-archive:v1.tar docker-archive:v2.tar hard.tar -Force -ErrorAction Stop
        } }
        @{ Case = 'the signing key'; Script = { New-DiffahDelta docker-archive:v1.tar docker-archive:v2.tar my.key `
            -SigningKey my.key -Force -ErrorAction Stop } }
        @{ Case = 'the list of images'; Script = {
            New-DiffahBundle pairs.json -Spec pairs.json -Force -ErrorAction Stop
        } }
        @{ Case = 'the archive'; Script = {
            Restore-DiffahImage delta.tar docker-archive:v1.tar docker-archive:delta.tar -Force -ErrorAction Stop
        } }
        @{ Case = 'the signature'; Script = {
            Restore-DiffahImage delta.tar docker-archive:v1.tar docker-archive:delta.tar.sig -Force -ErrorAction Stop
        } }
        @{ Case = 'the baseline of a restore'; Script = {
            Restore-DiffahImage delta.tar docker-archive:v1.tar docker-archive:hard.tar:app:v1 -Force -ErrorAction Stop
        } }
        @{ Case = 'the public key'; Script = {
            Restore-DiffahImage delta.tar docker-archive:v1.tar docker-archive:my.pub `
                -VerificationKey my.pub -Force -ErrorAction Stop
        } }
        @{ Case = 'the source of a copy'; Script = {
            Copy-DiffahImage docker-archive:v1.tar oci-archive:link.tar -AllowConvert -Force -ErrorAction Stop
        } }
    ) {
        $before = Get-ChildItem -File | Get-FileHash
        $problem = $Script | Should -Throw -PassThru
        $problem.FullyQualifiedErrorId | Should -BeLike 'OutputIsInput,*'
        $problem.CategoryInfo.Category | Should -Be 'InvalidArgument'
        (Get-ChildItem -File | Get-FileHash).Hash | Should -Be $before.Hash
    }

    It 'lets DIFFAH_FORCE and the configuration replace what is not read, and -Force:$false win over them' {
        $env:DIFFAH_FORCE = 'true'
        try {
            { New-DiffahDelta docker-archive:v1.tar docker-archive:v2.tar delta.tar -ZstdLevel 3 -ErrorAction Stop } |
                Should -Not -Throw
            { New-DiffahDelta docker-archive:v1.tar docker-archive:v2.tar delta.tar -Force:$false -ErrorAction Stop } |
                Should -Throw -ErrorId 'DestinationExists,*'
            { New-DiffahKey my.key -ErrorAction Stop } | Should -Throw -ErrorId 'DestinationExists,*'
            (Get-DiffahConfiguration).Force | Should -BeTrue
        }
        finally { $env:DIFFAH_FORCE = $null }
    }
}
