using Diffah.Engine.Transports.Registry.Auth;

namespace Diffah.Engine.Transports.Registry;

/// <summary>The files of a user's machine that are read to speak to registries.</summary>
/// <param name="options">May name files.</param>
/// <param name="environment">Where the others are.</param>
internal sealed class RegistryFiles(RegistryOptions options, RegistryEnvironment environment)
{
    private static readonly EnumerationOptions WhatCanBeRead = new() { IgnoreInaccessible = true };

    /// <summary>Absolute paths of files of credentials and certificates; auth files also where there is none yet.</summary>
    public IEnumerable<string> All => new CredentialStore(options, environment).Files.Where(Path.IsPathFullyQualified).Concat(Certificates);

    private IEnumerable<string> Certificates => options.CertificateDirectory is { } given
        ? FilesIn(given)
        : environment.CertificateFolders.Where(System.IO.Directory.Exists).SelectMany(f => System.IO.Directory.EnumerateDirectories(f, "*", WhatCanBeRead)).SelectMany(FilesIn);

    private static IEnumerable<string> FilesIn(string folder) =>
        System.IO.Directory.Exists(folder) ? System.IO.Directory.EnumerateFiles(folder, "*", WhatCanBeRead) : [];
}
