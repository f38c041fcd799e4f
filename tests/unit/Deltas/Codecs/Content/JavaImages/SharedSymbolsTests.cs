using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Codecs.Content;
using Diffah.Engine.Deltas.Codecs.Content.Executables;
using Diffah.Engine.Deltas.Codecs.Content.Streams;
using Diffah.Engine.Deltas.Codecs.Content.Structure;
using Diffah.Fuzz.Building;
using Diffah.Tests.Support;
using Diffah.Tests.Support.SecondReader;

namespace Diffah.Tests.Deltas.Codecs.Content.JavaImages;

/// <summary>What is made of the symbols of archives of shared classes.</summary>
public sealed class SharedSymbolsTests : IDisposable
{
    private static readonly StreamKey Descriptions = new((byte)FileClass.SharedClasses, StreamKind.Descriptions);
    private static readonly StreamKey Layouts = new((byte)FileClass.SharedClasses, StreamKind.Layouts);

    private readonly TemporaryFolder _folder = new();
    private readonly PatchBench _bench;

    public SharedSymbolsTests() => _bench = new PatchBench(_folder.Path);

    public void Dispose() => _folder.Dispose();

    // As the first symbols of OpenJDK 17.0.19's classes.jsa, and of its classes_nocoops.jsa, are.
    [Fact]
    public void Random_numbers_are_those_of_the_JDK()
    {
        var builder = new SharedArchiveBuilder();
        builder.Names.AddRange(["[Z", "[C", "[F", "x", "y"]);
        var file = builder.Build(1);
        var symbols = new SharedSymbols(
            new(builder.Places[0], builder.Places[1]), new(builder.Places[2], builder.Places[3]),
            new(builder.Places[4], builder.Places[5]), builder.Places[6]);
        var hull = file[symbols.Hull.Start..symbols.Hull.End];
        Assert.True(symbols.TryClear(file));
        var made = file[symbols.Hull.Start..symbols.Hull.End];
        Assert.NotEqual(hull, made);
        Assert.True(symbols.TryMake(made));
        Assert.Equal(hull, made);
        ushort[] expected = [0xE99E, 0x99A9, 0x4BFA, 0x469B, 0x9102];
        Assert.Equal(expected, Enumerable.Range(0, 5).Select(i => (ushort)(made[8 * i + 2] | made[8 * i + 3] << 8)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_archive_comes_back_and_so_it_does_by_the_second_reader(ulong seed)
    {
        for (var round = 0; round < 8; round++)
        {
            var (old, now) = Pair(Dice.For(seed, "symbols", round));
            var (patch, used) = _bench.Encode(now, [old]);
            Assert.Equal(64 | 8 | 2 | 1, PatchParts.Of(patch).Streams[Descriptions][0]);
            Assert.Equal(now, _bench.Decode(patch, used, now.Length));
            Assert.Equal(now, ContentReader.Read(patch, used));
            Compare(patch, used, now);
        }
    }

    [Fact]
    public void The_table_takes_next_to_nothing()
    {
        var (old, now) = Pair(new Dice(9));
        var patch = _bench.Encode(now, [old]).Patch;
        using var folder = new TemporaryFolder();
        var plain = new PatchBench(folder.Path).Encode(now, [old]).Patch;
        Assert.InRange(patch.Length, 1, plain.Length / 4);
        Assert.Equal(9 | 2, PatchParts.Of(plain).Streams[Descriptions][0]);
    }

    [Fact]
    public void An_archive_whose_table_is_another_is_told_as_ever()
    {
        var (old, now) = Pair(new Dice(10));
        now[512 + SharedArchiveBuilder.ImageStart + (16 * 1005) + 2] ^= 1;
        foreach (var (from, to) in ((byte[], byte[])[])[(old, now), (now, old)])
        {
            var (patch, used) = _bench.Encode(to, [from]);
            Assert.Equal(to, _bench.Decode(patch, used, to.Length));
            Assert.Equal(0, PatchParts.Of(patch).Streams[Descriptions][0] & 64);
        }
    }

    [Fact]
    public void Symbols_that_cannot_be_where_they_are_said_to_be_are_refused()
    {
        var builder = SharedArchiveBuilder.Random(new Dice(4), 200);
        var file = builder.Build(70);
        Assert.NotNull(Read(builder.Places, file.Length));
        for (var index = 0; index < 6; index++)
        {
            foreach (var change in (int[])[-5, 1, 2, file.Length])
            {
                var places = builder.Places.ToArray();
                places[index] += change;
                if (places[index] < 0 || Read(places, file.Length) is not { } symbols)
                    continue;
                // What can be there does not follow from what is there.
                Assert.False(symbols.IsAsIn(file), $"{index} {change}");
            }
        }
        Assert.Null(Read([.. builder.Places[..6], builder.Places[0] + 1], file.Length));
        Assert.Null(Read([.. builder.Places[..3], 4, .. builder.Places[4..]], file.Length));
        Assert.Null(Read(builder.Places, builder.Places[4] + builder.Places[5] - 1));
        Assert.Null(Read([.. builder.Places[..2], builder.Places[0], .. builder.Places[3..]], file.Length));
    }

    [Theory]
    [InlineData(0xD1)]
    [InlineData(0xD2)]
    public void A_damaged_patch_gives_an_error_or_bytes_of_the_same_length(ulong seed)
    {
        var (old, now) = Pair(new Dice(seed));
        var (patch, used) = _bench.Encode(now, [old]);
        for (var round = 0; round < 150; round++)
        {
            var parts = PatchParts.Of(patch);
            var dice = Dice.For(seed, "damage", round);
            if (dice.OneIn(2))
                parts.Streams[Layouts][^(1 + dice.Below(30))] ^= (byte)(1 << dice.Below(8));
            else
                parts.Damage(dice);
            try
            {
                Assert.Equal(now.Length, _bench.Decode(parts.ToBytes(), used, now.Length).Length);
            }
            catch (InvalidDataException)
            {
                // Refused.
            }
        }
    }

    private static SharedSymbols? Read(int[] places, int fileLength)
    {
        var next = 0;
        return SharedSymbols.Read(
            most => places[next] <= most ? places[next++] : throw new InvalidDataException(), int.MaxValue) is { } read
            && read.IsIn(fileLength) ? read : null;
    }

    private void Compare(byte[] patch, byte[][] used, byte[] now)
    {
        var path = Path.Combine(_folder.Path, "expected");
        File.WriteAllBytes(path, now);
        File.WriteAllBytes(path + "old", used[0]);
        using var expected = new MappedFile(path);
        using var old = new MappedFile(path + "old");
        ContentDecoder.Compare(new PatchInMemory(patch), [old], expected, 1, null, default);
    }

    private static (byte[] Old, byte[] Now) Pair(Dice dice)
    {
        var builder = SharedArchiveBuilder.Random(dice, 1000);
        var old = builder.Build(250);
        for (var times = 0; times < 5; times++)
            builder.Names.Insert(dice.Below(builder.Names.Count), $"new/Class{times}");
        return (Tar(old), Tar(builder.Build(251)));
    }

    private static byte[] Tar(byte[] file) => ContentPair.Tar("lib/classes.jsa", file);
}
