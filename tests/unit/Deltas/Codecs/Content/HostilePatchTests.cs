using System.Globalization;
using Diffah.Engine.Deltas.Codecs.Content;
using Diffah.Engine.Deltas.Codecs.Content.Models;
using Diffah.Engine.Deltas.Codecs.Content.Streams;
using Diffah.Engine.Deltas.Codecs.Content.Structure;
using Diffah.Fuzz.Building;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Codecs.Content;

/// <summary>Patches that no producer writes.</summary>
public sealed class HostilePatchTests : IDisposable
{
    private const string Misfit =
        "puts a file together|cut short|does not fit|out of its bounds|nothing asks for|not there|fill a file";

    private static readonly StreamKey TextDescriptions = new((byte)FileClass.Text, StreamKind.Descriptions);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(15_000, Misfit, (int)ModelSize.None)]
    [InlineData(15_000, Misfit, (int)ModelSize.Compact)]
    [InlineData(400_000, "much longer than what is made of them", (int)ModelSize.None)]
    [InlineData(400_000, "much longer than what is made of them", (int)ModelSize.Full)]
    public void An_old_file_that_is_opened_may_not_be_much_longer_than_the_new_one(
        int oldLength, string message, int models)
    {
        var bench = Bench(models);
        // Random letters stay about as long: so many bytes have 16 times of the new file, or not.
        var old = ContentPair.Tar("a.gz", SmallZip.Gzip(Letters(oldLength)));
        var now = ContentPair.Tar("a.gz", SmallZip.Gzip(Letters(700)));
        var (patch, used) = bench.Encode(now, [old]);
        Assert.Equal(now, bench.Decode(patch, used, now.Length));
        var parts = PatchParts.Of(patch);
        var group = parts.Streams.Keys.Single(k => k.Kind == StreamKind.Descriptions);
        var flags = (FileFlags)parts.Streams[group][0];
        Assert.Equal(oldLength > 100_000, (flags & FileFlags.HasOld) == 0);
        parts.Streams[group][0] = (byte)(flags | FileFlags.HasOld | FileFlags.IsExpected);
        parts.Streams[group] = [.. parts.Streams[group], 0];
        var error = Assert.Throws<InvalidDataException>(
            void () => bench.Decode(parts.ToBytes(), used, now.Length));
        Assert.Contains(message.Split('|'), m => error.Message.Contains(m, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData((int)ModelSize.None)]
    [InlineData((int)ModelSize.Compact)]
    public void What_is_denser_than_a_bound_stays_closed_and_comes_back(int models)
    {
        var bench = Bench(models);
        var now = ContentPair.Tar("a.gz", SmallZip.Gzip(new byte[1 << 20]));
        var (patch, used) = bench.Encode(now, []);
        Assert.Equal(now, bench.Decode(patch, used, now.Length));
        Assert.DoesNotContain(PatchParts.Of(patch).Streams.Keys, k => k.Kind == StreamKind.Nestings);
    }

    [Theory]
    [InlineData((int)ModelSize.None)]
    [InlineData((int)ModelSize.Compact)]
    public void An_archive_with_closed_data_is_told_by_the_old_file_as_it_is(int models)
    {
        var bench = Bench(models);
        // Random data under method 8 are no deflate stream that anybody makes: closed in the new file.
        var closed = ContentPair.Tar("x", Letters(1)).Length + 20_000;
        var data = new Dice(5).Bytes(closed);
        byte[] Archive(ulong seed) => SmallZip.Zip(
            [("a", ContentPair.Tar("t", seed, 4000), true), ("b", Letters(3000), true)], ("c", data));
        var (old, now) = (ContentPair.Tar("a.zip", Archive(1)), ContentPair.Tar("a.zip", Archive(2)));
        var (patch, used) = bench.Encode(now, [old]);
        Assert.Equal(now, bench.Decode(patch, used, now.Length));
        Assert.Contains(PatchParts.Of(patch).Streams.Keys, k => k.Kind == StreamKind.Nestings);
        Assert.InRange(patch.Length, 1, closed / 4);
    }

    [Theory]
    [InlineData((int)FileFlags.HasLayout)]
    [InlineData((int)FileFlags.IsExpected)]
    [InlineData((int)(FileFlags.HasOld | FileFlags.IsNested | FileFlags.HasLayout))]
    [InlineData(16)]
    public void Flags_that_do_not_go_together_are_refused(int flags)
    {
        var bench = Bench((int)ModelSize.Compact);
        var now = ContentPair.Tar("a", 1, 3000);
        var (patch, used) = bench.Encode(now, []);
        var parts = PatchParts.Of(patch);
        parts.Streams[TextDescriptions] = [(byte)flags];
        Assert.Throws<InvalidDataException>(void () => bench.Decode(parts.ToBytes(), used, now.Length));
    }

    [Fact]
    public void A_frame_with_a_larger_window_than_streams_may_have_is_refused_before_memory_is_taken()
    {
        var bench = Bench((int)ModelSize.None);
        var now = ContentPair.Tar("a", 1, 3000);
        var (patch, used) = bench.Encode(now, []);
        var parts = PatchParts.Of(patch);
        // Magic, a descriptor without a single segment, and a window of 2 GiB: RFC 8878, 3.1.1.1.
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xA8, 1, 0, 0];
        using var bytes = new MemoryStream();
        parts.Head.Write(bytes);
        var key = new StreamKey((byte)FileClass.Text, StreamKind.Literals);
        StreamDirectory.Write(bytes, [.. parts.Streams.Select(s => s.Key == key
            ? new StoredStream(key, StreamCoding.Zstd, s.Value.Length, frame.Length)
            : new StoredStream(s.Key, StreamCoding.Raw, s.Value.Length, s.Value.Length))]);
        foreach (var (name, stream) in parts.Streams)
            bytes.Write(name == key ? frame : stream);
        Assert.Throws<InvalidDataException>(void () => bench.Decode(bytes.ToArray(), used, now.Length));
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(2, 3)]
    [InlineData(10, 3)]
    [InlineData(14, 3)]
    [InlineData(1, 4)]
    public void A_stream_is_coded_as_its_kind_may_be(int kind, int coding) =>
        Assert.Throws<InvalidDataException>(() => Listed(true, (1, 3), (6, 3), (kind, coding)));

    [Theory]
    [InlineData("1:3 6:3", true)]
    [InlineData("1:3 6:3 7:3 8:2 9:1 10:0", true)]
    [InlineData("1:3 6:3 7:1", true)]
    [InlineData("1:2 2:0 5:1 6:2 7:2 14:0", true)]
    [InlineData("1:3", false)]
    [InlineData("6:3 7:3", false)]
    [InlineData("1:1 6:3", false)]
    [InlineData("1:3 6:2", false)]
    [InlineData("1:0 2:0 7:3", false)]
    [InlineData("1:3 2:0 6:3", false)]
    [InlineData("1:3 6:3 13:2", false)]
    public void A_class_has_all_models_or_none(string listed, bool isRight)
    {
        (int Kind, int Coding)[] streams = [.. listed.Split(' ').Select(s => s.Split(':')).Select(
            s => (int.Parse(s[0], CultureInfo.InvariantCulture), int.Parse(s[1], CultureInfo.InvariantCulture)))];
        if (isRight)
            Assert.Equal(streams.Length, Listed(true, streams).Length);
        else
            Assert.Throws<InvalidDataException>(() => Listed(true, streams));
        if (streams.Any(s => s.Coding > 1))
            Assert.Throws<InvalidDataException>(() => Listed(false, streams));
    }

    [Theory]
    [InlineData(StreamKind.Adds)]
    [InlineData(StreamKind.Corrections)]
    public void A_class_has_its_models(object kind)
    {
        var bench = Bench((int)ModelSize.Full);
        var now = ContentPair.Tar("a", 1, 3000);
        var (patch, used) = bench.Encode(now, []);
        var parts = PatchParts.Of(patch);
        var key = new StreamKey((byte)FileClass.Text, (StreamKind)kind);
        var stream = parts.Streams[key];
        parts.Streams[key] = [];
        Assert.Throws<InvalidDataException>(void () => bench.Decode(parts.ToBytes(), used, now.Length));
        parts.Streams[key] = [23, .. stream[1..]];
        Assert.Throws<InvalidDataException>(void () => bench.Decode(parts.ToBytes(), used, now.Length));
        parts.Streams.Remove(key);
        Assert.Throws<InvalidDataException>(void () => bench.Decode(parts.ToBytes(), used, now.Length));
    }

    private static StoredStream[] Listed(bool hasModels, params (int Kind, int Coding)[] streams)
    {
        using var bytes = new MemoryStream();
        StreamDirectory.Write(bytes, [.. streams.OrderBy(s => s.Kind).Select(
            s => new StoredStream(new StreamKey(2, (StreamKind)s.Kind), (StreamCoding)s.Coding, 0, 0))]);
        using var cursor = new StreamCursor(new MemoryStream(bytes.ToArray()), bytes.Length);
        return StreamDirectory.Read(cursor, hasModels);
    }

    private PatchBench Bench(int models) => new(_folder.Path, (ModelSize)models);

    private static byte[] Letters(int length) => [.. new Dice(3).Bytes(length).Select(b => (byte)('a' + (b & 15)))];
}
