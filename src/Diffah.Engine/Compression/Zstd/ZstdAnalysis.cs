using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Engine.Compression.Zstd.Recipes;
using Diffah.Engine.Compression.Zstd.Tokens;

namespace Diffah.Engine.Compression.Zstd;

/// <summary>
/// Makes recipes of zstd streams. Whoever ships a recipe rebuilds the stream by it first, and compares.
/// </summary>
internal sealed class ZstdAnalysis
{
    // A recipe may cost this part of the stream, and some bytes.
    private const long FreeCost = 64 * 1024;
    private const int CostPart = 4;

    // The frame by which the encoder of all is looked for is of about this much content at most.
    private const long Telling = 4 << 20;
    private const int LikelyCount = 4;
    private const int MostFailures = 4;

    // A shorter frame that no encoder makes is kept.
    private const int LongFrame = 4096;

    private readonly Stream _stream;
    private readonly StreamAt _content;
    private readonly StreamAt _source;
    private readonly FrameAnalysis _frames;
    private readonly IZstdEncoders _encoders;
    private readonly SharedReference? _reference;
    private readonly SetupBudget _setup;
    private readonly FrameList _made = new();
    private readonly int _workers;
    private readonly List<ZstdProfile> _likely = [];
    private long _cost;
    private int _failures;
    private bool _isUnknown;

    private ZstdAnalysis(
        Stream stream, Stream content, RecipeReference? reference, IZstdEncoders encoders, int workers)
    {
        (_stream, _content, _source, _workers) = (stream, new(content), new(stream), Math.Max(1, workers));
        _reference = reference is null ? null : new(reference);
        _setup = new(encoders, _content.Length);
        (_encoders, _frames) = (encoders, new(encoders, _source, _content));
    }

    /// <summary>Makes the recipe of a zstd stream.</summary>
    /// <param name="stream">The stream, which can seek; not disposed of.</param>
    /// <param name="content">Its content, which can seek; not disposed of.</param>
    /// <param name="reference">A stream that whoever follows the recipe has too; null for none.</param>
    /// <param name="workers">How many frames are compared at the same time. The recipe is the same for any
    /// number.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RecipeRefusedException">The stream has no recipe.</exception>
    public static ZstdRecipe OfZstd(
        Stream stream, Stream content, RecipeReference? reference, int workers, CancellationToken cancellationToken) =>
        OfZstd(stream, content, reference, workers, ZstdEncoders.Known, cancellationToken);

    /// <summary>Makes the recipe of a zstd stream of which all frames are known to be by encoders that nobody
    /// knows.</summary>
    /// <inheritdoc cref="OfZstd(Stream, Stream, RecipeReference?, int, CancellationToken)"/>
    public static ZstdRecipe OfUnknown(
        Stream stream, Stream content, RecipeReference? reference, int workers, CancellationToken cancellationToken) =>
        Run(new(stream, content, reference, ZstdEncoders.Known, workers) { _isUnknown = true }, cancellationToken);

    internal static ZstdRecipe OfZstd(
        Stream stream, Stream content, RecipeReference? reference, int workers, IZstdEncoders encoders,
        CancellationToken cancellationToken) =>
        Run(new(stream, content, reference, encoders, workers), cancellationToken);

    private static ZstdRecipe Run(ZstdAnalysis analysis, CancellationToken cancellationToken)
    {
        using (analysis._reference)
            return analysis.Run(cancellationToken);
    }

    private ZstdRecipe Run(CancellationToken cancellationToken)
    {
        var units = Scan(cancellationToken);
        var found = FindLikely(units, cancellationToken);
        var parts = new List<ZstdPart>(units.Count);
        foreach (var unit in units)
        {
            var part = PartOf(unit, found, cancellationToken);
            parts.Add(_setup.Take(part, unit.ContentLength) ? part : Kept(unit));
            CheckCost();
            _made.Add(unit.ContentLength, unit.Length);
        }
        if (!parts.Any(p => p is FramePart or TokensPart))
            throw DoesNotPay();
        return new(RecipeShortening.Shorten(new(parts, BorderRule.None, _content.Length, _source.Length), _content));
    }

