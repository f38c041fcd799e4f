using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Operations.Story;

namespace Diffah.Cli.Results;

/// <summary>The data of <c>copy</c>: the image or index that was copied.</summary>
internal sealed record CopyJson(
    string Source, string Destination, string Digest, string MediaType, string? ImageId,
    IReadOnlyList<string> Platforms,
    int ImageCount, int ReferrerCount, int LayerCount,
    long CopiedBytes, long TotalBytes, ConversionJson? Conversion, SavingsJson Savings)
{
    public static CopyJson Of(CopiedImage image) => new(
        image.Source, image.Destination, image.Digest, image.MediaType, image.ImageId, image.Platforms,
        image.ImageCount, image.ReferrerCount, image.LayerCount, image.CopiedBytes, image.ImageBytes,
        ConversionJson.Of(image.Conversion),
        SavingsJson.Of(image.ImageBytes, image.CopiedBytes));
}

/// <summary>The result of <c>copy</c> for people.</summary>
internal static class CopyText
{
    public static void Write(TextWriter output, CopiedImage image, TimeSpan elapsed)
    {
        output.WriteLine($"digest: {image.Digest} ({image.MediaType})");
        StoreText.Write(output, image.Destination, image.ImageId);
        output.WriteLine($"images: {image.ImageCount} ({string.Join(", ", image.Platforms)})");
        if (image.ReferrerCount > 0)
            output.WriteLine($"referrers: {image.ReferrerCount}");
        output.WriteLine($"layers: {image.LayerCount}");
        ConversionText.Write(output, image.Conversion);
        output.WriteLine($"wrote {image.Destination}: {ClosingLine.Of(image, elapsed)}");
    }
}

/// <summary>What a daemon calls an image by, for people.</summary>
internal static class StoreText
{
    public static void Write(TextWriter output, string destination, string? imageId)
    {
        if (imageId is not null && TransportTraits.Begun(destination) is { Grammar: TransportGrammar.Image })
            output.WriteLine($"image id: {imageId}");
    }
}
