using Diffah.Engine.Images;

namespace Diffah.Cli.Json;

/// <summary>What a conversion changed.</summary>
internal sealed record ConversionJson(
    string OriginalManifestDigest, string OriginalMediaType, string ManifestDigest, string MediaType, IReadOnlyList<ConvertedLayerJson> Layers)
{
    public static ConversionJson? Of(ImageConversion? conversion) => conversion is null ? null : new(
        conversion.OriginalManifestDigest, conversion.OriginalMediaType, conversion.ManifestDigest, conversion.MediaType,
        [.. conversion.Layers.Select(l => new ConvertedLayerJson(l.OriginalDigest, l.OriginalMediaType, l.Digest, l.MediaType, l.Size))]);
}

/// <summary>One layer of a converted image; the size is that of the blob as written.</summary>
internal sealed record ConvertedLayerJson(string OriginalDigest, string OriginalMediaType, string Digest, string MediaType, long Size);
