using Diffah.Cli.Json;
using Diffah.Engine.Operations;
using Diffah.Engine.Operations.Story;

namespace Diffah.Cli.Rendering;

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
