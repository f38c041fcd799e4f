[Diagnostics.CodeAnalysis.SuppressMessage('PSAvoidGlobalVars',
    '', Justification = 'A command line that is being completed sees global variables alone.')]
param()

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'images')).FullName
    foreach ($name in 'app.tar', 'my app.tar', 'notes.txt', 'a[1].delta.tar', 'old.delta.tar.zst', 'release.key',
        'release.pub', 'team key.pem', 'pairs.json') { Set-Content -LiteralPath (Join-Path $folder $name) -Value '' }
    $null = New-Item -ItemType Directory (Join-Path $folder 'layout')
    Push-Location -LiteralPath $folder
    function Complete([string] $Line) {
        (TabExpansion2 $Line $Line.Length).CompletionMatches | ForEach-Object CompletionText
    }
}

AfterAll { Pop-Location }

Describe 'Completion of classes of differences' {
    It 'offers them' {
        Complete 'Compare-DiffahImage oci:a oci:b -Ignore ti' | Should -Be 'Timestamp'
        Complete 'Compare-DiffahImage oci:a oci:b -Ignore Timestamp, file' | Should -Be 'FileMode', 'FileOrder'
        Complete 'Compare-DiffahImage oci:a oci:b -Ignore History,x' | Should -Be 'Xattr'
    }
}

Describe 'Completion of image references' {
    It 'begins with the transports' {
        Complete 'New-DiffahDelta -Baseline ' |
            Should -Be 'docker-archive:', 'oci-archive:', 'oci:', 'dir:', 'docker://', 'docker-daemon:',
                'containers-storage:', 'containerd:'
        Complete 'New-DiffahDelta -Baseline do' | Should -Be 'docker-archive:', 'docker://', 'docker-daemon:'
        Complete 'Copy-DiffahImage -Source docker:' | Should -Be 'docker://'
        Complete 'Compare-DiffahImage oci:x docker-a' | Should -Be 'docker-archive:'
        Complete 'Compare-DiffahImage -ReferenceImage di' | Should -Be 'dir:'
        Complete 'Get-DiffahImage docker:/' | Should -Be 'docker://'
        Complete 'New-DiffahDelta -Target oci' | Should -Be 'oci-archive:', 'oci:'
        Complete 'Restore-DiffahImage x.tar -Destination di' | Should -Be 'dir:'
        Complete 'Restore-DiffahImage -Image docker://h/a:v1 -Baseline di' | Should -Be 'dir:'
        Complete 'Copy-DiffahImage docker://h/a:v1 oci:x -Baseline di' | Should -Be 'dir:'
        Complete 'Restore-DiffahImage x.tar -AdditionalBaseline oci:x, docker-a' | Should -Be 'docker-archive:'
        Complete 'Test-DiffahArchive x.tar -AdditionalBaseline di' | Should -Be 'dir:'
    }

    It 'works by position, too' { Complete 'New-DiffahDelta oci:x docker-a' | Should -Be 'docker-archive:' }

    It 'goes on with files and folders of the session''s location' {
        Complete 'New-DiffahDelta -Baseline docker-archive:app' | Should -Be 'docker-archive:app.tar'
        Complete 'New-DiffahDelta -Baseline docker-archive:./l' | Should -Be 'docker-archive:./layout'
    }

    It 'follows Set-Location' {
        Push-Location ..
        try { Complete 'New-DiffahDelta -Baseline oci-archive:images/ap' | Should -Be 'oci-archive:images/app.tar' }
        finally { Pop-Location }
    }

    It 'completes absolute paths' {
        Complete "New-DiffahDelta -Baseline docker-archive:$folder/ap" | Should -Be "docker-archive:$folder/app.tar"
    }

    It 'quotes names with spaces and brackets' {
        Complete 'New-DiffahDelta -Baseline docker-archive:my' | Should -Be "'docker-archive:my app.tar'"
        Complete 'New-DiffahDelta -Baseline docker-archive:a[' | Should -Be "'docker-archive:a[1].delta.tar'"
    }

    It 'understands an open quote' {
        Complete "New-DiffahDelta -Baseline 'docker-archive:my a" | Should -Be "'docker-archive:my app.tar'"
    }

    It 'offers folders alone where the transport is of folders' {
        Complete 'New-DiffahDelta -Baseline oci:' | Should -Be 'oci:layout'
        Complete 'New-DiffahDelta -Baseline dir:' | Should -Be 'dir:layout'
    }
}

