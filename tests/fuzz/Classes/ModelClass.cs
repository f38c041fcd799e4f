using System.Globalization;
using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Deltas.Codecs.Content.Files;
using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Engine.Deltas.Codecs.Content.Models;
using Diffah.Engine.Diagnostics;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Mutation;
using Diffah.Fuzz.Running;

namespace Diffah.Fuzz.Classes;

/// <summary>
/// The models of a class by themselves: operations, corrections and inserted bytes of a file, and a stream of mixed
/// bytes. They are written for an old and a new file, and damaged; or they are random.
/// </summary>
internal sealed class ModelClass : FuzzClass
{
    private const int MostBytes = 20_000;
    private const string Length = "length";
    private const string Form = "form";
    private const string Mixed = "mixed";
    private const string Whole = "whole";
    private static readonly string[] Streams = ["ops", "corrections", "literals"];

    public override string Name => "content-models";

    public override IEnumerable<FuzzInput> HandMade() =>
    [
        .. Enumerable.Range(0, 12).Select(i => Written(new Dice((ulong)i), $"hand-made: whole {i}")),
        .. new byte[][] { [], [12], [0x80 | 22], [12, 0], [12, 255, 255, 255, 255, 255, 255, 255, 255, 255] }
            .Select((bytes, i) => Input($"hand-made: alike {i}", new byte[100], 4000, 0, bytes, bytes, bytes, bytes)),
    ];

    public override FuzzInput Build(Dice dice, string origin)
    {
        if (dice.OneIn(5))
            return Input(origin, File(dice), dice.Length(MostBytes), dice.Below(3), Random(dice), Random(dice),
                Random(dice), Random(dice));
        var whole = Written(dice, origin);
        var names = Streams.Append("mixed").ToArray();
        var damaged = new Dictionary<string, byte[]>(whole.Files);
        for (var times = 1 + dice.Below(3); times > 0; times--)
        {
            var name = dice.Of<string>(names);
            // Behind the head more is reached than through it.
            damaged[name] = dice.OneIn(8) || damaged[name].Length < 2
                ? ByteMutator.Mutate(damaged[name], dice)
                : [damaged[name][0], .. ByteMutator.Mutate(damaged[name][1..], dice)];
        }
        if (dice.OneIn(6))
            damaged["old"] = ByteMutator.Mutate(damaged["old"], dice);
        whole.Settings[Whole] = "";
        if (dice.OneIn(10))
            whole.Settings[Length] = dice.Length(MostBytes).ToString(CultureInfo.InvariantCulture);
        return whole.WithFiles(damaged);
    }

    public override async Task RunAsync(FuzzInput input, Trial trial)
    {
        var length = int.Parse(input[Length], CultureInfo.InvariantCulture);
        var mixedLength = int.Parse(input[Mixed], CultureInfo.InvariantCulture);
        var read = await trial.ParseAsync("models", () => Typed(() => Read(input, length)));
        if (read.Succeeded && read.Value.Length != length)
            throw new LawBrokenException(Law.Exact, "models", "they made another length than they were asked for");
        var mixed = await trial.ParseAsync("mixed bytes", () => Typed(() => Unmix(input.Files["mixed"], mixedLength)));
        if (mixed.Succeeded && mixed.Value.Length != mixedLength)
            throw new LawBrokenException(Law.Exact, "mixed bytes", "they are not as many as were asked for");
        if (input[Whole] != "" && (!read.Succeeded || !read.Value.AsSpan().SequenceEqual(input.Files["new"])
            || !mixed.Succeeded || !mixed.Value.AsSpan().SequenceEqual(input.Files["new"])))
            throw new LawBrokenException(Law.Exact, "models", "whole streams do not give their file");
    }

    private static T Typed<T>(Func<T> run)
    {
        try
        {
            return run();
        }
        catch (InvalidDataException e)
        {
            throw new DiffahException(DiffahErrors.PatchInvalid, e.Message, "Fetch it again.", e);
        }
    }

    private static byte[] Read(FuzzInput input, int length)
    {
        var file = ModelledFile.Reader([.. Streams.Select(s => input.Files[s])]);
        return file.Code([], input.Files["old"], length, FormOf(input[Form]));
    }

    private static byte[] Unmix(byte[] packed, int length)
    {
        using var stream = new MixedByteStream(new MemoryStream(packed), length);
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private FuzzInput Written(Dice dice, string origin)
    {
        var old = File(dice);
        var now = dice.OneIn(6) ? File(dice) : ByteMutator.Mutate(old, dice);
        now = now[..Math.Min(now.Length, MostBytes)];
        var form = dice.Below(3);
        // As for a text: lines are found where there are some, and all else is found too.
        var ops = dice.OneIn(2)
            ? TextMatcher.Match(old, now, MatchSettings.Text, default)
            : BinaryMatcher.Match(old, now, MatchSettings.Binary, default);
        var file = ModelledFile.Writer(now, new ModelHead(dice.OneIn(2), dice.Between(12, 16)));
        file.Code([.. ops], old, now.Length, (OpForm)form);
        var packed = file.Finish();
        using var mixed = new MemoryStream();
        MixedBytes.Write(new MemoryStream(now), mixed, default);
        var input = Input(origin, old, now.Length, form, packed[0], packed[1], packed[2], mixed.ToArray());
        input.Settings[Mixed] = now.Length.ToString(CultureInfo.InvariantCulture);
        input.Settings[Whole] = "yes";
        input.Files["new"] = now;
        return input;
    }

    private FuzzInput Input(
        string origin, byte[] old, int length, int form, byte[] ops, byte[] corrections, byte[] literals,
        byte[] mixed) =>
        new FuzzInput(Name, origin)
        {
            Settings = new(StringComparer.Ordinal)
            {
                [Length] = length.ToString(CultureInfo.InvariantCulture),
                [Form] = form.ToString(CultureInfo.InvariantCulture),
                [Mixed] = length.ToString(CultureInfo.InvariantCulture),
                [Whole] = "",
            },
        }.WithFiles([
            new("old", old), new("ops", ops), new("corrections", corrections), new("literals", literals),
            new("mixed", mixed), new("new", []),
        ]);

    private static OpForm FormOf(string form) => (OpForm)int.Parse(form, CultureInfo.InvariantCulture);

    private static byte[] Random(Dice dice) => dice.Bytes(dice.Length(3000));

    private static byte[] File(Dice dice)
    {
        var pair = ContentPair.Of(dice);
        var from = dice.OneIn(4) && pair.Sources.Length > 0 ? pair.Sources[0] : pair.Target;
        return from[..Math.Min(from.Length, dice.Length(MostBytes))];
    }
}
