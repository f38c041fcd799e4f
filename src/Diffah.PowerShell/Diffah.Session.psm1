# Runs before the module's assembly is loaded. .NET loads an assembly of a name once in a process: another build of
# Diffah would be imported in name, and the old one would run.

$loaded =
    [System.AppDomain]::CurrentDomain.GetAssemblies().Where({
        $_.GetName().Name -in 'Diffah.PowerShell', 'Diffah.Engine' -and -not $_.IsDynamic
    })

foreach ($assembly in $loaded) {
    $file = [System.IO.Path]::Combine($PSScriptRoot, "$($assembly.GetName().Name).dll")
    $stream = [System.IO.File]::OpenRead($file)
    try {
        $reader =
            [System.Reflection.Metadata.PEReaderExtensions]::GetMetadataReader(
                [System.Reflection.PortableExecutable.PEReader]::new($stream))
        $build = $reader.GetGuid($reader.GetModuleDefinition().Mvid)
    }
    finally {
        $stream.Dispose()
    }
    if ($build -ne $assembly.ManifestModule.ModuleVersionId) {
        throw "This session has loaded another build of Diffah, from '$([System.IO.Path]::GetDirectoryName($assembly.Location))', and .NET keeps it until the process ends. " +
            "Start a new PowerShell session to use the build in '$PSScriptRoot'."
    }
}

# Not by the manifest, which would read the types before this runs, and report a conflict of every one of them. The same
# build in another folder brings the same types.
if (-not (Get-TypeData -TypeName Diffah.Engine.Deltas.Reports.DeltaArchive)) {
    Update-TypeData -PrependPath ([System.IO.Path]::Combine($PSScriptRoot, 'Diffah.types.ps1xml'))
}

Export-ModuleMember
