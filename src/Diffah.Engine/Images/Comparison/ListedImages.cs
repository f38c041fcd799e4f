using System.Text.Json;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Comparison;

/// <summary>An image that an index lists.</summary>
/// <param name="Descriptor">Its descriptor.</param>
/// <param name="Document">The descriptor as it stands in the index.</param>
/// <param name="Platform">What it is listed for; null where nothing is said.</param>
/// <param name="Name">What it is called: its platform, and for an attestation what it says something of.</param>
internal sealed record ListedImage(Descriptor Descriptor, JsonElement Document, Platform? Platform, string Name);

/// <summary>The images that an index lists, those of indexes below it among them.</summary>
internal static class ListedImages
{
    private const int MaximumCount = 4096;

    /// <summary>Reads an index.</summary>
    /// <param name="source">Where it is.</param>
    /// <param name="root">The index.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="Diagnostics.DiffahException">InvalidManifest, and what the source throws.</exception>
    public static async Task<IReadOnlyList<ListedImage>> ReadAsync(
        IImageSource source, RawManifest root, CancellationToken cancellationToken)
    {
        var found = new List<(Descriptor Descriptor, JsonElement Document, Platform? Platform)>();
        await VisitAsync(root, null, 0);
        var platforms = found.DistinctBy(f => f.Descriptor.Digest)
            .ToDictionary(f => f.Descriptor.Digest.ToString(), f => f.Platform);
        return [.. found.Select(f => new ListedImage(f.Descriptor, f.Document, f.Platform, Name(f, platforms)))];

        async Task VisitAsync(RawManifest index, Platform? above, int depth)
        {
            ManifestWalk.RequireDepth(depth, source.Reference);
            var documents = OciJson.Array(OciJson.ParseObject(index.Bytes, "image index"), "manifests", "image index");
            foreach (var document in documents)
            {
                var descriptor = OciJson.Descriptor(document, "image index");
                var platform = descriptor.Platform ?? above;
                if (found.Count >= MaximumCount)
                    throw OciJson.Invalid($"The index of {source.Reference} lists more than {MaximumCount} manifests.");
                if (MediaTypes.IsIndex(descriptor.MediaType))
                    await VisitAsync(
                        await source.GetManifestAsync(descriptor.Digest, cancellationToken), platform, depth + 1);
                else
                    found.Add((descriptor, document, platform));
            }
        }
    }

    private static string Name(
        (Descriptor Descriptor, JsonElement Document, Platform? Platform) listed,
        Dictionary<string, Platform?> platforms)
    {
        if (!listed.Descriptor.IsAttestation)
            return Text(listed.Platform);
        var about = listed.Descriptor.Annotations?.GetValueOrDefault("vnd.docker.reference.digest");
        return about is not null && platforms.TryGetValue(about, out var platform)
            ? $"attestation of {Text(platform)}"
            : "attestation";
    }

    private static string Text(Platform? platform) => platform?.ToString() ?? "no platform";
}
