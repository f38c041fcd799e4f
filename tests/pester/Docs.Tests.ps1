# What the pages tell people to type into PowerShell works. Blocks of a page run in order, in one folder.

BeforeDiscovery {
    $root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).ProviderPath
    $pages = @(Join-Path $root 'README.md') +
        @(Get-ChildItem (Join-Path $root "docs") -Filter *.md -Recurse | ForEach-Object FullName) |
        Where-Object { (Get-Content -Raw $_) -match '(?m)^```powershell' } |
        ForEach-Object { @{ Page = [IO.Path]::GetRelativePath($root, $_); FullName = $_ } }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'RegistrySupport.psm1') -Force
    Import-Module (Join-Path $PSScriptRoot 'DaemonSupport.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $engine = Start-TestEngine (Join-Path ([IO.Path]::GetTempPath()) "diffah-docs-engine-$PID")
    $registries = @{}
    foreach ($name in 'far.example', 'near.example') {
        $registries[$name] = Start-TestRegistry (Join-Path $TestDrive $name)
    }

    # The ```powershell blocks of a page, without those under a mark that says why they are not run.
    function Get-RunnableBlock([string] $Page) {
        $fence = '(?ms)^(?<mark><!-- not run:[^\n]*-->\n)?```powershell\n(?<script>.*?)^```'
        [regex]::Matches((Get-Content -Raw $Page), $fence) |
            Where-Object { -not $_.Groups['mark'].Success } | ForEach-Object { $_.Groups['script'].Value }
    }

    # The commands with real registries in place of those that the pages name; ends the test as skipped where there are
    # none, or no Docker engine.
    filter Use-TestRegistry {
        $text = $_
        if ($engine.Problem -and $text.Contains('docker-daemon:')) {
            Set-ItResult -Skipped -Because $engine.Problem
        }
        foreach ($name in $registries.Keys | Where-Object { $text.Contains($_) }) {
            if (-not $registries[$name]) { Set-ItResult -Skipped -Because 'docker-registry is not installed' }
            $text = $text.Replace($name, $registries[$name].Host)
        }
        $text
    }

    # A folder with the images that the pages name.
    function New-DocsFolder {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        New-ReadmeImage $folder
        $folder
    }
}

AfterAll {
    Stop-TestEngine $engine
    $registries.Values | ForEach-Object { Stop-TestRegistry $_ }
}

Describe 'Commands of <Page>' -ForEach $pages {
    It 'work' {
        $before, $engineBefore = $env:HOME, $env:DOCKER_HOST
        $env:DOCKER_HOST = $engine.Host
        Push-Location (New-DocsFolder)
        $env:HOME = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        # The registries of the pages are plain HTTP here.
        $PSDefaultParameterValues = @{ '*-Diffah*:SkipTlsVerification' = $true }
        try {
            foreach ($block in Get-RunnableBlock $FullName | Use-TestRegistry) {
                $ErrorActionPreference = 'Stop'
                try { . ([scriptblock]::Create($block)) | Out-Null }
                catch { throw "$block`n$_" }
            }
        }
        finally {
            Pop-Location
            $env:HOME, $env:DOCKER_HOST = $before, $engineBefore
        }
    }
}

Describe 'README.md' {
    It 'shows each cmdlet in a command that is run' {
        # What needs a registry is run by a page of its own, so that the README works without one.
        $pages = 'README.md', 'docs/publishing.md'
        $run = ($pages | ForEach-Object { Get-RunnableBlock (Get-RepositoryPath $_) }) -join "`n"
        foreach ($cmdlet in (Import-PowerShellDataFile (Get-ModuleUnderTest)).CmdletsToExport) {
            $run | Should -Match "\b$cmdlet\b"
        }
    }

    It 'names the version that was built' {
        $version = (Import-PowerShellDataFile (Get-ModuleUnderTest)).ModuleVersion
        Get-Content -Raw (Get-RepositoryPath 'README.md') |
            Should -Match ([regex]::Escape("Import-Module ../Diffah/$version/Diffah.psd1"))
        sh (Get-RepositoryPath 'build/demo-end.sh') |
            Should -Contain "  PS> Import-Module ../Diffah/$version/Diffah.psd1"
    }
}

Describe 'The recipe <Page>' -ForEach @($pages | Where-Object Page -Match 'recipes') {
    It 'is run, all of it' { @(Get-RunnableBlock $FullName).Count |
        Should -Be ([regex]::Matches((Get-Content -Raw $FullName), '(?m)^```powershell').Count) }
}

Describe 'The recipes' {
    It 'all say how it goes in PowerShell' -ForEach @(@{ Recipes = @($pages.Page) -match 'recipes' }) {
        $Recipes.Count | Should -Be @(Get-ChildItem (Get-RepositoryPath 'docs/recipes') -Filter *.md).Count
    }
}
