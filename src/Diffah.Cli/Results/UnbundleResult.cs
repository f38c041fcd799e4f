using System.Text.Json.Serialization;
using Diffah.Engine.Operations;
using Diffah.Engine.Operations.Story;

namespace Diffah.Cli.Results;

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

/// <summary>
/// One image; the status is restored, failed or skipped, and without the first there is an error and no digest.
/// </summary>
internal sealed record UnbundledImageJson(
    string Name, string Status, string? Destination, string? ManifestDigest, ErrorJson? Error,
    ConversionJson? Conversion)
{
    public static UnbundledImageJson Of(RestoreOutcome outcome) => new(
        outcome.Name, StatusName(outcome.Status), outcome.Destination, outcome.Image?.ManifestDigest,
        outcome.Error is { } error ? ErrorJson.Of(error) : null, ConversionJson.Of(outcome.Image?.Conversion));

    public static string StatusName(string status) => status.ToLowerInvariant();
}

/// <summary>The result of <c>unbundle</c> for people. Scripts read it: a line an image, not padded.</summary>
internal static class UnbundleText
{
    public static void Write(TextWriter output, RestoredBundle bundle, TimeSpan elapsed)
    {
        foreach (var image in bundle.Images)
            WriteImage(output, image);
        output.WriteLine($"restored: {ClosingLine.Of(bundle, elapsed)}");
    }

    private static void WriteImage(TextWriter output, RestoreOutcome outcome)
    {
        var head = $"{outcome.Name} {UnbundledImageJson.StatusName(outcome.Status)}";
        output.WriteLine(outcome.Image is { } image ? $"{head} {image.Destination} ({image.ManifestDigest})" : head);
        if (outcome.Error is { } error)
            ErrorText.WriteProblem(output, error);
        ConversionText.Write(output, outcome.Image?.Conversion);
    }
}
