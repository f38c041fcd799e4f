using System.Globalization;
using Diffah.Engine.Deltas.Codecs.Content.Models;
using Diffah.Engine.Diagnostics;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Mutation;
using Diffah.Fuzz.Running;

namespace Diffah.Fuzz.Classes;

/// <summary>
/// Content patches by themselves: whole ones, and ones that are damaged before or behind the compression.
/// </summary>
internal sealed class PatchClass : FuzzClass
{
    private const int Pairs = 40;

    private const string Whole = "whole";
    private const string Length = "length";

    private static readonly byte[][] Heads =
    [
        [], [.. "DfC1"u8], [.. "DfC1"u8, 0, 0, 0], [.. "DfC1"u8, 0x80, 0x80], [.. "DfC0"u8, 0, 0, 0],
        [.. "DfC1"u8, 0, 0xFF, 0xFF, 0xFF, 0x7F, 0], [.. "DfC1"u8, 0, 0, 0xFF, 0x7F],
        [.. "DfC1"u8, 0, 0, 1, 7, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0],
        [.. "DfC1"u8, 0, 0, 1, 7, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0],
        [.. "DfC2"u8], [.. "DfC2"u8, 0, 0, 0], [.. "DfC2"u8, 0, 0, 1, 7, 0, 3, 0xFF, 0x7F, 0xFF, 0x7F],
        [.. "DfC1"u8, 0, 0, 1, 7, 0, 3, 0, 0], [.. "DfC2"u8, 0, 0, 1, 7, 0, 2, 0x80, 0x80, 0x80, 0x10, 0],
    ];

    // Made when first used: to make one takes longer than to read many.
    private static readonly Lazy<Made>[] Pool =
        [.. Enumerable.Range(0, Pairs).Select(i => new Lazy<Made>(() => Make(i)))];

    public override string Name => "content-patch";

    public override IEnumerable<FuzzInput> HandMade() =>
    [
        .. Heads.Select((head, i) => Input($"hand-made: head {i}", head, [], 0)),
        .. Pool.Take(Pairs / 4).Select(made => made.Value).Select((made, i) => Input(
            $"hand-made: whole {i}", made.Patch, made.Sources, made.Target.Length, made.Target)),
    ];

    public override FuzzInput Build(Dice dice, string origin)
    {
        var made = dice.Of<Lazy<Made>>(Pool).Value;
        var (patch, sources) = (made.Patch, made.Sources);
        if (dice.OneIn(4))
            patch = ByteMutator.Mutate(patch, dice);
        else
        {
            var parts = PatchParts.Of(patch);
            parts.Damage(dice);
            patch = parts.ToBytes();
        }
        if (dice.OneIn(10) && sources.Length > 0)
            sources = [.. sources.Select(s => ByteMutator.Mutate(s, dice))];
        return Input(origin, patch, sources, dice.OneIn(20) ? dice.Length(1 << 20) : made.Target.Length);
    }

    public override async Task RunAsync(FuzzInput input, Trial trial)
    {
        var patch = input.Files["patch"];
        byte[][] sources = [.. input.Files.Where(f => f.Key.StartsWith("source", StringComparison.Ordinal))
            .Select(f => f.Value)];
        var length = long.Parse(input[Length], CultureInfo.InvariantCulture);
        var made = await trial.ReadAsync("ContentDecoder", (_, stop) => Task.Run(
            () => Decode(trial.NewOutput(), patch, sources, length, stop)));
        if (made.Succeeded && made.Value.Length != length)
            throw new LawBrokenException(Law.Exact, "ContentDecoder", "it made another length than it was asked for");
        if (input[Whole] != "" && (!made.Succeeded || !made.Value.AsSpan().SequenceEqual(input.Files["target"])))
            throw new LawBrokenException(Law.Exact, "ContentDecoder", "a whole patch does not give its content");
    }

    // As who restores an archive does: what the codec finds wrong is an error of the table.
    private static byte[] Decode(string folder, byte[] patch, byte[][] sources, long length, CancellationToken stop)
    {
        try
        {
            return new PatchBench(folder).Decode(patch, sources, length, 2, stop);
        }
        catch (InvalidDataException e)
        {
            throw new DiffahException(DiffahErrors.PatchInvalid, e.Message, "Fetch it again.", e);
        }
    }

    private static Made Make(int number)
    {
        var pair = ContentPair.Of(new Dice((ulong)number));
        var models = (ModelSize)(number % 3);
        var folder = Directory.CreateTempSubdirectory("diffah-fuzz-patch-").FullName;
        try
        {
            var (patch, used) = new PatchBench(folder, models).Encode(pair.Target, pair.Sources);
            return new Made(patch, used, pair.Target);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private FuzzInput Input(string origin, byte[] patch, byte[][] sources, long length, byte[]? target = null) =>
        new FuzzInput(Name, origin)
        {
            Settings = new(StringComparer.Ordinal)
            {
                [Length] = length.ToString(CultureInfo.InvariantCulture),
                [Whole] = target is null ? "" : "yes",
            },
        }.WithFiles([
            new("patch", patch), new("target", target ?? []),
            .. sources.Select((s, i) => new KeyValuePair<string, byte[]>($"source{i:d4}", s)),
        ]);

    private sealed record Made(byte[] Patch, byte[][] Sources, byte[] Target);
}
