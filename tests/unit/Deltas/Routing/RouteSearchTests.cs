using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Routing;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Deltas.Routing;

/// <summary>The search, held against one that tries every chain and rebuilds in thought, front to back.</summary>
public sealed class RouteSearchTests
{
    private static readonly RouteBounds Unbounded = new(100, 10_000, 1_000_000, 10_000, int.MaxValue, long.MaxValue);

    [Fact]
    public async Task It_finds_what_trying_every_chain_finds()
    {
        var (some, chains) = (0, 0);
        for (var seed = 0; seed < 600; seed++)
        {
            var world = new RouteWorld(seed);
            var needs = world.Needs;
            var best = Every(world).Select(c => CostOf(world, c, needs)).OfType<RouteCost>().Order().ToArray();
            var found = await new RouteSearch(world, world, Unbounded).FindAsync(world.Target, needs, null, default);
            Assert.False(found.IsCut);
            Assert.True(best.Length > 0 == found.Routes.Length > 0, $"seed {seed}: {best.Length} routes");
            if (best.Length == 0)
                continue;
            Assert.True(best[0].Weight == found.Routes[0].Cost.Weight,
                $"seed {seed}: {best[0]} against {found.Routes[0].Cost}");
            // Each route costs what rebuilding in thought says.
            Assert.All(found.Routes, r => Assert.Equal(r.Cost, CostOf(
                world, [.. r.Steps.Select(s => world.Deltas.Single(d => d.Offered == s.Delta).Read)], needs)));
            (some, chains) = (some + 1, chains + (found.Routes[0].Steps.Length > 1 ? 1 : 0));
        }
        // The worlds are worth something: most have a way, and in many the cheapest is a chain.
        Assert.InRange(some, 300, 599);
        Assert.InRange(chains, 60, some - 60);
    }

