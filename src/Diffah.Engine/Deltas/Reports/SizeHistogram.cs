using System.Collections.Immutable;

namespace Diffah.Engine.Deltas.Reports;

/// <summary>A class of sizes.</summary>
/// <param name="Name">Its name, one of <see cref="SizeHistogram.Buckets"/>.</param>
/// <param name="Count">Layers in it.</param>
public sealed record SizeClass(string Name, int Count)
{
    /// <summary>Name and count.</summary>
    public override string ToString() => $"{Name}: {Count}";
}

/// <summary>How many layers fall into each class of size.</summary>
/// <param name="Counts">A count for each of <see cref="Buckets"/>.</param>
public sealed record SizeHistogram(ImmutableArray<int> Counts)
{
    private static readonly long[] UpperBounds = [1L << 20, 10L << 20, 100L << 20, 1L << 30];

    /// <summary>The classes' names, smallest first.</summary>
    public static ImmutableArray<string> Buckets { get; } = ["<1MiB", "1-10MiB", "10-100MiB", "100MiB-1GiB", ">=1GiB"];

    /// <summary>The classes with their counts, smallest first.</summary>
    public ImmutableArray<SizeClass> Classes => [.. Buckets.Zip(Counts, (name, count) => new SizeClass(name, count))];

    /// <summary>Every class with its count.</summary>
    public override string ToString() => string.Join(", ", Classes);

    /// <summary>Counts sizes.</summary>
    /// <param name="sizes">Sizes in bytes.</param>
    public static SizeHistogram Of(IEnumerable<long> sizes)
    {
        var counts = new int[Buckets.Length];
        foreach (var size in sizes)
            counts[UpperBounds.Count(bound => size >= bound)]++;
        return new SizeHistogram([.. counts]);
    }
}
