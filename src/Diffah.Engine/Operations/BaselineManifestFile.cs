using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Making;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations;

/// <summary>Reads a baseline of which nothing but the manifest is left.</summary>
internal static class BaselineManifestFile
{
    /// <exception cref="DiffahException">FileNotFound, InvalidArgument (an index), InvalidManifest, InvalidDigest, SizeMismatch.</exception>
    public static async Task<DeltaBaseline> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await ReadBytesAsync(path, cancellationToken);
        try
        {
            var mediaType = ImageManifest.DetectMediaType(bytes, null);
            if (MediaTypes.IsIndex(mediaType))
                throw new DiffahException(DiffahErrors.InvalidArgument, $"'{path}' is an index of several images ({mediaType}), not the manifest of one.",
                    "Give the manifest of the baseline image itself: one that the index lists.");
            return new DeltaBaseline(ImageManifest.Parse(new RawManifest(bytes, mediaType)), Path.GetFileName(path));
        }
        catch (DiffahException e) when (e.Error == DiffahErrors.InvalidManifest || e.Error == DiffahErrors.InvalidDigest)
        {
            throw new DiffahException(e.Error, $"'{path}' is not the manifest of an image: {e.Message}", "Give the manifest as it was stored, for example what skopeo inspect --raw wrote.", e);
        }
    }

    private static async Task<byte[]> ReadBytesAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            throw new DiffahException(DiffahErrors.FileNotFound, $"The manifest file '{path}' does not exist.");
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous);
        return await file.ReadBoundedAsync(RawManifest.MaximumSize, $"'{path}'", cancellationToken);
    }
}
