using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Cli.Rendering;

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
            output.WriteLine($"layer: {layer.OriginalDigest} -> {(layer.Digest == layer.OriginalDigest ? "the same" : layer.Digest)} ({layer.MediaType}, {Human.Size(layer.Size)})");
    }
}
