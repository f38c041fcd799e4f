using System.Collections.Concurrent;
using System.Collections.Immutable;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Codecs.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Codecs.Wrapped;

/// <summary>A content that a patch is to make.</summary>
/// <param name="Target">The content.</param>
/// <param name="Sources">What it may be made of, base first.</param>
internal sealed record MadeContent(LayerContent Target, IReadOnlyList<LayerContent> Sources)
{
    /// <summary>
    /// Finds others that are made for all who need it; asked only where it matters. One that the baseline has counts
    /// for nothing.
    /// </summary>
    public Func<Task<List<MadeContent>>> Companions { get; init; } = () => Task.FromResult(new List<MadeContent>());
}

/// <summary>Makes the patches of contents, each once, and proves that they give the contents back.</summary>
/// <param name="codec">Makes them.</param>
/// <param name="budget">What may be used.</param>
/// <param name="maps">Has the maps of contents.</param>
internal sealed class ContentPatches(IContentCodec codec, EncodingBudget budget, ContentMaps maps)
{
    // Reckoned: what is coded and waits to be written, and of each worker an index and what it codes.
    private const long OwnMemory = 320L << 20;
    private const long WorkerMemory = 256L << 20;

    private readonly ConcurrentDictionary<Digest, Lazy<Task<EncodedContent>>> _patches = new();

    // One content at a time has all workers, so that memory does not grow with the number of layers.
    private readonly MemoryGate _one = new(1);