Describe 'Completion of the images in an archive or a layout' {
    BeforeAll {
        $docker, $one, $two = (Get-Sample DockerArchive v1), (Get-Sample OciGzip v1), (Get-Sample OciGzip v2)
        $null = Copy-DiffahImage $docker.Reference docker-archive:named.tar:team/app:v1
        $null = Copy-DiffahImage $one.Reference oci:many:v1
        $null = Copy-DiffahImage $two.Reference oci:many:nightly
        $null = Copy-DiffahImage $one.Reference oci-archive:many.tar:v1
        $null = Copy-DiffahImage $docker.Reference 'docker-archive:my named.tar:app:v1'
        $before = (Get-ChildItem -Recurse).FullName
    }

    It 'offers the names after the path''s colon' {
        Complete 'New-DiffahDelta -Baseline docker-archive:./named.tar:' |
            Should -Be 'docker-archive:./named.tar:docker.io/team/app:v1'
        Complete 'Copy-DiffahImage oci:./many:' | Should -Be 'oci:./many:v1', 'oci:./many:nightly'
        Complete 'Copy-DiffahImage oci:many:NI' | Should -Be 'oci:many:nightly'
        Complete 'Get-DiffahImage oci-archive:many.tar:' | Should -Be 'oci-archive:many.tar:v1'
        Complete "Get-DiffahImage docker-archive:$folder/named.tar:docker.io/team/app:" |
            Should -Be "docker-archive:$folder/named.tar:docker.io/team/app:v1"
    }

    It 'quotes where that is needed, and keeps an open quote' {
        Complete "Get-DiffahImage 'docker-archive:my named.tar:" |
            Should -Be "'docker-archive:my named.tar:docker.io/library/app:v1'"
        Complete "Get-DiffahImage 'oci:many:n" | Should -Be "'oci:many:nightly'"
    }

    It 'understands a drive of the session' {
        # Not global, a drive would be unknown where the line is completed.
        $null = New-PSDrive -Name DiffahTab -PSProvider FileSystem -Root $folder -Scope Global
        try { Complete 'Get-DiffahImage oci:DiffahTab:/many:v' | Should -Be 'oci:DiffahTab:/many:v1' }
        finally { Remove-PSDrive DiffahTab }
    }

    It 'offers nothing of <_>' -ForEach 'docker-archive:app.tar:', 'docker-archive:none.tar:',
        'oci:layout:', 'oci:none:', 'oci-archive:notes.txt:', 'dir:layout:', 'oci:many:zzz', 'nonsense:x:' {
        Complete "Get-DiffahImage $_" | Should -BeNullOrEmpty
    }

    It 'leaves nothing behind' { (Get-ChildItem -Recurse).FullName | Should -Be $before }
}

Describe 'Completion with $PSDefaultParameterValues' {
    BeforeEach { $saved = $global:PSDefaultParameterValues.Clone() }

    AfterEach {
        $global:PSDefaultParameterValues.Clear()
        foreach ($key in $saved.Keys) { $global:PSDefaultParameterValues[$key] = $saved[$key] }
    }

    It 'offers the platforms of an image that the session names, unless the line names another' {
        $global:PSDefaultParameterValues['New-Diffah*:Baseline'] = (Get-Sample OciMultiPlatform v1).Reference
        Complete 'New-DiffahDelta -Platform ' | Should -Be 'linux/amd64', 'linux/arm64'
        Complete "New-DiffahDelta -Baseline $((Get-Sample OciGzip v1).Reference) -Platform win" |
            Should -Be 'windows/amd64'
        Complete 'Copy-DiffahImage -Platform win' | Should -Be 'windows/amd64'
        $global:PSDefaultParameterValues['Disabled'] = $true
        Complete 'New-DiffahDelta -Platform win' | Should -Be 'windows/amd64'
    }

    It 'offers the images of an archive that the session names' {
        $sample = Get-Sample DockerArchive v1
        $null = 'one', 'two' | ForEach-Object {
            @{ Name = $_; Baseline = $sample.Reference; Target = $sample.Reference }
        } | New-DiffahBundle default.tar -Force
        $global:PSDefaultParameterValues['Restore-DiffahImage:Path'] = 'default.tar'
        Complete 'Restore-DiffahImage -Name ' | Should -Be 'one', 'two'
    }

    It 'runs no script block, and minds no key that is none' {
        $global:PSDefaultParameterValues['*-Diffah*:Baseline'] = { Set-Content ran.txt 'yes'; 'oci:many' }
        $global:PSDefaultParameterValues['*-Diffah*:Target'] = $null
        Complete 'New-DiffahDelta -Platform win' | Should -Be 'windows/amd64'
        'ran.txt' | Should -Not -Exist
    }
}

