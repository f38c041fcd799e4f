# Dot-sourced by build.ps1: makes the package that would be published, and installs one.

# What a gallery wants to know of a module, from the module's own manifest.
function New-PackageSpecification([string] $Module, [string] $Path) {
    $manifest = Test-ModuleManifest -Path (Join-Path $Module 'Diffah.psd1')
    $data = $manifest.PrivateData.PSData
    $escape = { param($text) [System.Security.SecurityElement]::Escape($text) }
    # The tags that let a gallery find a module by what it brings.
    $tags = @($data.Tags) + 'PSModule', 'PSIncludes_Cmdlet' +
        ($manifest.ExportedCmdlets.Keys | Sort-Object | ForEach-Object { "PSCmdlet_$_"; "PSCommand_$_" })
    $prerelease = $data['Prerelease'] ? "-$($data['Prerelease'])" : ''
    Set-Content -LiteralPath $Path -Encoding utf8NoBOM -Value @"
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
  <metadata>
    <id>$($manifest.Name)</id>
    <version>$($manifest.Version)$prerelease</version>
    <authors>$(& $escape $manifest.Author)</authors>
    <description>$(& $escape $manifest.Description)</description>
    <copyright>$(& $escape $manifest.Copyright)</copyright>
    <license type="expression">Apache-2.0</license>
    <projectUrl>$(& $escape $manifest.ProjectUri)</projectUrl>
    <releaseNotes>$(& $escape $manifest.ReleaseNotes)</releaseNotes>
    <readme>README.md</readme>
    <tags>$(& $escape ($tags -join ' '))</tags>
  </metadata>
  <files>
    <file src="$(& $escape $Module)/**" target="" />
  </files>
</package>
"@
}

# The package that would be published, in a folder; gives its path.
function New-ModulePackage([string] $Module, [string] $Folder) {
    $help = Join-Path $Module 'en-US/Diffah.PowerShell.dll-Help.xml'
    if (-not (Test-Path -LiteralPath $help)) {
        throw "A package without help is not made: $help is missing."
    }
    $null = New-Item -ItemType Directory -Force $Folder
    $specification = Join-Path $Folder 'Diffah.nuspec'
    New-PackageSpecification $Module $specification
    try {
        # A module has no lib folder, and is no library that a project refers to.
        dotnet pack $specification --output $Folder --verbosity quiet 2>&1 |
            Where-Object { $_ -notmatch 'is not inside the .lib. folder' } | Out-Host
    }
    finally {
        Remove-Item -LiteralPath $specification
    }
    (Get-ChildItem -LiteralPath $Folder -Filter Diffah.*.nupkg |
        Sort-Object LastWriteTime | Select-Object -Last 1).FullName
}

# The engine, what it stands on, and the dotnet tool, in a folder of their own: to NuGet "diffah" and "Diffah", the
# module, are one name.
function New-LibraryPackage([string] $Folder) {
    foreach ($project in 'Diffah.Libraries', 'Diffah.Engine', 'Diffah.Cli') {
        dotnet pack "src/$project/$project.csproj" `
            --no-build --configuration $Configuration --output $Folder --verbosity quiet | Out-Host
    }
}

# SHA256SUMS of all that is in a folder, as sha256sum reads it.
function Write-Checksum([string] $Folder) {
    $lines = Get-ChildItem -LiteralPath $Folder -Recurse -File | ForEach-Object {
        '{0}  {1}' -f (Get-FileHash -LiteralPath $_.FullName -Algorithm SHA256).Hash.ToLowerInvariant(),
            [IO.Path]::GetRelativePath($Folder, $_.FullName)
    }
    Set-Content -LiteralPath (Join-Path $Folder 'SHA256SUMS') -Value $lines
}

# Installs a package into a module path, as Install-PSResource does where it is there; gives the module's folder.
function Install-ModulePackage([string] $Package, [string] $ModulePath) {
    Remove-Item -Recurse -Force $ModulePath -ErrorAction Ignore
    $null = New-Item -ItemType Directory -Force $ModulePath
    if (Get-Command Save-PSResource -ErrorAction Ignore) {
        Save-PackageWithGet $Package $ModulePath
    }
    else {
        Expand-Package $Package $ModulePath
    }
    (Get-Item (Join-Path $ModulePath 'Diffah/*')).FullName
}

function Save-PackageWithGet([string] $Package, [string] $ModulePath) {
    $name = "diffah-$PID"
    Register-PSResourceRepository -Name $name -Uri ([uri](Split-Path $Package)) -Trusted
    try {
        Save-PSResource -Name Diffah -Repository $name -Path $ModulePath -Prerelease -TrustRepository
    }
    finally {
        Unregister-PSResourceRepository -Name $name
    }
}

# A package is a zip with the module at its root, and what NuGet adds.
function Expand-Package([string] $Package, [string] $ModulePath) {
    $folder = Join-Path $ModulePath "Diffah/$Version"
    [System.IO.Compression.ZipFile]::ExtractToDirectory($Package, $folder)
    Remove-Item -Recurse -Force -LiteralPath (Join-Path $folder '_rels'),
        (Join-Path $folder 'package'), (Join-Path $folder '[Content_Types].xml'), (Join-Path $folder 'Diffah.nuspec')
}