    [Fact]
    public async Task What_can_be_no_cheaper_than_the_image_itself_is_not_read()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var world = new RouteWorld(seed);
            var found = await new RouteSearch(world, world, Unbounded)
                .FindAsync(world.Target, world.Needs, new RouteCost(999, 0), default);
            Assert.Empty(found.Routes);
            Assert.Equal(0, world.Reads);
        }
    }

    [Fact]
    public async Task It_stops_at_its_bounds_and_says_so()
    {
        var (cut, reads) = (0, 0);
        for (var seed = 0; seed < 100; seed++)
        {
            var world = new RouteWorld(seed);
            var found = await new RouteSearch(world, world, new RouteBounds(Sidecars: 2))
                .FindAsync(world.Target, world.Needs, null, default);
            Assert.InRange(world.Reads, 0, 2);
            (cut, reads) = (cut + (found.IsCut ? 1 : 0), reads + world.Reads);
        }
        Assert.InRange(cut, 20, 99);
        for (var seed = 0; seed < 100; seed++)
        {
            var world = new RouteWorld(seed);
            var found = await new RouteSearch(world, world, new RouteBounds(Steps: 1))
                .FindAsync(world.Target, world.Needs, null, default);
            Assert.All(found.Routes, r => Assert.Single(r.Steps));
        }
    }

    [Fact]
    public void A_request_counts_as_bytes()
    {
        Assert.Equal(10 + (3 * 4096), new RouteCost(10, 3).Weight);
        Assert.True(new RouteCost(4095, 1).CompareTo(new RouteCost(0, 2)) < 0);
        Assert.Equal(new RouteCost(12, 5), new RouteCost(10, 3) + new RouteCost(2, 2));
        Assert.Equal(long.MaxValue, (new RouteCost(long.MaxValue, 3) + new RouteCost(2, 2)).Bytes);
    }

    /// <summary>Every chain that ends with the target, through no image twice.</summary>
    private static IEnumerable<ImmutableArray<ReadDelta>> Every(RouteWorld world)
    {
        var open = new Stack<ImmutableArray<ReadDelta>>([[]]);
        while (open.TryPop(out var chain))
        {
            var image = chain.IsEmpty ? world.Target : chain[0].Image.Baseline.ManifestDigest;
            foreach (var (_, read) in world.Deltas)
            {
                var before = read.Image.Baseline.ManifestDigest;
                if (read.Image.Target.ManifestDigest != image || before == world.Target
                    || chain.Any(d => d.Image.Baseline.ManifestDigest == before))
                    continue;
                yield return chain.Insert(0, read);
                open.Push(chain.Insert(0, read));
            }
        }
    }

    private static RouteCost? CostOf(RouteWorld world, ImmutableArray<ReadDelta> chain, RouteNeeds needs)
    {
        var rebuild = new Rebuild(world, chain);
        if (!needs.Blobs.All(b => rebuild.Blob(chain.Length, b))
            || !needs.Contents.All(c => rebuild.Content(chain.Length, c)))
            return null;
        var far = new RouteCost(rebuild.Used.Sum(world.ReadBytes), rebuild.Used.Count(d => world.ReadBytes(d) > 0));
        return far + chain.Select((delta, level) => (
                Offered: world.Deltas.Single(d => d.Read == delta).Offered, Entries: rebuild.Entries(level + 1)))
            .Aggregate(default(RouteCost), (sum, d) => sum + new RouteCost(
                d.Offered.SidecarBytes + d.Entries.Sum(), 2 + d.Entries.Length));
    }

    /// <summary>Makes an image in thought: what is asked for is looked for from the last delta to the first.</summary>
    private sealed class Rebuild(RouteWorld world, ImmutableArray<ReadDelta> chain)
    {
        private readonly HashSet<(int Level, ArchivePart Part)> _entries = [];

        /// <summary>What is at hand and is read to make something of it.</summary>
        public HashSet<Digest> Used { get; } = [];

        public long[] Entries(int level)
        {
            var archive = chain[level - 1];
            ArchivePart[] always =
                [ArchivePart.Blob(archive.Image.Target.ManifestDigest), ArchivePart.Blob(archive.Config)];
            return [.. archive.Archive.Parts.Where(p => always.Contains(p.Part) || _entries.Contains((level, p.Part)))
                .Select(p => p.Size)];
        }

        public bool Blob(int level, Digest blob)
        {
            if (world.HasBlob(blob))
                return true;
            if (level == 0)
                return false;
            var archive = chain[level - 1].Archive;
            if (!archive.Blobs.TryGetValue(blob, out var stored))
                return archive.Reused.TryGetValue(blob, out var reused) && world.HasContent(reused.Form.Content)
                    ? Form(level, blob, reused.Form)
                    : Blob(level - 1, blob);
            if (stored.Form is { } form)
                return Form(level, blob, form);
            _entries.Add((level, ArchivePart.Blob(blob)));
            if (stored.PatchFrom is { } used && world.HasBlob(used))
                Used.Add(used);
            return stored.PatchFrom is not { } from
                || (!world.HasBlob(from) && archive.Reused.TryGetValue(from, out var made)
                    && world.HasContent(made.Form.Content)
                    ? Form(level, from, made.Form)
                    : Blob(level - 1, from));
        }

        public bool Content(int level, Digest content)
        {
            if (world.HasContent(content))
            {
                Used.Add(content);
                return true;
            }
            if (level == 0)
                return false;
            var (archive, blobOf) = (chain[level - 1].Archive, chain[level - 1].BlobOf);
            if (archive.Contents.TryGetValue(content, out var patch))
            {
                _entries.Add((level, ArchivePart.Content(content)));
                return patch.Sources.Select(s => Content(level - 1, s)).ToArray().All(has => has);
            }
            return blobOf.TryGetValue(content, out var blob) && archive.Blobs.TryGetValue(blob, out var stored)
                && stored.Form is null
                ? Blob(level, blob)
                : Content(level - 1, content);
        }

        private bool Form(int level, Digest blob, LayerForm form)
        {
            if (form.Wrapping.StoredRecipe > 0)
                _entries.Add((level, ArchivePart.Recipe(blob)));
            return Content(level, form.Content);
        }
    }
}
