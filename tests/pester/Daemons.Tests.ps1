# Images of a real Docker engine, through the cmdlets.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'DaemonSupport.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $engine = Start-TestEngine (Join-Path ([IO.Path]::GetTempPath()) "diffah-engine-$PID")
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
    $before = $env:DOCKER_HOST
    $env:DOCKER_HOST = $engine.Host
}

AfterAll {
    $env:DOCKER_HOST = $before
    Stop-TestEngine $engine
}

Describe 'A Docker engine' {
    BeforeEach {
        if ($engine.Problem) { Set-ItResult -Skipped -Because $engine.Problem }
        # Names of its own for each test.
        $app = "app-$([guid]::NewGuid().ToString('n'))"
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive $app)).FullName
        $delta = Join-Path $folder 'app.delta.tar'
    }

    It 'gets an image by Copy-DiffahImage, and gives it back' {
        $copied = Copy-DiffahImage $v1.Reference "docker-daemon:${app}:v1"
        $copied.ImageId | Should -Be $v1.ConfigDigest
        Get-EngineImageId $engine "${app}:v1" | Should -Be $v1.ConfigDigest
        $null = Copy-DiffahImage "docker-daemon:${app}:v1" "docker-archive:$folder/back.tar"
        (Get-DiffahImage "docker-archive:$folder/back.tar").ConfigDigest | Should -Be $v1.ConfigDigest
    }

    It 'is updated by Restore-DiffahImage, which shows its progress' {
        $null = New-DiffahDelta $v1.Reference $v2.Reference $delta
        $null = Copy-DiffahImage $v1.Reference "docker-daemon:${app}:v1"
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddCommand('Import-Module').AddArgument((Get-ModuleUnderTest)).AddStatement().
                AddCommand('Restore-DiffahImage').AddArgument($delta).AddArgument("docker-daemon:${app}:v1").
                AddArgument("docker-daemon:${app}:v2")
            $restored = $shell.Invoke()
            $shell.HadErrors | Should -BeFalse
            $shell.Streams.Progress.Count | Should -BeGreaterThan 0
            $shell.Streams.Progress.Activity | Should -Contain 'Restoring an image'
        }
        finally { $shell.Dispose() }
        $restored.ImageId | Should -Be $v2.ConfigDigest
        Get-EngineImageId $engine "${app}:v2" | Should -Be $v2.ConfigDigest
        Get-EngineImageId $engine "${app}:v1" | Should -Be $v1.ConfigDigest
    }

    It 'moves a name to the new image' {
        $null = New-DiffahDelta $v1.Reference $v2.Reference $delta
        $null = Copy-DiffahImage $v1.Reference "docker-daemon:${app}:live"
        $null = Restore-DiffahImage $delta "docker-daemon:${app}:live" "docker-daemon:${app}:live"
        Get-EngineImageId $engine "${app}:live" | Should -Be $v2.ConfigDigest
        Get-EngineImageId $engine $v1.ConfigDigest | Should -Be $v1.ConfigDigest
    }

    It 'has what New-DiffahDelta is made of' {
        $null = Copy-DiffahImage $v1.Reference "docker-daemon:${app}:v1"
        $null = Copy-DiffahImage $v2.Reference "docker-daemon:${app}:v2"
        $null = New-DiffahDelta -Baseline "docker-daemon:${app}:v1" -Target "docker-daemon:${app}:v2" -Path $delta
        $null = Restore-DiffahImage $delta $v1.Reference "docker-archive:$folder/v2.tar"
        (Get-DiffahImage "docker-archive:$folder/v2.tar").ConfigDigest | Should -Be $v2.ConfigDigest
    }

    It 'is read by Get-DiffahImage as docker loaded it' {
        Add-EngineImage $engine $v1.Path
        $image = Get-DiffahImage "docker-daemon:$($v1.ConfigDigest)"
        $image.ConfigDigest | Should -Be $v1.ConfigDigest
        $image.Layers.DiffId | Should -Be $v1.DiffIds
    }

    It 'lacks an image: <Command>' -ForEach @(
        @{ Command = 'Get-DiffahImage'; Run = { Get-DiffahImage "docker-daemon:${app}:v9" } }
        @{ Command = 'Copy-DiffahImage'; Run = {
            Copy-DiffahImage "docker-daemon:${app}:v9" "docker-archive:$folder/out.tar" } }
        @{ Command = 'New-DiffahDelta'; Run = {
            New-DiffahDelta $v1.Reference -Target "docker-daemon:${app}:v9" -Path $delta } }
    ) {
        $images = Get-EngineImage $engine
        $problem = { & $Run -ErrorAction Stop } | Should -Throw -PassThru
        $problem.FullyQualifiedErrorId | Should -BeLike 'ImageNotFound,*'
        $problem.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $problem.Exception.Message | Should -Match "${app}:v9"
        Get-ChildItem -Force $folder | Should -BeNullOrEmpty
        Get-EngineImage $engine | Should -Be $images
    }
}

Describe 'An engine that is not there' {
    It 'is said to be unreachable' {
        $env:DOCKER_HOST = "unix://$TestDrive/none.sock"
        try { $problem = { Get-DiffahImage docker-daemon:app:v1 -ErrorAction Stop } | Should -Throw -PassThru }
        finally { $env:DOCKER_HOST = $engine.Host }
        $problem.FullyQualifiedErrorId | Should -BeLike 'DaemonUnreachable,*'
        $problem.CategoryInfo.Category | Should -Be 'ConnectionError'
    }
}
