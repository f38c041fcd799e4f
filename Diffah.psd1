@{
    RootModule           = 'Diffah.PowerShell.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '5e0d3a6c-0c1f-4a57-9a0e-6f0c9e3f7b21'
    Author               = 'The Diffah authors'
    CompanyName          = 'The Diffah authors'
    Copyright            = 'The Diffah authors. Apache-2.0.'
    Description          = 'Ships container images as deltas: one file holds only what changed, and the other side rebuilds the exact image, digest for digest, from the baseline it already has.'
    CompatiblePSEditions = @('Core')
    PowerShellVersion    = '7.6'
    NestedModules        = @('Diffah.Session.psm1')
    FormatsToProcess     = @('Diffah.format.ps1xml')
    CmdletsToExport      = @(
        'New-DiffahDelta', 'New-DiffahBundle', 'Merge-DiffahDelta', 'Restore-DiffahImage', 'Get-DiffahArchive', 'Test-DiffahArchive', 'Copy-DiffahImage', 'Get-DiffahImage', 'Compare-DiffahImage',
        'Export-DiffahReport', 'Export-DiffahInventory', 'Publish-DiffahDelta', 'Find-DiffahDelta',
        'New-DiffahKey', 'Get-DiffahConfiguration', 'New-DiffahConfiguration', 'Test-DiffahConfiguration', 'Test-DiffahEnvironment')
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    PrivateData          = @{
        PSData = @{
            Tags         = @('PSEdition_Core', 'Linux', 'MacOS', 'container', 'image', 'OCI', 'docker', 'delta', 'air-gap')
            LicenseUri   = 'https://www.apache.org/licenses/LICENSE-2.0'
            ProjectUri   = 'https://github.com/diffah/diffah'
            ReleaseNotes = 'See CHANGELOG.md.'
        }
    }
}
