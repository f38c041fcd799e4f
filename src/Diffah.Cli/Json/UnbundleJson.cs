using System.Text.Json.Serialization;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Json;

/// <summary>The data of <c>unbundle</c>: the archive's head, and what became of each image.</summary>
internal sealed record UnbundleJson : ArchiveHeadJson
{
    private UnbundleJson(RestoredBundle bundle, string name)
        : base(bundle.Archive, bundle.ImageBytes, name) => Images = [.. bundle.Images.Select(UnbundledImageJson.Of)];

    [JsonPropertyOrder(1)]
    public IReadOnlyList<UnbundledImageJson> Images { get; }

    /// <param name="bundle">What became of the bundle.</param>
    /// <param name="name">The archive, as the command named it.</param>
    public static UnbundleJson Of(RestoredBundle bundle, string name) => new(bundle, name);
}

/// <summary>One image; the status is restored, failed or skipped, and without the first there is an error and no digest.</summary>
internal sealed record UnbundledImageJson(string Name, string Status, string? Destination, string? ManifestDigest, ErrorJson? Error, ConversionJson? Conversion)
{
    public static UnbundledImageJson Of(RestoreOutcome outcome) => new(
        outcome.Name, StatusName(outcome.Status), outcome.Destination, outcome.Image?.ManifestDigest,
        outcome.Error is { } error ? ErrorJson.Of(error) : null, ConversionJson.Of(outcome.Image?.Conversion));

    public static string StatusName(string status) => status.ToLowerInvariant();
}
