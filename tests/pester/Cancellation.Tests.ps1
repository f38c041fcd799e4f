# Every cmdlet that can keep somebody waiting, stopped while it waits for a registry that never answers.

BeforeDiscovery {
    $silent = 'docker://HOST/team/app:v1'
    $cases = @(
        @{ Cmdlet = 'New-DiffahDelta'; Parameters = @{ Baseline = $silent; Target = 'V2'; Path = 'out.tar' } }
        @{ Cmdlet = 'New-DiffahBundle'; Parameters = @{
            Pair = @{ Name = 'a'; Baseline = $silent; Target = 'V2' }
            Path = 'out.tar'
        } }
        @{ Cmdlet = 'Merge-DiffahDelta'; Parameters = @{
            Delta = 'DELTA', 'BACK'
            Path = 'merged.delta'
            Baseline = $silent
        } }
        @{ Cmdlet = 'Restore-DiffahImage'; Parameters = @{
            Path = 'DELTA'
            Baseline = $silent
            Destination = 'oci:out:v2'
        } }
        @{ Cmdlet = 'Restore-DiffahImage'; Parameters = @{
            Path = 'DELTA'
            Baseline = @{ default = $silent }
            Destination = @{ default = 'oci:out:v2' }
        } }
        @{ Cmdlet = 'Restore-DiffahImage'; Parameters = @{ Path = 'DELTA'; Baseline = 'V1'; Destination = $silent } }
        @{ Cmdlet = 'Restore-DiffahImage'
            Parameters = @{ Image = $silent; Baseline = 'V1'; Destination = 'oci:out:v2' } }
        @{ Cmdlet = 'Copy-DiffahImage'
            Parameters = @{ Source = $silent; Destination = 'oci:out:v2'; Baseline = 'V1' } }
        @{ Cmdlet = 'Copy-DiffahImage'; Parameters = @{ Source = $silent; Destination = 'oci:out:v2' } }
        @{ Cmdlet = 'Copy-DiffahImage'; Parameters = @{ Source = 'V1'; Destination = $silent } }
        @{ Cmdlet = 'Get-DiffahImage'; Parameters = @{ Reference = $silent } }
        @{ Cmdlet = 'Compare-DiffahImage'; Parameters = @{ ReferenceImage = 'V1'; DifferenceImage = $silent } }
        @{ Cmdlet = 'Export-DiffahReport'
            Parameters = @{ ReferenceImage = 'V1'; DifferenceImage = $silent; DestinationPath = 'silent.html' } }
        @{ Cmdlet = 'Export-DiffahInventory'; Parameters = @{ Path = 'silent.json'; Image = $silent } }
        @{ Cmdlet = 'Get-DiffahArchive'; Parameters = @{ Path = 'DELTA'; Baseline = $silent; Changes = $true } }
        @{ Cmdlet = 'Test-DiffahArchive'; Parameters = @{ Path = 'DELTA'; Baseline = $silent } }
        @{ Cmdlet = 'Publish-DiffahDelta'; Parameters = @{ Path = 'DELTA'; Image = $silent } }
        @{ Cmdlet = 'Find-DiffahDelta'; Parameters = @{ Image = $silent } }
        @{ Cmdlet = 'Test-DiffahEnvironment'; Parameters = @{ Probe = $silent } }
    )
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
    $delta = Join-Path $TestDrive 'v1-v2.delta.tar'
    $null = New-DiffahDelta $v1.Reference $v2.Reference $delta
    $back = Join-Path $TestDrive 'v2-v1.delta.tar'
    $null = New-DiffahDelta $v2.Reference $v1.Reference $back
    # Connections wait in its queue: it takes none of them, and so never answers.
    $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
    $listener.Start()
    $words =
        @{ HOST = "127.0.0.1:$($listener.LocalEndpoint.Port)"; V1 = $v1.Reference; V2 = $v2.Reference; DELTA = $delta
            BACK = $back }

    function Expand-Word($Value) {
        if ($Value -is [bool]) { return $Value }
        if ($Value -is [hashtable]) {
            $expanded = @{}
            foreach ($key in $Value.Keys) { $expanded[$key] = Expand-Word $Value[$key] }
            return $expanded
        }
        foreach ($word in $words.Keys) { $Value = $Value -creplace "\b$word\b", $words[$word] }
        $Value
    }
}

AfterAll { $listener.Stop() }

Describe '<Cmdlet>, waiting for a registry (<Parameters.Keys>)' -ForEach $cases {
    It 'is stopped, without an error and without a trace' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $shell = New-Session $folder
        try {
            $null =
                $shell.AddCommand($Cmdlet).AddParameters((Expand-Word $Parameters)).AddParameter('SkipTlsVerification')
            $running = $shell.BeginInvoke()
            Wait-Until { $running.IsCompleted -or $listener.Pending() }
            $running.IsCompleted | Should -BeFalse
            $shell.Stop()
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
            $shell.Streams.Error.Count | Should -Be 0
            Get-Entry $folder | Should -BeNullOrEmpty
        }
        finally {
            $shell.Dispose()
            while ($listener.Pending()) { $listener.AcceptTcpClient().Dispose() }
        }
    }
}

Describe 'Get-DiffahArchive, reading many archives' {
    It 'is stopped between two of them' {
        $shell = New-Session $TestDrive
        try {
            $null = $shell.AddScript("1..1000000 | ForEach-Object { '$delta' } | Get-DiffahArchive")
            $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
            $running = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
            Wait-Until { $output.Count -gt 0 }
            $shell.Stop()
            $running.IsCompleted | Should -BeTrue
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
            $shell.Streams.Error.Count | Should -Be 0
        }
        finally { $shell.Dispose() }
    }
}

Describe 'What is tried here' {
    It 'is every cmdlet that takes an image' {
        $takesImage = (Get-Command -Module Diffah).Where({ $_.Parameters.ContainsKey('RegistryToken') }).Name
        $takesImage | Should -Not -BeNullOrEmpty
        $tried = (Get-Content -LiteralPath $PSCommandPath -Raw |
            Select-String "Cmdlet = '([\w-]+)'" -AllMatches).Matches.ForEach({ $_.Groups[1].Value })
        $takesImage | Where-Object { $_ -notin $tried } | Should -BeNullOrEmpty
    }
}
