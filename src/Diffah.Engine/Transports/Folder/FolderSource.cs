using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Storage;

namespace Diffah.Engine.Transports.Folder;

/// <summary>An image of a folder with manifest and blobs side by side.</summary>
/// <param name="reference">Which.</param>
/// <param name="root">Its manifest.json, read or about to be put there.</param>
/// <param name="tryOpen">Opens a file of the folder by its name; gives null where there is none.</param>
internal sealed class FolderSource(ImageReference reference, RawManifest root, Func<string, Stream?> tryOpen)
    : IImageSource
{
    private readonly ConcurrentDictionary<Digest, Descriptor> _listed = new();

    /// <inheritdoc/>
    public ImageReference Reference => reference;

    /// <summary>Opens the image of a folder.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DiffahException">FileNotFound, InvalidImage, InvalidManifest.</exception>
    public static async Task<FolderSource> OpenAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        FolderFiles.RequireFolder(reference.Path!);
        var stream = FolderFiles.TryOpen(reference.Path!, FolderPaths.Manifest)
            ?? throw new DiffahException(DiffahErrors.InvalidImage,
                $"The folder '{reference.Path}' has no manifest.json, so it is no dir: image.",
                "Check the transport: a folder with an index.json is oci:.");
        var root = await ManifestReader.ReadAsync(
            stream, null, null, $"The manifest.json of '{reference.Path}'", cancellationToken);
        return new FolderSource(reference, root, name => FolderFiles.TryOpen(reference.Path!, name));
    }

    /// <inheritdoc/>
    public async Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken)
    {
        if (digest is not { } wanted || wanted == root.Digest)
            return Remember(root);
        var stream = tryOpen(FolderPaths.NestedManifest(wanted))
            ?? throw TransportErrors.BlobMissing(wanted, reference);
        return Remember(await ManifestReader.ReadAsync(
            stream, wanted, _listed.GetValueOrDefault(wanted), $"Manifest {wanted} of {reference}",
            cancellationToken));
    }

    /// <inheritdoc/>
    public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(tryOpen(FolderPaths.Blob(blob.Digest))
            ?? throw TransportErrors.BlobMissing(blob.Digest, reference));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // So that size and media type of a nested manifest are checked against what points at it.
    private RawManifest Remember(RawManifest raw)
    {
        if (!MediaTypes.IsIndex(raw.MediaType))
            return raw;
        foreach (var listed in ImageIndex.Parse(raw).Manifests)
            _listed.TryAdd(listed.Digest, listed);
        return raw;
    }
}

/// <summary>
/// The names of a dir: image's files, as containers/image writes them (its directory/directory_transport.go).
/// </summary>
internal static partial class FolderPaths
{
    public const string Manifest = "manifest.json";

    public const string Version = "version";

    public const string VersionPrefix = "Directory Transport Version: ";

    public static ReadOnlySpan<byte> VersionContent => "Directory Transport Version: 1.1\n"u8;

    public static string Blob(Digest digest) => digest.Hex;

    public static string NestedManifest(Digest digest) => $"{digest.Hex}.manifest.json";

    /// <summary>True for a name that only a dir: image's blobs, nested manifests and signatures have.</summary>
    public static bool IsContent(string name) => ContentName().IsMatch(name);

    /// <summary>Refuses a folder whose image leads elsewhere, before anything is written there.</summary>
    /// <param name="root">Absolute path of the folder, there or not.</param>
    /// <exception cref="DiffahException">DestinationExists.</exception>
    public static void RequireNoLinks(string root)
    {
        FolderFiles.RequireNoLink(Path.Combine(root, Manifest));
        FolderFiles.RequireNoLink(Path.Combine(root, Version));
    }

    /// <summary>Refuses a folder that holds an image which may not be replaced.</summary>
    /// <param name="reference">The image's place.</param>
    /// <param name="overwrite">Whether an image that is there may be replaced.</param>
    /// <exception cref="DiffahException">DestinationExists.</exception>
    public static void RequireRoom(ImageReference reference, bool overwrite)
    {
        // Without a manifest it is no image: what a run left that was killed.
        if (!overwrite && File.Exists(Path.Combine(reference.Path!, Manifest)))
            throw new DiffahException(DiffahErrors.DestinationExists, $"{reference} exists already.");
    }

    [GeneratedRegex(
        @"^(([0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})(\.manifest\.json)?|([0-9a-f]{64}\.)?signature-[0-9]{1,6})\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex ContentName();
}
