using Diffah.Engine.Compression;
using Diffah.Engine.Deltas;
using Diffah.Fuzz.Building;
using Diffah.Tests.Compression.Zstd.Go;
using Diffah.Tests.Deltas.Codecs.Content.Executables;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Vectors;

/// <summary>The images that the vectors of tests/vectors/v2 were made of.</summary>
internal static class VectorImages
{
    private static readonly LayerBytes Kept = LayerBytes.Tar(("etc/kept", Bytes.Text(1, 400)));
    private static readonly byte[] Program = Bytes.Text(2, 3000);
    private static readonly byte[] Data = Bytes.Random(3, 1500);

    private static readonly LayerBytes Before = LayerBytes.Tar(("usr/bin/program", Program), ("srv/data", Data));
    private static readonly LayerBytes After =
        LayerBytes.Tar(("usr/bin/program", Bytes.Edited(Program)), ("srv/data", Data), ("srv/more", [7, 8, 9]));

    // Words in no order, so that an encoder has much to decide.
    private static readonly LayerBytes Words = Files("srv/words", WordsOf(new Dice(16), 7000));
    private static readonly LayerBytes MoreWords =
        Files("srv/words", [.. WordsOf(new Dice(17), 60), .. WordsOf(new Dice(16), 7000)]);

    /// <summary>The names of the vectors, and the images of each.</summary>
    public static Dictionary<string, Func<NamedPair[]>> All { get; } = new()
    {
        ["plain"] = () => One([Kept, Before], [Kept, After]),
        ["no-tar"] = () => One([LayerBytes.Raw(Program)], [LayerBytes.Raw(Bytes.Edited(Program))]),
        ["gzip-recipe"] = () => One([Gzip(Kept), Gzip(Before)], [Gzip(Kept), Gzip(After)]),
        ["gzip-recipe-entry"] = () => One([Before], [Members(After, 32)]),
        ["another-form"] = () => One([Kept, Before], [Gzip(Kept), Gzip(Before)]),
        ["sources"] = () => One([LayerBytes.Tar(("usr/bin/program", Program)), LayerBytes.Tar(("srv/data", Data))],
            [LayerBytes.Tar(("usr/bin/program", Bytes.Edited(Program)), ("srv/data", Bytes.Edited(Data)))]),
        ["executable"] = () => One([Gzip(Files("usr/lib/shapes.so", new ExecutableObject("shared-1").Bytes))],
            [Gzip(Files("usr/lib/shapes.so", new ExecutableObject("shared-2").Bytes))]),
        ["nested-gzip"] = () => One([Files("usr/share/doc/changes.gz", SmallZip.Gzip(Bytes.Text(4, 9000)))],
            [Files("usr/share/doc/changes.gz", SmallZip.Gzip([.. Bytes.Text(4, 9000), .. "one more\n"u8]))]),
        ["nested-jar"] = () =>
            One([Files("opt/app.jar", Jar(Program))], [Files("opt/app.jar", Jar(Bytes.Edited(Program)))]),
        ["version-1-codecs"] = () => One([Zstd(Before)], [Zstd(After), Zstd(LayerBytes.Raw(Bytes.Random(5, 900)))]),
        ["zstd-recipe"] = () => One([GoZstd(Kept), Zstd(Before)], [GoZstd(Kept), Zstd(After)]),
        ["zstd-recipe-go"] = () => One([GoZstd(Before)], [GoZstd(After), GoZstd(Kept)]),
        ["zstd-decisions"] = () => One([OddZstdOf(Words)], [OddZstdOf(MoreWords)]),
        ["zstd-decisions-alone"] = () => One([Words], [OddZstdOf(MoreWords)]),
        ["gzip-decisions"] = () => One([OddGzip(Words)], [OddGzip(MoreWords)]),
        ["gzip-decisions-alone"] = () => One([Words], [OddGzip(MoreWords)]),
        ["bundle"] = () => [Pair("one", [Gzip(Kept), Gzip(Before)], [Gzip(Kept), Gzip(After)]),
            Pair("two", [Before], [Gzip(After), LayerBytes.Tar(("etc/two", Bytes.Text(6, 700)))])],
        ["models-text"] = Texts,
        ["models-text-full"] = Texts,
        ["models-executable"] = () => Executables("shared", "fixed"),
        ["models-executable-full"] = () => Executables("shared", "fixed", "arm"),
        ["models-nested"] = Nested,
        ["models-nested-full"] = Nested,
        ["models-no-tar"] = NoTar,
        ["models-no-tar-full"] = NoTar,
    };

    /// <summary>How much work the archive of a vector was to be.</summary>
    public static EncodingEffort EffortOf(string name) =>
        !name.StartsWith("models-", StringComparison.Ordinal) ? EncodingEffort.Fast
        : name.EndsWith("-full", StringComparison.Ordinal) ? EncodingEffort.Full : EncodingEffort.Compact;

