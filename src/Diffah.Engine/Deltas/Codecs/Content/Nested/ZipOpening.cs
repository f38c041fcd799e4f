using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>Opens a zip archive that is new: entry by entry, as the walk finds them.</summary>
internal sealed class ZipOpening
{
    private readonly List<ZipMember> _members = [];
    private readonly List<ZipWay> _ways = [];
    private readonly List<int> _runs = [];
    private bool _isOpen = true;
    private int _run;
    private int _closed;

    private ZipOpening()
    {
    }

    public static NestedOpening? TryOpen(
        ReadOnlySpan<byte> file, SpanInflater inflater, CancellationToken cancellationToken)
    {
        if (ZipDirectory.Find(file, 0) is not { } directory)
            return null;
        var opening = new ZipOpening();
        opening.Walk(file, new(directory, file, isSkeleton: false), inflater, cancellationToken);
        if (opening._members.Count == 0)
            return null;
        var zip = new ZipFile([.. opening._members]);
        var skeleton = zip.ReadPart(file, 0, inflater);
        var layout = opening.ToLayout(file.Length, skeleton.Length);
        return opening.IsProven(layout, skeleton, file) ? new(zip, layout) : null;
    }

    private void Walk(
        ReadOnlySpan<byte> file, ZipWalk walk, SpanInflater inflater, CancellationToken cancellationToken)
    {
        using var search = new MemberSearch();
        while (walk.Next(out var member))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var data = file.Slice(member.Start, member.Entry.Stored);
            var way = FindWay(member, data, inflater, search, cancellationToken);
            Note(way is not null);
            if (way is null)
            {
                _closed += member.Entry.Stored;
                continue;
            }
            _members.Add(member);
            _ways.Add(way.Value);
            walk.Cut(member);
        }
    }

    private static ZipWay? FindWay(
        in ZipMember member, ReadOnlySpan<byte> data, SpanInflater inflater, MemberSearch search,
        CancellationToken cancellationToken)
    {
        if (!member.Entry.IsDeflated)
            return default(ZipWay);
        return ZipFile.Inflate(member, data, inflater) is { } content
            ? search.Find(data, content, cancellationToken)
            : null;
    }

    private void Note(bool isOpen)
    {
        if (isOpen != _isOpen)
        {
            _runs.Add(_run);
            (_isOpen, _run) = (isOpen, 0);
        }
        _run++;
    }

    private ZipLayout ToLayout(int fileLength, int skeletonLength)
    {
        // Behind the last run all is open.
        if (!_isOpen)
            _runs.Add(_run);
        var profiles = new List<ProfileRun>();
        foreach (var (way, _) in _ways.Zip(_members).Where(pair => pair.Second.Entry.IsDeflated))
        {
            if (profiles.Count > 0 && profiles[^1].Profile == way.Profile)
                profiles[^1] = profiles[^1] with { Count = profiles[^1].Count + 1 };
            else
                profiles.Add(new(1, way.Profile));
        }
        GzipMember[] recipes = [.. _ways.Where(w => w.Recipe is not null).Select(w => w.Recipe!.Members[0])];
        return new(fileLength, skeletonLength, _runs, profiles, recipes.Length > 0 ? new(recipes, default) : null)
        {
            Closed = _closed,
        };
    }

    /// <summary>Whoever reads the layout finds the same in the skeleton. Each stream was made and compared before.
    /// </summary>
    private bool IsProven(ZipLayout layout, byte[] skeleton, ReadOnlySpan<byte> file)
    {
        try
        {
            var written = new ByteList();
            layout.Write(written, 0);
            var input = new ByteCursor(written.Written);
            return NestedLayout.Read(ref input, file.Length, 0).Plan(skeleton) is ZipPlan plan && input.Left == 0
                && plan.HasAround(file) && plan.Makes(_members, _ways);
        }
        catch (RecipeRefusedException)
        {
            return false;
        }
    }
}