    /// <summary>The patch that makes a content.</summary>
    /// <param name="content">The content, made of what all who need it have.</param>
    /// <param name="ways">The same, made of what each of several others has; none where all have the same.</param>
    /// <param name="progress">Told of stages and bytes by whoever comes first.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<EncodedContent> MakeAsync(
        MadeContent content, IReadOnlyList<MadeContent> ways, ProgressScope progress,
        CancellationToken cancellationToken) =>
        _patches.GetOrAdd(content.Target.DiffId, _ => new Lazy<Task<EncodedContent>>(
            () => MakeAllAsync(content, ways, progress, cancellationToken))).Value;

    private async Task<EncodedContent> MakeAllAsync(
        MadeContent content, IReadOnlyList<MadeContent> ways, ProgressScope progress,
        CancellationToken cancellationToken)
    {
        var made = new List<EncodedContent> { await MakeOneAsync(content, progress, cancellationToken) };
        if (!WayChoice.IsWorthwhile(made[0], ways.Count))
            return made[0];
        foreach (var way in ways)
            made.Add(await MakeOneAsync(way, progress, cancellationToken));
        return WayChoice.Smallest(made, [.. ways.Select(w => w.Sources.Select(s => s.DiffId).ToHashSet())]);
    }

    private async Task<EncodedContent> MakeOneAsync(
        MadeContent content, ProgressScope progress, CancellationToken cancellationToken)
    {
        var mapped = await MapAsync(content, cancellationToken);
        using var turn = await _one.EnterAsync(1, cancellationToken);
        var workers = WorkersWithin(budget.Options);
        using var admission = await budget.Memory.EnterAsync(Memory(workers), cancellationToken);
        return await Task.Run(
            () => MakeHereAsync(content, mapped, workers, progress, cancellationToken), cancellationToken);
    }

    private async Task<MappedContents> MapAsync(MadeContent content, CancellationToken cancellationToken)
    {
        var now = await maps.GetAsync(content.Target, null, cancellationToken);
        var old = new List<ContentMap>(content.Sources.Count);
        foreach (var source in content.Sources)
            old.Add(await maps.GetAsync(source, null, cancellationToken));
        return new MappedContents(now, old);
    }

    private async Task<EncodedContent> MakeHereAsync(
        MadeContent content, MappedContents mapped, int workers, ProgressScope progress,
        CancellationToken cancellationToken)
    {
        var (target, sources) = content;
        var (now, old) = mapped;
        var best = Encode(now, old, [.. Enumerable.Range(0, old.Count)], workers, progress, cancellationToken);
        if (await FindIdleAsync(best, mapped, content.Companions, cancellationToken) is { Count: > 0 } idle)
            best = WithoutIdle(best, idle, now, old, workers, progress, cancellationToken);
        progress.BeginStage("verifying", target.Size);
        Prove(best, target, now, [.. best.Used.Select(i => old[i].File)], workers, progress, cancellationToken);
        progress.EndStage();
        var patch = new ContentPatch(
            target.Size, codec.Name, [.. best.Used.Select(i => sources[i].DiffId)], best.Size);
        return new EncodedContent(target.DiffId, patch, best.Account, () => File.OpenRead(best.Path));
    }

    /// <summary>
    /// The sources that tell little, by their places among all. What another content needs, which everybody makes who
    /// makes this one, is read anyway.
    /// </summary>
    private async Task<HashSet<int>> FindIdleAsync(
        Trial best, MappedContents mapped, Func<Task<List<MadeContent>>> companions,
        CancellationToken cancellationToken)
    {
        var idle = SourceCost.FindIdle(mapped.Target, mapped.Sources, cancellationToken)
            .Select(i => best.Used[i]).ToHashSet();
        if (idle.Count == 0)
            return idle;
        foreach (var companion in await companions())
        {
            if (companion.Sources.Any(s => s.DiffId == companion.Target.DiffId))
                continue;
            var other = await MapAsync(companion, cancellationToken);
            var needed = SourceCost.FindNeeded(other.Target, other.Sources, cancellationToken).ToHashSet();
            idle.RemoveWhere(i => needed.Contains(mapped.Sources[i]));
        }
        return idle;
    }

    /// <summary>
    /// Leaves out sources that tell little, where the patch grows by less than reading them is worth.
    /// </summary>
    private Trial WithoutIdle(
        Trial best, HashSet<int> idle, ContentMap now, List<ContentMap> old, int workers, ProgressScope progress,
        CancellationToken cancellationToken)
    {
        var trial = Encode(
            now, old, [.. best.Used.Where(i => !idle.Contains(i))], workers, progress, cancellationToken);
        var allowed = idle.Sum(i => SourceCost.WorthOf(old[i]));
        var (kept, other) = trial.Size - best.Size <= allowed ? (trial, best) : (best, trial);
        File.Delete(other.Path);
        return kept;
    }

    private Trial Encode(
        ContentMap now, List<ContentMap> old, ImmutableArray<int> among, int workers, ProgressScope progress,
        CancellationToken cancellationToken)
    {
        progress.BeginStage("comparing files", now.File.Length);
        var path = budget.Work.NewFilePath("content-patch");
        using var output = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        var made = codec.Encode(
            now, [.. among.Select(i => old[i])], output, budget.Work, workers, progress.Advance, cancellationToken);
        output.Flush();
        progress.EndStage();
        return new Trial(path, output.Length, [.. made.Used.Select(i => among[i])], made.Account);
    }

    private void Prove(
        Trial made, LayerContent target, ContentMap now, IReadOnlyList<MappedFile> sources, int workers,
        ProgressScope progress, CancellationToken cancellationToken)
    {
        try
        {
            using var patch = File.OpenHandle(made.Path);
            codec.Compare(new PartBytes(made.Size, (offset, length) => new FileSlice(patch, offset, length)), sources,
                now.File, workers, progress.Advance, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new DiffahException(DiffahErrors.Internal,
                $"The patch for content {target.DiffId} does not give it back: {e.Message}", inner: e);
        }
    }

    /// <summary>Bytes that a patch takes at the least; what the budget must admit.</summary>
    public static long LeastMemory => Memory(1);

    private static long Memory(int workers) => OwnMemory + workers * WorkerMemory;

    // Fewer workers where the budget is small: the patch is the same for any number.
    private static int WorkersWithin(EncodingOptions options) => options.MemoryBudget == 0
        ? options.Workers
        : (int)Math.Clamp((options.MemoryBudget - OwnMemory) / WorkerMemory, 1, options.Workers);

    private sealed record MappedContents(ContentMap Target, List<ContentMap> Sources);

    /// <summary>A patch that was made.</summary>
    /// <param name="Path">Absolute path of its file.</param>
    /// <param name="Size">Its size in bytes.</param>
    /// <param name="Used">The sources that it refers to.</param>
    /// <param name="Account">What it spends on files.</param>
    private sealed record Trial(string Path, long Size, ImmutableArray<int> Used, ContentAccount Account);
}
