using Diffah.Engine.Compression;
using Diffah.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Diffah.Tests.Deltas.Support;

/// <summary>Two images in words: what a failing property prints.</summary>
/// <param name="Docker">Docker schema 2, or OCI.</param>
/// <param name="Baseline">The baseline's layers.</param>
/// <param name="Target">The target's layers.</param>
internal sealed record RandomPair(bool Docker, RandomLayer[] Baseline, RandomLayer[] Target)
{
    public override string ToString() =>
        $"{(Docker ? "docker" : "oci")} [{string.Join("; ", Baseline.AsEnumerable())}] -> "
            + $"[{string.Join("; ", Target.AsEnumerable())}]";

    public (MemoryImage Baseline, MemoryImage Target) Make() =>
        (ImageMaker.Make(Docker, Baseline.Select(l => l.Make()), "v1"),
            ImageMaker.Make(Docker, Target.Select(l => l.Make()), "v2"));
}

/// <summary>Images that follow one another, in words.</summary>
/// <param name="Docker">Docker schema 2, or OCI.</param>
/// <param name="Versions">The layers of each.</param>
internal sealed record RandomReleases(bool Docker, RandomLayer[][] Versions)
{
    public override string ToString() => $"{(Docker ? "docker" : "oci")} "
        + string.Join(" -> ", Versions.Select(v => $"[{string.Join("; ", v.AsEnumerable())}]"));

    public MemoryImage[] Make() =>
        [.. Versions.Select((v, i) => ImageMaker.Make(Docker, v.Select(l => l.Make()), $"v{i + 1}"))];
}

/// <summary>A bundle in words.</summary>
/// <param name="Pairs">Its images.</param>
/// <param name="SharesBaseline">Whether all have the first one's baseline.</param>
/// <param name="Common">Layers that all baselines have.</param>
/// <param name="New">Layers that all targets have.</param>
internal sealed record RandomBundle(
    RandomPair[] Pairs, bool SharesBaseline, RandomLayer[] Common, RandomLayer[] New)
{
    public override string ToString() =>
        $"{(SharesBaseline ? "one baseline: " : "")}{string.Join(" | ", Pairs.AsEnumerable())}, all: "
            + $"[{string.Join("; ", Common.AsEnumerable())}] -> [{string.Join("; ", New.AsEnumerable())}]";

    public NamedPair[] Make()
    {
        var made = Pairs.Select(p => p with { Baseline = [.. p.Baseline, .. Common], Target = [.. p.Target, .. New] })
            .Select(p => p.Make()).ToArray();
        return [.. made.Select(
            (p, i) => new NamedPair($"image{i}", SharesBaseline ? made[0].Baseline : p.Baseline, p.Target))];
    }
}

/// <summary>A target and several images that it may be made from, in words.</summary>
/// <param name="Docker">Docker schema 2, or OCI.</param>
/// <param name="Baselines">The layers of each baseline.</param>
/// <param name="Target">The target's layers.</param>
internal sealed record RandomSeveral(bool Docker, RandomLayer[][] Baselines, RandomLayer[] Target)
{
    public override string ToString() => string.Join(
        " -> ", Baselines.Append(Target).Select(i => $"[{string.Join("; ", i.AsEnumerable())}]"));

    /// <summary>Whether all layers can be made of their contents.</summary>
    public bool IsPlain => Target.All(l => l.Compression != CompressionKind.Zstd);

    public (MemoryImage[] Baselines, MemoryImage Target) Make() =>
        ([.. Baselines.Select((b, i) => ImageMaker.Make(Docker, b.Select(l => l.Make()), $"v{i}"))],
            ImageMaker.Make(Docker, Target.Select(l => l.Make()), "next"));
}

/// <summary>Images of which each is made of the one before it, in words.</summary>
/// <param name="Docker">Docker schema 2, or OCI.</param>
/// <param name="Images">Their layers.</param>
/// <param name="Versions">The version of the format of each delta.</param>
internal sealed record RandomChain(bool Docker, RandomLayer[][] Images, int[] Versions)
{
    public override string ToString() => $"{(Docker ? "docker" : "oci")} {string.Join(" -> ",
        Images.Select(i => $"[{string.Join("; ", i.AsEnumerable())}]"))} by {string.Join(", ", Versions)}";

    public MemoryImage[] Make() =>
        [.. Images.Select((layers, i) => ImageMaker.Make(Docker, layers.Select(l => l.Make()), $"v{i + 1}"))];
}

/// <summary>A layer in words.</summary>
/// <param name="Compression">How it is stored.</param>
/// <param name="IsTar">A tar of the files, or just their contents (which may be nothing at all).</param>
/// <param name="Files">Its files.</param>
internal sealed record RandomLayer(CompressionKind Compression, bool IsTar, RandomFile[] Files)
{
    public override string ToString() =>
        $"{Compression}{(IsTar ? " tar" : "")} {string.Join(" ", Files.AsEnumerable())}";

    public LayerBytes Make() => (IsTar
        ? LayerBytes.Tar(Files.Select((f, i) => ($"file{i}", f.Make())))
        : LayerBytes.Raw([.. Files.SelectMany(f => f.Make())])).As(Compression);
}

/// <summary>A file in words. Few seeds, so that layers share contents.</summary>
internal sealed record RandomFile(int Seed, int Size, bool IsText, bool IsEdited)
{
    public override string ToString() => $"{(IsText ? "text" : "random")}{Seed}x{Size}{(IsEdited ? "'" : "")}";

    public byte[] Make()
    {
        var content = IsText ? Bytes.Text(Seed, Size) : Bytes.Random(Seed, Size);
        return IsEdited ? Bytes.Edited(content) : content;
    }
}

