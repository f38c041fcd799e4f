# Parameters across all cmdlets: the same thing has the same name, the same type, the same aliases and the same place.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Support.psm1') -Force
    Import-Module (Get-ModuleUnderTest) -Force
    $common = [System.Management.Automation.PSCmdlet]::CommonParameters +
        [System.Management.Automation.PSCmdlet]::OptionalCommonParameters
    $parameters = foreach ($command in Get-Command -Module Diffah -CommandType Cmdlet) {
        foreach ($parameter in $command.Parameters.Values.Where({ $_.Name -notin $common })) {
            [pscustomobject]@{
                Command = $command.Name
                Name = $parameter.Name
                Type = $parameter.ParameterType
                Aliases = $parameter.Aliases -join ','
                Position = ($parameter.ParameterSets.Values.Position | Select-Object -First 1)
            }
        }
    }
    # Where a command signs and verifies, Key is the one of them that it is given more often.
    function Test-Second($Parameter) {
        "$($Parameter.Command) $($Parameter.Name)" -in 'Merge-DiffahDelta VerificationKey',
            'Publish-DiffahDelta SigningKey'
    }
    # What reads takes several paths or images, and what writes takes one; of a bundle there are images by name.
    # Of an inventory there are all images of a place.
    $severalTypes = @{
        Image       = [Diffah.Engine.Images.ImageReference], [string[]]
        Path        = [string], [string[]]
        Baseline    = [Diffah.Engine.Images.ImageReference], [Diffah.Engine.Images.ImageReference[]],
            [Diffah.PowerShell.Parameters.NamedReferences]
        Destination = [Diffah.Engine.Images.ImageReference], [Diffah.PowerShell.Parameters.NamedReferences]
    }
    # The images of a copy come first; of a delta the archive does, or what it is made from. A report is
    # of an archive first.
    $severalPlaces = 'Path', 'Baseline', 'Destination', 'WorkDirectory', 'ReferenceImage', 'DifferenceImage',
        'Image'
}

Describe 'A parameter of several cmdlets' {
    It 'has one type' {
        foreach ($group in $parameters | Group-Object Name) {
            $allowed = $severalTypes.ContainsKey($group.Name) ? $severalTypes[$group.Name] : @($group.Group[0].Type)
            foreach ($one in $group.Group) {
                $one.Type | Should -BeIn $allowed -Because "$($one.Command) -$($one.Name)"
            }
        }
    }

    It 'has one place' {
        foreach ($group in $parameters | Where-Object Name -NotIn $severalPlaces | Group-Object Name) {
            @($group.Group.Position | Sort-Object -Unique).Count |
                Should -Be 1 -Because "$($group.Name) of $($group.Group.Command -join ', ')"
        }
    }

    It 'has one list of aliases, but for paths and keys' {
        # What lists takes the references of images that come through the pipeline.
        foreach ($group in $parameters | Where-Object Name -NotIn Path, Image | Where-Object { -not (Test-Second $_) } |
            Group-Object Name) {
            @($group.Group.Aliases | Sort-Object -Unique).Count |
                Should -Be 1 -Because "$($group.Name) of $($group.Group.Command -join ', ')"
        }
    }
}

Describe 'The short name of a key' {
    It 'is Key, wherever one is taken' {
        foreach ($one in $parameters | Where-Object Name -In VerificationKey, SigningKey |
            Where-Object { -not (Test-Second $_) }) {
            $one.Aliases | Should -Be 'Key' -Because $one.Command
        }
        ($parameters | Where-Object Name -In VerificationKey, SigningKey).Command |
            Sort-Object -Unique | Should -Be 'Export-DiffahReport', 'Find-DiffahDelta', 'Get-DiffahArchive',
                'Merge-DiffahDelta',
                'New-DiffahBundle', 'New-DiffahDelta', 'Publish-DiffahDelta', 'Restore-DiffahImage', 'Test-DiffahArchive'
    }
}

Describe 'A literal path' {
    It 'takes what file cmdlets emit' {
        foreach ($one in $parameters | Where-Object Name -EQ LiteralPath) {
            $one.Aliases | Should -Be 'PSPath,LP' -Because $one.Command
        }
        $file = New-DiffahConfiguration (Join-Path $TestDrive 'c[1].yaml')
        ($file | Get-DiffahConfiguration).Path | Should -Be $file.FullName
        ($file | Test-DiffahConfiguration).Path | Should -Be $file.FullName
        ([pscustomobject]@{ PSPath = "Microsoft.PowerShell.Core\FileSystem::$($file.FullName)" } |
            Get-DiffahConfiguration).Path | Should -Be $file.FullName
    }
}

Describe 'A reference that can''t be used' {
    It 'is refused by its parameter, with a way out: <Given>' -ForEach @(
        @{ Given = 'app.tar'; Fix = 'docker-archive:app.tar' }
        @{ Given = 'docker-archve:./app.tar'; Fix = 'Did you mean docker-archive:./app.tar?' }
        @{ Given = 'dokcer://host/app:v1'; Fix = 'Did you mean docker://host/app:v1?' }
        @{ Given = 'docker:host/app'; Fix = 'Did you mean docker://host/app?' }
    ) {
        $problem = { New-DiffahDelta -Baseline $Given -Target oci:x -Path y } | Should -Throw -PassThru
        $problem.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
        $problem.Exception.Message | Should -BeLike "*'Baseline'*$Fix*"
    }
}
