using Diffah.Engine.Operations;

namespace Diffah.Cli.Json;

/// <summary>The data of <c>copy</c>: the image or index that was copied.</summary>
internal sealed record CopyJson(
    string Source, string Destination, string Digest, string MediaType, IReadOnlyList<string> Platforms,
    int ImageCount, int LayerCount, long CopiedBytes, long TotalBytes, ConversionJson? Conversion, SavingsJson Savings)
{
    public static CopyJson Of(CopiedImage image) => new(
        image.Source, image.Destination, image.Digest, image.MediaType, image.Platforms,
        image.ImageCount, image.LayerCount, image.CopiedBytes, image.ImageBytes, ConversionJson.Of(image.Conversion),
        SavingsJson.Of(image.ImageBytes, image.CopiedBytes));
}