/// <summary>
/// Draws pairs of images: with shared contents, repeated layers, empty layers and images without layers.
/// </summary>
internal static class RandomImages
{
    private static readonly Gen<RandomFile> File =
        from seed in Gen.Choose(1, 4)
        from size in Gen.Elements(0, 1, 511, 512, 513, 3000, 20_000)
        from text in Gen.Elements(true, false)
        from edited in Gen.Frequency((2, Gen.Constant(false)), (1, Gen.Constant(true)))
        select new RandomFile(seed, size, text, edited);

    private static readonly Gen<RandomLayer> Layer =
        from compression in Gen.Elements(CompressionKind.None, CompressionKind.Gzip, CompressionKind.Zstd)
        from isTar in Gen.Frequency((4, Gen.Constant(true)), (1, Gen.Constant(false)))
        from files in Several(File, 3)
        select new RandomLayer(compression, isTar, files);

    private static readonly Gen<RandomPair> Pair =
        from docker in Gen.Elements(true, false)
        from baseline in Several(Layer, 3)
        from own in Several(Layer, 3)
        from kept in Gen.Choose(0, 2)
        from repeated in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        select new RandomPair(docker, baseline, [.. baseline.Take(kept), .. own, .. own.Take(repeated ? 1 : 0)]);

    // Each version keeps some layers of the one before, edits some, and may take back what the first had.
    private static readonly Gen<RandomReleases> Releases =
        from docker in Gen.Elements(true, false)
        from first in Several(Layer, 3)
        from second in Next(first, first)
        from third in Next(second, first)
        from fourth in Next(third, second)
        from count in Gen.Choose(3, 4)
        select new RandomReleases(docker, [.. new[] { first, second, third, fourth }.Take(count)]);

    private static readonly Gen<RandomBundle> Bundle =
        from first in Pair
        from others in Several(Pair, 3)
        from shared in Gen.Elements(true, false)
        from common in Several(Layer, 2)
        from added in Several(Layer, 1)
        select new RandomBundle([first, .. others], shared, common, [.. common.Select(Edited), .. added]);

    // A chain of versions, or images that have little in common; the target has layers of any of them.
    private static readonly Gen<RandomSeveral> Versions =
        from pair in Pair
        from kept in Gen.Choose(0, 3)
        from own in Several(Layer, 2)
        from third in Several(Layer, 3)
        from taken in Gen.Choose(0, 2)
        select new RandomSeveral(
            pair.Docker, [pair.Baseline, [.. pair.Baseline.Select(Edited).Take(kept), .. own], third],
            [.. pair.Target, .. third.Take(taken), .. own.Select(Edited)]);

    // Of what was there some layers stay, some are edited, some come back, and some are new.
    private static readonly Gen<RandomChain> Chain =
        from docker in Gen.Elements(true, false)
        from length in Gen.Choose(3, 4)
        from pool in Layer.ArrayOf(4)
        from picks in Several(Gen.Choose(0, 7), 4).ArrayOf(length)
        from versions in Gen.Elements(1, 2, 2).ArrayOf(length - 1)
        select new RandomChain(docker,
            [.. picks.Select(p => p.Select(i => i < 4 ? pool[i] : Edited(pool[i - 4])).ToArray())], versions);

    // The same pairs each time, so that a change is judged by what it changes; DIFFAH_RANDOM_CASES=N looks at N others.
    private static readonly int? Explore =
        int.TryParse(Environment.GetEnvironmentVariable("DIFFAH_RANDOM_CASES"), out var cases) ? cases : null;

    /// <summary>Checks a law over a number of pairs; a failure names the pair and the seed.</summary>
    public static void ForAll(int count, Func<RandomPair, Task> law) => ForAll(Pair, count, law);

    /// <summary>Checks a law over a number of chains; a failure names the chain and the seed.</summary>
    public static void ForAllReleases(int count, Func<RandomReleases, Task> law) => ForAll(Releases, count, law);

    /// <summary>Checks a law over a number of bundles; a failure names the bundle and the seed.</summary>
    public static void ForAllBundles(int count, Func<RandomBundle, Task> law) => ForAll(Bundle, count, law);

    /// <summary>Checks a law over a number of targets with three baselines.</summary>
    public static void ForAllVersions(int count, Func<RandomSeveral, Task> law) => ForAll(Versions, count, law);

    /// <summary>Checks a law over a number of chains; a failure names the chain and the seed.</summary>
    public static void ForAllChains(int count, Func<RandomChain, Task> law) => ForAll(Chain, count, law);

    private static void ForAll<T>(Gen<T> generator, int count, Func<T, Task> law)
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(Explore ?? count);
        Prop.ForAll(generator.ToArbitrary(), drawn => law(drawn).GetAwaiter().GetResult())
            .Check(Explore is null ? config.WithReplay(20261, 12345) : config);
    }

    // What is done to a base that many images stand on.
    private static RandomLayer Edited(RandomLayer layer) =>
        layer with { Files = [.. layer.Files.Select(f => f with { IsEdited = !f.IsEdited })] };

    private static Gen<RandomLayer[]> Next(RandomLayer[] before, RandomLayer[] older) =>
        from kept in Gen.Choose(0, before.Length)
        from edited in Gen.Choose(0, before.Length)
        from back in Gen.Choose(0, older.Length)
        from own in Several(Layer, 2)
        select (RandomLayer[])[
            .. before.Take(kept), .. before.Skip(kept).Take(edited).Select(Edited), .. older.TakeLast(back / 2),
            .. own];

    private static Gen<T[]> Several<T>(Gen<T> item, int most) =>
        Gen.Choose(0, most).SelectMany(count => item.ArrayOf(count));
}
