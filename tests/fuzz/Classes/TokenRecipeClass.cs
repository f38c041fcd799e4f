using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip.Tokens;
using Diffah.Engine.Compression.Zstd;
using Diffah.Engine.Compression.Zstd.Recipes;
using Diffah.Engine.Diagnostics;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Mutation;
using Diffah.Fuzz.Running;

namespace Diffah.Fuzz.Classes;

/// <summary>
/// Recipes of decisions, of gzip streams and of zstd frames: whole ones, ones that are damaged, or that meet another
/// content or reference; and the analysis of streams, damaged ones too.
/// </summary>
internal sealed class TokenRecipeClass : FuzzClass
{
    private const int Streams = 24;
    private const string Kind = "kind";
    private const string Way = "way";
    private const string Whole = "whole";
    private const string ToFollow = "follow";
    private const string ToAnalyse = "analyse";
    private const string ToAnalyseByFew = "analyse by few encoders";

    // A gzip recipe of 30,000 bytes that makes 65,535, and a frame with a window of 8 MiB that is as long.
    private static readonly byte[] GzipHead = [1, 0, 4, 200, 0xB0, 0xEA, 1, 0xFF, 0xFF, 3];
    private static readonly byte[] ZstdHead =
        [1, 0, 4, 200, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0x28, 0xB5, 0x2F, 0xFD, 4, 0x68];

    private static readonly byte[] AlikeValues = [0, 0x55, 0xFF];
    private static readonly int[] AlikeLengths = [0, 100, 3000];

    // Made when first used.
    private static readonly Lazy<ToldStream>[] Pool =
        [.. Enumerable.Range(0, Streams).Select(i => new Lazy<ToldStream>(() => ToldStream.Of(new Dice((ulong)i))))];

    public override string Name => "token-recipe";

    public override IEnumerable<FuzzInput> HandMade() =>
    [
        .. Pool.Take(Streams / 3).Select(made => made.Value).SelectMany((made, i) => new[]
        {
            Input($"hand-made: whole {i}", made, made.Recipe, ToFollow, isWhole: true),
            // Short frames are kept as they stand, so that some streams of them are not worth a recipe.
            Input($"hand-made: analysis {i}", made, [], ToAnalyse, made.Kind == CompressionKind.Gzip),
            Input($"hand-made: analysis {i} by few encoders", made, [], ToAnalyseByFew),
        }),
        .. AlikeValues.SelectMany(value => AlikeLengths.SelectMany(length => Alike(value, length))),
        .. new byte[][] { [], [1], [2], [1, 0, 6, 1], [1, 0, 4, 0, 0, 0] }.Select(
            (head, i) => Input($"hand-made: head {i}", OfZeros(CompressionKind.Gzip), head, ToFollow)),
    ];

    public override FuzzInput Build(Dice dice, string origin)
    {
        var made = dice.Of<Lazy<ToldStream>>(Pool).Value;
        if (dice.OneIn(6))
            made = made with { OldContent = ByteMutator.Mutate(made.OldContent, dice) };
        if (dice.OneIn(6))
            made = made with { OldStream = dice.OneIn(3) ? [] : ByteMutator.Mutate(made.OldStream, dice) };
        if (dice.OneIn(3))
        {
            var stream = ByteMutator.Mutate(made.Stream, dice);
            var content = dice.OneIn(3) ? made.Content : Unpacking.Plain(stream) ?? made.Content;
            return Input(origin, made with { Stream = stream, Content = content }, [],
                dice.OneIn(8) ? ToAnalyseByFew : ToAnalyse);
        }
        var recipe = made.DamagedRecipe(dice);
        if (dice.OneIn(8))
            made = made with { Content = ByteMutator.Mutate(made.Content, dice) };
        return Input(origin, made, recipe, ToFollow);
    }

