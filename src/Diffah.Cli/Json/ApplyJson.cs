using Diffah.Engine.Operations;

namespace Diffah.Cli.Json;

/// <summary>The data of <c>apply</c>: the images that were rebuilt.</summary>
internal sealed record ApplyJson(string Archive, IReadOnlyList<AppliedImageJson> Images)
{
    public static ApplyJson Of(RestoredImage image, string name) => new(name, [AppliedImageJson.Of(image)]);
}

/// <summary>One image that was rebuilt. Full, patch and baseline layers add up to all layers.</summary>
internal sealed record AppliedImageJson(
    string Name, string Destination, string ManifestDigest, string MediaType,
    int LayerCount, int FullLayerCount, int PatchLayerCount, int BaselineLayerCount, long ImageBytes,
    ConversionJson? Conversion, SavingsJson Savings)
{
    public static AppliedImageJson Of(RestoredImage image) => new(
        image.Name, image.Destination, image.ManifestDigest, image.MediaType,
        image.LayerCount, image.FullLayerCount, image.PatchedLayerCount, image.BaselineLayerCount, image.ImageBytes,
        ConversionJson.Of(image.Conversion), SavingsJson.Of(image.ImageBytes, image.ArchiveBytes));
}
