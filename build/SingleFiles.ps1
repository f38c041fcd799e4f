# Dot-sourced by build.ps1: the command line as one file that needs no .NET, for each platform, in an archive with the
# licenses.

$SingleFilePlatforms = 'linux-x64', 'linux-arm64', 'osx-arm64', 'osx-x64'

# Native code for linux-x64; the other platforms get the runtime bundled, which any machine can do for them. Without a
# compiler linux-x64 gets that too, and it is said: the file does the same and starts slower, and who has no compiler
# can still build and test everything.
function New-SingleFileArchive([string] $Platform, [string] $Folder) {
    $kind = $Platform -eq 'linux-x64' -and (Test-NativeCompiler) ? 'native' : 'bundled'
    $published = Publish-SingleFile $Platform $kind
    New-ReproducibleArchive $published (Join-Path $Folder "diffah-$Version-$Platform.tar.gz")
}

function Test-NativeCompiler {
    if ([System.Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier -ne 'linux-x64') {
        Write-BundledNotice 'it is compiled on linux-x64 only'
        return $false
    }
    if (-not (Get-Command clang, gcc -CommandType Application -ErrorAction Ignore)) {
        Write-BundledNotice 'there is no C compiler (clang or gcc)'
        return $false
    }
    # What keeps the compiler of .NET away is told in NuGet's own words.
    $options = Get-SingleFileOption 'linux-x64' 'native'
    if ((Invoke-Suite { dotnet restore src/Diffah.Cli/Diffah.Cli.csproj @options --verbosity quiet }) -ne 0) {
        Write-BundledNotice 'the compiler of .NET could not be restored, see above'
        return $false
    }
    $true
}

function Write-BundledNotice([string] $Reason) {
    Write-SkippedNotice "native code for linux-x64: $Reason. The file for it has the runtime bundled"
}

# Its own folder for what is built on the way, since a restore for a platform would spoil the one that everything else
# builds from.
function Get-SingleFileOption([string] $Platform, [string] $Kind) {
    '-r', $Platform, "-p:SingleFile=$Kind", '--artifacts-path', (Join-Path $Root 'out/single-files')
}

# Gives the folder of what was published.
function Publish-SingleFile([string] $Platform, [string] $Kind) {
    Write-Host "Publishing diffah for $Platform ($Kind)"
    $output = Join-Path $Root "out/single-files/$Platform"
    Remove-Item -Recurse -Force $output -ErrorAction Ignore
    $options = Get-SingleFileOption $Platform $Kind
    dotnet publish src/Diffah.Cli/Diffah.Cli.csproj -c $Configuration @options --output $output --verbosity quiet |
        Out-Host
    $output
}

# Names in order, one owner and one time, so that the same files give the same bytes. SOURCE_DATE_EPOCH is the time,
# where it is set.
function New-ReproducibleArchive([string] $Source, [string] $Path) {
    $time = [DateTimeOffset]::FromUnixTimeSeconds($env:SOURCE_DATE_EPOCH ? [long] $env:SOURCE_DATE_EPOCH : 315532800)
    $file = [System.IO.File]::Create($Path)
    $compressed = [System.IO.Compression.GZipStream]::new($file, [System.IO.Compression.CompressionLevel]::SmallestSize)
    $tar = [System.Formats.Tar.TarWriter]::new($compressed, [System.Formats.Tar.TarEntryFormat]::Ustar)
    try {
        foreach ($item in Get-ChildItem -LiteralPath $Source -File | Sort-Object Name -Culture '') {
            $entry = [System.Formats.Tar.UstarTarEntry]::new([System.Formats.Tar.TarEntryType]::RegularFile, $item.Name)
            $entry.Mode = [System.IO.UnixFileMode]($item.Name -eq 'diffah' ? 0x1ED : 0x1A4) # 0755 and 0644
            $entry.ModificationTime = $time
            $entry.DataStream = [System.IO.File]::OpenRead($item.FullName)
            try { $tar.WriteEntry($entry) } finally { $entry.DataStream.Dispose() }
        }
    }
    finally {
        $tar.Dispose()
        $compressed.Dispose()
        $file.Dispose()
    }
}
