BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $v1, $v2 = (Get-Sample DockerArchive v1), (Get-Sample DockerArchive v2)
    $delta = Join-Path $TestDrive 'app.delta.tar'
    $archive = New-DiffahDelta $v1.Reference $v2.Reference $delta
}

Describe 'Export-DiffahReport' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Push-Location -LiteralPath $folder
    }

    AfterEach { Pop-Location }

    It 'writes a page of a delta, and gives where it is' {
        $report = Export-DiffahReport $delta app.html
        $report | Should -BeOfType ([Diffah.Engine.Operations.ExportedReport])
        $report.Path | Should -Be (Join-Path $folder 'app.html')
        $report.Format | Should -Be 'Html'
        $report.Source | Should -Be $delta
        $report.Bytes | Should -Be (Get-Item app.html).Length
        $page = Get-Content -Raw app.html
        $page | Should -Match '^<!DOCTYPE html>'
        $page | Should -Match ([regex]::Escape($archive.Images[0].TargetManifestDigest))
        $page | Should -Not -Match '<script|https?:|src='
        Get-Entry $folder | Should -Be 'app.html'
    }

    It 'writes Markdown where the name says so, or -Format' {
        (Export-DiffahReport $delta ./notes.md -Title 'App 2').Format | Should -Be 'Markdown'
        (Get-Content ./notes.md)[0] | Should -Be '# App 2'
        (Export-DiffahReport $delta ./notes.txt -Format Markdown).Format | Should -Be 'Markdown'
    }

    It 'says what a delta changes of its baseline' {
        $null = Export-DiffahReport $delta ./app.md -Baseline $v1.Reference
        $notes = Get-Content -Raw ./app.md
        $notes | Should -Match '## Packages'
        $notes | Should -Match '## Files that changed'
        $null = Export-DiffahReport $delta ./plain.md
        Get-Content -Raw ./plain.md | Should -Not -Match '## Packages'
    }

    It 'says how two images differ' {
        $report = Export-DiffahReport -ReferenceImage $v1.Reference -DifferenceImage $v2.Reference `
            -DestinationPath ./changes.html -Semantic
        $report.Source | Should -Be "$($v1.Reference) ≠ $($v2.Reference)"
        Get-Content -Raw ./changes.html | Should -Match '<h2>Files that changed</h2>'
    }

    It 'takes archives from the pipeline, each with a page of its own' {
        $null = New-DiffahDelta $v1.Reference $v1.Reference ./same.delta.tar
        Copy-Item -LiteralPath $delta ./other.delta.tar
        $reports = Get-ChildItem *.delta.tar | Export-DiffahReport -DestinationPath { "./pages/$($_.BaseName).html" }
        $reports.Path | Split-Path -Leaf | Should -Be 'other.delta.html', 'same.delta.html'
        (Get-DiffahArchive ./same.delta.tar | Export-DiffahReport -DestinationPath ./of-object.md).Format |
            Should -Be 'Markdown'
    }

    It 'writes nothing with -WhatIf' {
        Export-DiffahReport $delta ./app.html -WhatIf | Should -BeNullOrEmpty
        Get-Entry $folder | Should -BeNullOrEmpty
    }

    It 'replaces a report with -Force alone' {
        $null = Export-DiffahReport $delta ./app.html
        Export-DiffahReport $delta ./app.html -ErrorAction SilentlyContinue -ErrorVariable problem |
            Should -BeNullOrEmpty
        Assert-DiffahError $problem[0] 'DestinationExists' 'ExportDiffahReport' 'ResourceExists'
        (Export-DiffahReport $delta ./app.html -Force).Bytes | Should -BeGreaterThan 0
    }

    It 'says of a signature what was looked at' {
        $keys = New-DiffahKey ./a.key
        $other = New-DiffahKey ./b.key
        $null = New-DiffahDelta $v1.Reference $v2.Reference ./signed.delta.tar -SigningKey ./a.key
        $null = Export-DiffahReport ./signed.delta.tar ./a.html
        Get-Content -Raw ./a.html | Should -Match 'Signed, not verified'
        $null = Export-DiffahReport ./signed.delta.tar ./b.html -VerificationKey $keys.PublicKeyPath
        Get-Content -Raw ./b.html | Should -Match 'Signed, and verified'
        Export-DiffahReport ./signed.delta.tar ./c.html -VerificationKey $other.PublicKeyPath `
            -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'SignatureInvalid,*'
        './c.html' | Should -Not -Exist
    }

    It 'refuses several archives for one report' {
        Copy-Item -LiteralPath $delta ./a.delta.tar
        Copy-Item -LiteralPath $delta ./b.delta.tar
        Export-DiffahReport ./*.delta.tar ./app.html -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        $problem[0].Exception.Message | Should -Match 'A report is of one archive'
    }

    It 'asks for a language where the name says none' {
        Export-DiffahReport $delta ./app.pdf -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        $problem[0].ErrorDetails.RecommendedAction | Should -Match '-Format'
    }
}
