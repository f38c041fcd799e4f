using Diffah.Engine.Operations;
using Diffah.Engine.Operations.Story;

namespace Diffah.Cli.Rendering;

/// <summary>The result of <c>copy</c> for people.</summary>
internal static class CopyText
{
    public static void Write(TextWriter output, CopiedImage image, TimeSpan elapsed)
    {
        output.WriteLine($"digest: {image.Digest} ({image.MediaType})");
        output.WriteLine($"images: {image.ImageCount} ({string.Join(", ", image.Platforms)})");
        output.WriteLine($"layers: {image.LayerCount}");
        ConversionText.Write(output, image.Conversion);
        output.WriteLine($"wrote {image.Destination}: {ClosingLine.Of(image, elapsed)}");
    }
}