    public override async Task RunAsync(FuzzInput input, Trial trial)
    {
        var isFollowed = input[Way] == ToFollow;
        var recipe = isFollowed ? new(true, input.Files["recipe"])
            : await trial.ParseAsync("token analysis", () => Typed(() => Analyse(input)));
        var isWhole = input[Whole] != "";
        if (!recipe.Succeeded)
        {
            if (isWhole)
                throw new LawBrokenException(Law.Exact, "token analysis", "it refuses a whole stream");
            return;
        }
        var made = await trial.ParseAsync("token recipe", () => Typed(() => Follow(input, recipe.Value)));
        if (made.Succeeded && made.Value.Bytes.Length != made.Value.Said)
            throw new LawBrokenException(Law.Exact, "token recipe", "it made another length than it says");
        // A recipe for another content than the stream's is one that whoever ships it finds out.
        if ((isWhole || (!isFollowed && IsContent(input)))
            && (!made.Succeeded || !made.Value.Bytes.AsSpan().SequenceEqual(input.Files["stream"])))
            throw new LawBrokenException(Law.Exact, "token recipe", "it does not give its stream");
    }

    private static bool IsContent(FuzzInput input) =>
        Unpacking.Plain(input.Files["stream"]) is { } plain && plain.AsSpan().SequenceEqual(input.Files["content"]);

    private static byte[] Analyse(FuzzInput input)
    {
        using var stream = new MemoryStream(input.Files["stream"]);
        using var content = new MemoryStream(input.Files["content"]);
        var reference = ReferenceOf(input);
        if (input[Kind] == nameof(CompressionKind.Gzip))
            return GzipTokenAnalysis.OfGzip(stream, content, reference, 1, default).ToBytes();
        return (input[Way] == ToAnalyse
            ? ZstdAnalysis.OfUnknown(stream, content, reference, 2, default)
            : ZstdAnalysis.OfZstd(stream, content, reference, 2, new FewEncoders(), default)).ToBytes();
    }

    private static (long Said, byte[] Bytes) Follow(FuzzInput input, byte[] bytes)
    {
        IStreamRecipe recipe = input[Kind] == nameof(CompressionKind.Gzip)
            ? GzipTokenRecipe.Read(bytes)
            : ZstdRecipe.Read(bytes);
        using var stream = recipe.Open(new MemoryStream(input.Files["content"]), ReferenceOf(input), 2);
        using var output = new MemoryStream();
        stream.CopyTo(output);
        return (recipe.Length, output.ToArray());
    }

    // As who restores an image does: what the recipe has wrong is an error of the table.
    private static T Typed<T>(Func<T> run)
    {
        try
        {
            return run();
        }
        catch (RecipeRefusedException e)
        {
            throw new DiffahException(DiffahErrors.PatchInvalid, e.Message, "Fetch it again.", e);
        }
    }

    private static RecipeReference? ReferenceOf(FuzzInput input) =>
        ToldStream.ReferenceOf(input.Files["old-stream"], input.Files["old-content"]);

    private static ToldStream OfZeros(CompressionKind kind) => new(kind, new byte[30_000], [], [], [], []);

    private IEnumerable<FuzzInput> Alike(byte value, int length)
    {
        var decisions = Enumerable.Repeat(value, length).ToArray();
        var part = new TokensPart((byte[])[.. ZstdHead, .. decisions], false, 30_000);
        var recipe = new ZstdRecipe(new([part], BorderRule.None, 30_000, 65_535));
        yield return Input($"hand-made: gzip, {length} times {value}", OfZeros(CompressionKind.Gzip),
            [.. GzipHead, .. decisions], ToFollow);
        yield return Input($"hand-made: zstd, {length} times {value}", OfZeros(CompressionKind.Zstd),
            recipe.ToBytes(), ToFollow);
    }

    private FuzzInput Input(string origin, ToldStream made, byte[] recipe, string way, bool isWhole = false) =>
        new FuzzInput(Name, origin)
        {
            Settings = new(StringComparer.Ordinal)
            {
                [Kind] = made.Kind.ToString(),
                [Way] = way,
                [Whole] = isWhole ? "yes" : "",
            },
        }.WithFiles([
            new("recipe", recipe), new("content", made.Content), new("stream", made.Stream),
            new("old-content", made.OldContent), new("old-stream", made.OldStream),
        ]);
}
