using System.Buffers.Binary;
using System.Text;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Codecs.Content.Matching;

/// <summary>Pairs of which it is known what is new in them.</summary>
public sealed class MatcherQualityTests
{
    public static TheoryData<bool> Both => MatcherBench.Both;

    [Theory]
    [InlineData(false, 2000)]
    [InlineData(false, 5000)]
    [InlineData(false, 100_000)]
    [InlineData(true, 500)]
    [InlineData(true, 2000)]
    [InlineData(true, 100_000)]
    public void Behind_a_part_that_was_written_over_the_file_goes_on_as_it_was(bool isText, int length)
    {
        var old = Bytes.Random(1, 600_000);
        var now = old.ToArray();
        Bytes.Random(2, length).CopyTo(now, 200_000);
        Assert.InRange(NewBytes(isText, old, now), 0, length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Many_parts_that_were_written_over_are_no_end_either(bool isText)
    {
        var old = Bytes.Random(1, 600_000);
        var now = old.ToArray();
        for (var part = 0; part < 20; part++)
            Bytes.Random(2 + part, 3000).CopyTo(now, 100_000 + (part * 3100));
        Assert.InRange(NewBytes(isText, old, now), 0, 20 * 3100);
    }

    private static int NewBytes(bool isText, byte[] old, byte[] now)
    {
        var ops = MatcherBench.Match(isText, old, now, out _);
        Assert.Equal(now, MatcherBench.Replay(old, now, ops));
        return ops.Sum(o => o.Insert);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void An_equal_file_is_one_op(bool isText)
    {
        var file = Bytes.Random(1, 100_000);
        var op = Assert.Single(MatcherBench.Match(isText, file, file));
        Assert.Equal((0, 100_000, 0), (op.Old, op.Add, op.Insert));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void What_is_inserted_is_all_that_is_new(bool isText)
    {
        var old = Bytes.Random(1, 100_000);
        byte[] made = [.. old[..30_000], .. Bytes.Random(2, 1000), .. old[30_000..70_000], .. old[70_100..]];
        var ops = MatcherBench.Match(isText, old, made);
        Assert.Equal(3, ops.Count);
        var (mismatches, literals) = MatcherBench.Rest(old, made, ops);
        Assert.InRange(mismatches + literals, 980, 1010);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Blocks_that_change_places_are_found(bool isText)
    {
        var old = Bytes.Random(1, 64 * 2000);
        var order = Enumerable.Range(0, 64).Select(i => i * 37 % 64).ToArray();
        byte[] made = [.. order.SelectMany(b => old.AsSpan(b * 2000, 2000).ToArray())];
        var ops = MatcherBench.Match(isText, old, made);
        Assert.Equal(64, ops.Count);
        var (mismatches, literals) = MatcherBench.Rest(old, made, ops);
        Assert.InRange(mismatches + literals, 0, 64);
    }

    [Fact]
    public void Pointers_that_all_change_break_no_op()
    {
        var old = Bytes.Random(1, 120_000);
        for (var at = 0; at < old.Length; at += 24)
            BinaryPrimitives.WriteInt32LittleEndian(old.AsSpan(at), 0x401000 + (at * 3));
        var made = old.ToArray();
        for (var at = 0; at < old.Length; at += 24)
            BinaryPrimitives.WriteInt32LittleEndian(made.AsSpan(at), 0x402234 + (at * 3));
        made = [.. made[..60_000], .. Bytes.Random(9, 320), .. made[60_000..]];
        var ops = MatcherBench.Match(false, old, made);
        Assert.Equal(2, ops.Count);
        Assert.InRange(MatcherBench.Rest(old, made, ops).Literals, 310, 340);
    }

    [Fact]
    public void Lines_that_are_indented_anew_go_on_behind_the_indent()
    {
        var old = new StringBuilder();
        var made = new StringBuilder();
        var random = new Random(1);
        for (var line = 0; line < 2000; line++)
        {
            var text = string.Concat(Enumerable.Range(0, 6).Select(_ => $"{random.Next(1000)}.call "));
            old.Append("      ").Append(text).Append('\n');
            made.Append("    ").Append(text).Append('\n');
        }
        var (from, to) = (Encoding.ASCII.GetBytes(old.ToString()), Encoding.ASCII.GetBytes(made.ToString()));
        var ops = MatcherBench.Match(true, from, to);
        var (mismatches, literals) = MatcherBench.Rest(from, to, ops);
        Assert.InRange(mismatches + literals, 0, 100);
        Assert.InRange(ops.Count, 1900, 2100);
    }

    [Fact]
    public void A_common_phrase_is_not_fetched_from_afar()
    {
        var phrases = string.Concat(Enumerable.Range(0, 100).Select(i => $"{i:d6} has a return value of {i:d6};\n"));
        var random = new Random(1);
        var others = string.Concat(Enumerable.Range(0, 10_000).Select(_ => $"{random.Next():x8}-{random.Next():x8}\n"));
        var old = Encoding.ASCII.GetBytes(phrases + others);
        var edit = Encoding.ASCII.GetBytes("a line that has a return value of its own\n");
        byte[] made = [.. old[..90_000], .. edit, .. old[90_000..]];
        Assert.Equal(2, MatcherBench.Match(true, old, made).Count);
    }
}