    private List<ZstdUnit> Scan(CancellationToken cancellationToken)
    {
        using var scanner = new ZstdFrameScanner(_stream);
        var units = new List<ZstdUnit>();
        while (scanner.Next(cancellationToken) is { } unit)
        {
            units.Add(unit);
            if (units.Count > RecipeBounds.PartsOf(_content.Length))
                throw new RecipeRefusedException(
                    RecipeRefusal.TooManyMembers, "The zstd stream has more frames than a recipe can have.");
        }
        return units.Count > 0 && units[^1].Content + units[^1].ContentLength == _content.Length ? units
            : throw new RecipeRefusedException(
                RecipeRefusal.ContentDiffers, "The content is not that of the zstd stream.");
    }

    /// <summary>All frames that the encoder of a telling one makes.</summary>
    private ConcurrentDictionary<ZstdUnit, FramePart> FindLikely(
        List<ZstdUnit> units, CancellationToken cancellationToken)
    {
        var found = new ConcurrentDictionary<ZstdUnit, FramePart>(ReferenceEqualityComparer.Instance);
        var frames = units.Where(u => u.Frame is not null).ToList();
        var telling = frames.Where(u => u.ContentLength <= Telling).MaxBy(u => u.ContentLength);
        if (telling is null || frames.Count == 1 || Find(telling, cancellationToken) is not { } part)
            return found;
        found[telling] = part;
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = _workers,
            CancellationToken = cancellationToken,
        };
        try
        {
            Parallel.ForEach(frames, options, unit =>
            {
                if (unit != telling && _frames.TryExact(unit, part.Profile, cancellationToken) is { } exact)
                    found[unit] = exact;
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Capture(e.InnerException!).Throw();
        }
        return found;
    }

    private ZstdPart PartOf(
        ZstdUnit unit, ConcurrentDictionary<ZstdUnit, FramePart> found, CancellationToken cancellationToken)
    {
        if (unit.Frame is not null && (found.GetValueOrDefault(unit) ?? Find(unit, cancellationToken)) is { } part)
            return part;
        if (unit is { Frame: not null, Length: > LongFrame } && FindTokens(unit, cancellationToken) is { } tokens)
            return tokens;
        return FindList(unit, cancellationToken) ?? (ZstdPart)Kept(unit);
    }

    private ListPart? FindList(ZstdUnit unit, CancellationToken cancellationToken) =>
        unit is { Frame: null, Length: <= RecipeBounds.ListLength }
            ? LayerList.Find(BytesOf(unit), _encoders, _likely, _content, _made, cancellationToken)
            : null;

    private VerbatimPart Kept(ZstdUnit unit)
    {
        _cost += unit.Length;
        CheckCost();
        return new(BytesOf(unit), unit.ContentLength);
    }

    private byte[] BytesOf(ZstdUnit unit)
    {
        var bytes = new byte[unit.Length];
        _source.Read(unit.Offset, bytes);
        return bytes;
    }

    private TokensPart? FindTokens(ZstdUnit unit, CancellationToken cancellationToken)
    {
        using var frame = new StreamSlice(_source, unit.Offset, unit.Length);
        using var content = new StreamSlice(_content, unit.Content, unit.ContentLength);
        var tokens = _encoders.FindTokens(frame, content, _reference, cancellationToken);
        _cost += tokens?.Payload.Length ?? 0;
        return tokens is null ? null : tokens with { ContentLength = unit.ContentLength };
    }

    private void CheckCost()
    {
        if (_cost > FreeCost + _source.Length / CostPart)
            throw DoesNotPay();
    }

    private FramePart? Find(ZstdUnit unit, CancellationToken cancellationToken)
    {
        if (_isUnknown)
            return null;
        // Where none of the encoders makes several frames, none is likely to make the others.
        var found = _frames.Find(unit, _likely, likelyOnly: _failures >= MostFailures, cancellationToken);
        if (found is not var (part, cost))
        {
            _failures++;
            return null;
        }
        _cost += cost;
        _likely.Remove(part.Profile);
        _likely.Insert(0, part.Profile);
        if (_likely.Count > LikelyCount)
            _likely.RemoveAt(LikelyCount);
        return part;
    }

    private static RecipeRefusedException DoesNotPay() =>
        new(RecipeRefusal.DoesNotPay, "The zstd stream is not near to what any known encoder makes.");
}
