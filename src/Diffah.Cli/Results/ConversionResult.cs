using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Cli.Results;

/// <summary>What a conversion changed.</summary>
internal sealed record ConversionJson(
    string OriginalManifestDigest, string OriginalMediaType, string ManifestDigest, string MediaType,
    IReadOnlyList<ConvertedLayerJson> Layers)
{
    public static ConversionJson? Of(ImageConversion? conversion) => conversion is null ? null : new(
        conversion.OriginalManifestDigest, conversion.OriginalMediaType, conversion.ManifestDigest,
        conversion.MediaType,
        [.. conversion.Layers.Select(
            l => new ConvertedLayerJson(l.OriginalDigest, l.OriginalMediaType, l.Digest, l.MediaType, l.Size))]);
}

/// <summary>One layer of a converted image; the size is that of the blob as written.</summary>
internal sealed record ConvertedLayerJson(
    string OriginalDigest, string OriginalMediaType, string Digest, string MediaType, long Size);

/// <summary>What a conversion changed, for people: old to new.</summary>
internal static class ConversionText
{
    /// <summary>Writes nothing where nothing was converted.</summary>
    public static void Write(TextWriter output, ImageConversion? conversion)
    {
        if (conversion is null)
            return;
        output.WriteLine($"converted: {conversion.OriginalMediaType} -> {conversion.MediaType}");
        output.WriteLine($"manifest: {conversion.OriginalManifestDigest} -> {conversion.ManifestDigest}");
        foreach (var layer in conversion.Layers)
            output.WriteLine(
                $"layer: {layer.OriginalDigest} -> "
                    + $"{(layer.Digest == layer.OriginalDigest ? "the same" : layer.Digest)} "
                    + $"({layer.MediaType}, {Human.Size(layer.Size)})");
    }
}
