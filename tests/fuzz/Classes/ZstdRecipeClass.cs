using System.Buffers.Binary;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Zstd;
using Diffah.Engine.Compression.Zstd.Recipes;
using Diffah.Engine.Diagnostics;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Mutation;
using Diffah.Fuzz.Running;

namespace Diffah.Fuzz.Classes;

/// <summary>Recipes of zstd streams: whole ones, and ones that are damaged, or that meet another content.</summary>
internal sealed class ZstdRecipeClass : FuzzClass
{
    private const int Streams = 16;
    private const int MostBytes = 30_000;
    private const string Whole = "whole";

    private static readonly byte[][] Heads =
    [
        [], [1], [2, 0, 0, 0, 0], [1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 1, 1, 0],
        [1, 1, 1, 1, 0xFF, 0xFF, 0xFF, 0x7F], [1, 2, 1, 3, 0, 5, 5, 2, 1, 0x55], [1, 2, 1, 3, 0, 9, 9, 1, 1, 0x11],
        [1, 1, 3, 4, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40, 9, 2, 1, 0x15, 0x14, 0x68],
    ];

    // Made when first used.
    private static readonly Lazy<Made>[] Pool =
        [.. Enumerable.Range(0, Streams).Select(i => new Lazy<Made>(() => Make(new Dice((ulong)i))))];

    public override string Name => "zstd-recipe";

    public override IEnumerable<FuzzInput> HandMade() =>
    [
        .. Heads.Select((head, i) => Input($"hand-made: head {i}", head, new byte[20], [])),
        .. Pool.Take(Streams / 4).Select(made => made.Value).Select(
            (made, i) => Input($"hand-made: whole {i}", made.Recipe, made.Content, made.Stream)),
    ];

    public override FuzzInput Build(Dice dice, string origin)
    {
        var made = dice.Of<Lazy<Made>>(Pool).Value;
        var recipe = ByteMutator.Mutate(made.Recipe, dice);
        var content = dice.OneIn(8) ? ByteMutator.Mutate(made.Content, dice) : made.Content;
        return Input(origin, recipe, content, []);
    }

    public override async Task RunAsync(FuzzInput input, Trial trial)
    {
        var (recipe, content) = (input.Files["recipe"], input.Files["content"]);
        var made = await trial.ParseAsync("zstd recipe", () => Follow(recipe, content));
        if (input[Whole] != "" && (!made.Succeeded || !made.Value.AsSpan().SequenceEqual(input.Files["stream"])))
            throw new LawBrokenException(Law.Exact, "zstd recipe", "a whole recipe does not give its stream");
    }

    // As who restores an image does: what the recipe has wrong is an error of the table.
    private static byte[] Follow(byte[] bytes, byte[] content)
    {
        try
        {
            var recipe = ZstdRecipe.Read(bytes);
            using var stream = new ZstdRebuildStream(new MemoryStream(content), recipe, null, 2);
            using var output = new MemoryStream();
            stream.CopyTo(output);
            return output.Length == recipe.Length ? output.ToArray()
                : throw new LawBrokenException(Law.Exact, "zstd recipe", "it made another length than it says");
        }
        catch (RecipeRefusedException e)
        {
            throw new DiffahException(DiffahErrors.PatchInvalid, e.Message, "Fetch it again.", e);
        }
    }

    private static Made Make(Dice dice)
    {
        var (stream, content) = (new MemoryStream(), new MemoryStream());
        for (var frames = 1 + dice.Below(6); frames > 0; frames--)
        {
            var pair = ContentPair.Of(dice);
            var piece = pair.Target[..Math.Min(pair.Target.Length, dice.Length(MostBytes))];
            content.Write(piece);
            using var encoder = new ZstdCompressionStream(stream, new ZstdSettings(1 + dice.Below(5)), null, 0);
            encoder.Write(piece);
            encoder.Finish();
            if (dice.OneIn(3))
                stream.Write(Skippable(dice.Bytes(dice.Length(100))));
        }
        return new(RecipeOf(stream, content).ToBytes(), content.ToArray(), stream.ToArray());
    }

    private static ZstdRecipe RecipeOf(MemoryStream stream, MemoryStream content)
    {
        try
        {
            return ZstdAnalysis.OfZstd(stream, content, null, 1, default);
        }
        catch (RecipeRefusedException)
        {
            var part = new VerbatimPart(stream.ToArray(), content.Length);
            return new(new([part], BorderRule.None, content.Length, stream.Length));
        }
    }

    private static byte[] Skippable(byte[] payload)
    {
        var header = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x184D2A50);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), payload.Length);
        return [.. header, .. payload];
    }

    private FuzzInput Input(string origin, byte[] recipe, byte[] content, byte[] stream) =>
        new FuzzInput(Name, origin)
        {
            Settings = new(StringComparer.Ordinal) { [Whole] = stream.Length > 0 ? "yes" : "" },
        }.WithFiles([new("recipe", recipe), new("content", content), new("stream", stream)]);

    private sealed record Made(byte[] Recipe, byte[] Content, byte[] Stream);
}
