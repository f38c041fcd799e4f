using System.Collections.Immutable;
using System.Globalization;

namespace Diffah.Engine.Tar;

/// <summary>A run of a sparse file that is stored; what lies between runs is zeros.</summary>
/// <param name="Offset">Where it begins in the file, in bytes.</param>
/// <param name="Length">How long it is, in bytes.</param>
internal readonly record struct SparseRun(long Offset, long Length);

/// <summary>Which parts of a sparse file a tar stores (GNU tar manual, "Storing Sparse Files").</summary>
internal sealed class SparseMap
{
    /// <summary>The most runs of one file.</summary>
    public const int MaximumRuns = 1_000_000;

    private SparseMap(ImmutableArray<SparseRun> runs, long length) => (Runs, Length) = (runs, length);

    /// <summary>What is stored, in order.</summary>
    public ImmutableArray<SparseRun> Runs { get; }

    /// <summary>Size of the file, holes included, in bytes.</summary>
    public long Length { get; }

    /// <summary>Makes a map from what a header says.</summary>
    /// <param name="numbers">Offsets and lengths in turn.</param>
    /// <param name="length">Size of the file, in bytes.</param>
    /// <param name="stored">Bytes of it that the tar has.</param>
    /// <exception cref="InvalidDataException">Runs overlap, lead out of the file, or are not what is
    /// stored.</exception>
    public static SparseMap Create(IReadOnlyList<long> numbers, long length, long stored)
    {
        if (numbers.Count % 2 != 0 || length < 0)
            throw Damaged();
        var runs = ImmutableArray.CreateBuilder<SparseRun>(numbers.Count / 2);
        long end = 0, sum = 0;
        for (var i = 0; i < numbers.Count; i += 2)
        {
            var run = new SparseRun(numbers[i], numbers[i + 1]);
            if (run.Length < 0 || run.Offset < end || run.Offset > length - run.Length)
                throw Damaged();
            end = run.Offset + run.Length;
            sum += run.Length;
            if (run.Length > 0)
                runs.Add(run);
        }
        return sum == stored ? new SparseMap(runs.ToImmutable(), length) : throw Damaged();
    }

    /// <summary>Reads numbers as extended headers write them.</summary>
    /// <param name="texts">Decimal digits each.</param>
    /// <exception cref="InvalidDataException">One is no number.</exception>
    public static List<long> Numbers(IEnumerable<string> texts) =>
        [.. texts.Select(
            t => long.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : throw Damaged())];

    /// <summary>The error of a map that can't be right.</summary>
    public static InvalidDataException Damaged() => new("the map of a sparse entry can't be right");
}
