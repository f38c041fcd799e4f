using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Operations;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Comparison;

/// <summary>What a comparison found.</summary>
internal sealed record Found(ImageComparison Comparison, IReadOnlyList<ImageDifference> Differences)
{
    /// <summary>Each difference in one line, for tests to compare.</summary>
    public IReadOnlyList<string> Lines => [.. Differences.Select(d => d.ToString())];
}

/// <summary>Compares images in memory, as the operation does it.</summary>
internal static class ComparisonBench
{
    /// <summary>Each class alone.</summary>
    public static IEnumerable<IgnoredDifferences> Classes =>
        Enum.GetValues<IgnoredDifferences>().Where(c => System.Numerics.BitOperations.IsPow2((int)c));

    public static Task<Found> CompareAsync(
        ImageDraft reference, ImageDraft difference, ComparisonOptions? options = null) =>
        CompareAsync(reference.Build(), difference.Build(), options);

    public static async Task<Found> CompareAsync(
        MemoryImage reference, MemoryImage difference, ComparisonOptions? options = null)
    {
        var transport = new InMemoryTransport();
        var request = new CompareImagesRequest
        {
            ReferenceImage = transport.Put("reference", reference),
            DifferenceImage = transport.Put("difference", difference),
            Options = options ?? new(),
        };
        return await CompareAsync(transport, request);
    }

    public static async Task<Found> CompareAsync(
        ITransportCatalog transports, CompareImagesRequest request, EventSink? events = null,
        CancellationToken cancellationToken = default)
    {
        var differences = new List<ImageDifference>();
        var comparison = await new CompareImages(transports).RunAsync(
            request, differences.Add, events ?? EventSink.None, cancellationToken);
        Assert.Equal(differences.Count, comparison.DifferenceCount);
        return new Found(comparison, differences);
    }

    /// <summary>
    /// Fails unless a strict comparison finds just these lines, both ways around; the classes that hide them all do so,
    /// and no other class hides any.
    /// </summary>
    public static async Task<Found> AssertFindsAsync(
        ImageDraft reference, ImageDraft difference, IgnoredDifferences hiddenBy, params string[] lines)
    {
        var strict = await CompareAsync(reference, difference);
        Assert.Equal(lines, strict.Lines);
        Assert.Equal(lines.Order(), (await CompareAsync(difference, reference)).Lines.Order());
        foreach (var one in Classes)
        {
            var ignoring = await CompareAsync(reference, difference, new() { Ignore = one });
            Assert.Equal((hiddenBy & one) != 0 ? [] : lines, ignoring.Lines);
        }
        return strict;
    }
}