    // Lines that go, come, move and change, a file that is new, and bytes of no kind.
    private static NamedPair[] Texts()
    {
        var (config, script) = (new Dice(11), new Dice(12));
        var (before, after) = (Lines(config, 180), Lines(script, 90));
        var data = Bytes.Random(13, 900);
        return One(
            [Gzip(LayerBytes.Tar(("etc/app.conf", Text(before)), ("usr/bin/run.sh", Text(after)), ("srv/data", data)))],
            [Gzip(LayerBytes.Tar(
                ("etc/app.conf", Text(Changed(before))), ("usr/bin/run.sh", Text(Changed(after))),
                ("etc/more.conf", Text([.. before[40..60], .. Lines(config, 30), .. after[10..30]])),
                ("srv/data", [.. data[..300], .. Bytes.Random(14, 40), .. Bytes.Edited(data[290..])])))]);
    }

    private static NamedPair[] Executables(params string[] kinds)
    {
        LayerBytes Of(int version) => Gzip(LayerBytes.Tar(
            [.. kinds.Select(k => ($"usr/lib/{k}", new ExecutableObject($"{k}-{version}").Bytes))]));
        return One([Of(1)], [Of(2)]);
    }

    private static NamedPair[] Nested() => One(
        [LayerBytes.Tar(("opt/app.jar", Jar(Program)), ("opt/changes.gz", SmallZip.Gzip(Bytes.Text(4, 3000))))],
        [LayerBytes.Tar(("opt/app.jar", Jar(Bytes.Edited(Program))),
            ("opt/changes.gz", SmallZip.Gzip([.. Bytes.Text(4, 3000), .. "one more\n"u8])))]);

    private static NamedPair[] NoTar()
    {
        var lines = Lines(new Dice(15), 120);
        return One([LayerBytes.Raw([.. Data, .. Text(lines)])], [LayerBytes.Raw([.. Text(Changed(lines)), .. Data])]);
    }

    private static List<string> Lines(Dice dice, int count) => [.. Enumerable.Range(0, count).Select(_ =>
        new string(' ', 2 * dice.Below(4)) + $"{dice.Of("set", "let")} value_{dice.Below(40)} = {dice.Below(999)};")];

    private static List<string> Changed(List<string> lines) =>
    [
        "# the second version", .. lines[..20], .. lines[23..60],
        .. lines[70..^5].Select((line, i) => i % 9 == 0 ? line[..^2] + "7;" : line), .. lines[60..70],
        .. lines[^5..].Select(line => line.Replace("value", "number", StringComparison.Ordinal)),
    ];

    private static byte[] Text(List<string> lines) =>
        System.Text.Encoding.ASCII.GetBytes(string.Concat(lines.Select(l => l + "\n")));

    private static NamedPair[] One(LayerBytes[] baseline, LayerBytes[] target) => [Pair("default", baseline, target)];

    private static NamedPair Pair(string name, LayerBytes[] baseline, LayerBytes[] target) =>
        new(name, ImageMaker.Make(false, baseline, "v1"), ImageMaker.Make(false, target, "v2"));

    private static LayerBytes Files(string name, byte[] content) => LayerBytes.Tar((name, content));

    private static LayerBytes Gzip(LayerBytes plain) =>
        plain with { Compression = CompressionKind.Gzip, Stored = SmallZip.Gzip(plain.Stored) };

    private static LayerBytes Zstd(LayerBytes plain) => plain.As(CompressionKind.Zstd);

    // As skopeo writes it: 8 bytes come first, in a block of their own.
    private static LayerBytes GoZstd(LayerBytes plain) => Compressed(
        plain,
        [
            0x28, 0xB5, 0x2F, 0xFD, 0, 13 << 3,
            .. GoFrames.Blocks(GoFrames.Default(17, 8), GoFrames.Stream, plain.Stored, 8),
        ]);

    private static LayerBytes OddZstdOf(LayerBytes plain) => Compressed(plain, OddZstd.Compress(plain.Stored));

    private static LayerBytes OddGzip(LayerBytes plain) =>
        plain with { Compression = CompressionKind.Gzip, Stored = OddDeflater.Gzip(plain.Stored) };

    private static LayerBytes Compressed(LayerBytes plain, byte[] stream) =>
        plain with { Compression = CompressionKind.Zstd, Stored = stream };

    private static byte[] WordsOf(Dice dice, int count)
    {
        string[] words = [.. Enumerable.Range(0, 900).Select(i => $"{(char)('a' + (i % 26))}{i * 7919 % 3001} ")];
        return System.Text.Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Range(0, count).Select(_ => words[dice.Below(30) * dice.Below(30)])));
    }

    /// <summary>A gzip stream with a member for every so many bytes, as eStargz has one for each file.</summary>
    private static LayerBytes Members(LayerBytes plain, int length) => plain with
    {
        Compression = CompressionKind.Gzip,
        Stored = [.. plain.Stored.Chunk(length).SelectMany(SmallZip.Gzip)],
    };

    /// <summary>An archive with an archive in it.</summary>
    private static byte[] Jar(byte[] text)
    {
        var inner = SmallZip.Zip([("inner/text", text, true), ("inner/data", Data, false)]);
        return SmallZip.Zip([("lib/inner.jar", inner, true), ("readme", Bytes.Text(7, 800), true)]);
    }
}