Describe 'Completion of other parameters' {
    It 'offers delta archives and folders, and escapes wildcards for -Path' {
        Complete 'Get-DiffahArchive -Path ' | Should -Not -Contain 'notes.txt'
        Complete 'Get-DiffahArchive -Path ol' | Should -Be 'old.delta.tar.zst'
        Complete 'Get-DiffahArchive -Path a[' | Should -Be "'a``[1``].delta.tar'"
        Complete 'Get-DiffahArchive -LiteralPath a[' | Should -Be "'a[1].delta.tar'"
    }

    It 'offers keys, private or public, and JSON files' {
        Complete 'New-DiffahDelta -SigningKey ' | Should -Be 'layout', 'release.key', "'team key.pem'"
        Complete 'Restore-DiffahImage x.tar -VerificationKey re' | Should -Be 'release.pub'
        Complete 'Test-DiffahArchive -Key te' | Should -Be "'team key.pem'"
        Complete 'New-DiffahBundle -Spec pa' | Should -Be 'pairs.json'
        Complete 'Restore-DiffahImage -BaselineSpec pa' | Should -Be 'pairs.json'
        Complete 'Restore-DiffahImage -OutputSpec pa' | Should -Be 'pairs.json'
        Complete 'New-DiffahKey -Path re' | Should -Be 'release.key'
    }

    It 'offers the names of the images in the archive, and nothing where it can not be read' {
        $sample = Get-Sample DockerArchive v1
        $null = 'api', 'web', 'worker' | ForEach-Object {
            @{ Name = $_; Baseline = $sample.Reference; Target = $sample.Reference }
        } | New-DiffahBundle all.tar -Force
        Complete 'Restore-DiffahImage all.tar -Name ' | Should -Be 'api', 'web', 'worker'
        Complete 'Restore-DiffahImage -Path al*.tar -Name w' | Should -Be 'web', 'worker'
        Complete 'Restore-DiffahImage -LiteralPath all.tar -Name api,wo' | Should -Be 'worker'
        Complete 'Restore-DiffahImage app.tar -Name w' | Should -BeNullOrEmpty
        Complete 'Restore-DiffahImage none.tar -Name w' | Should -BeNullOrEmpty
    }

    It 'offers platforms' {
        Complete 'New-DiffahDelta -Platform linux/arm6' | Should -Be 'linux/arm64'
        Complete 'Restore-DiffahImage -Platform lin' | Should -Contain 'linux/amd64'
    }

    It 'offers the platforms of the image that is named already, and the common ones where it has none' {
        $multi, $single = (Get-Sample OciMultiPlatform v1), (Get-Sample OciGzip v1)
        Complete "Copy-DiffahImage $($multi.Reference) oci:new -Platform " | Should -Be 'linux/amd64', 'linux/arm64'
        Complete "Get-DiffahImage -Reference '$($multi.Reference)' -Platform linux/ar" | Should -Be 'linux/arm64'
        Complete "Get-DiffahImage $($single.Reference) -Platform windows" | Should -Be 'windows/amd64'
        Complete 'Get-DiffahImage oci:none -Platform windows' | Should -Be 'windows/amd64'
    }

    It 'offers the modes and window logs' {
        Complete 'New-DiffahDelta -FormatVersion ' | Should -Be '1', '2'
        Complete 'New-DiffahDelta -Effort ' | Should -Be 'Compact', 'Fast', 'Full'
        Complete 'New-DiffahBundle -Effort f' | Should -Be 'Fast', 'Full'
        Complete 'New-DiffahDelta -IntraLayer ' | Should -Be 'Auto', 'Off', 'Required'
        Complete 'New-DiffahDelta -ZstdWindowLog ' | Should -Contain 'auto'
        Complete 'New-DiffahDelta -ZstdWindowLog 3' | Should -Be '30', '31'
    }
}
