using System.Security.Cryptography;
using Diffah.Engine.Deltas.Codecs.Content.Structure;
using Record = Diffah.Engine.Deltas.Codecs.Content.Structure.Record;

namespace Diffah.Tests.Deltas.Codecs.Content.Structure;

/// <summary>What the tests of records and headers share.</summary>
internal static class StructureBench
{
    public static RecordList Walk(byte[] content) => RecordWalk.Read(new MemoryContent(content), default);

    /// <summary>The facts of a content's records.</summary>
    public static List<PairingRecord> Facts(byte[] content)
    {
        var records = Walk(content);
        var names = EntryPaths.Read(new MemoryContent(content), records, default);
        return [.. names.Select((name, i) => new PairingRecord(
            name, records[i].DataLength, DataDigest.Of(SHA256.HashData(Data(content, records[i])))))];
    }

    public static ReadOnlySpan<byte> Data(byte[] content, Record record) =>
        content.AsSpan((int)record.DataOffset, (int)record.DataLength);

    /// <summary>Tells a target's headers, makes them again, and checks that the whole content comes back.</summary>
    /// <returns>The bytes of all columns.</returns>
    public static int RoundTrip(byte[][] old, byte[] target, int[]? bases = null)
    {
        var sources = Old(old);
        var records = Walk(target);
        bases ??= [.. Pairing.Pair([.. old.SelectMany(Facts)], Facts(target), null, default).Select(p => p.HeaderBase)];
        var tail = target.AsSpan((int)records.TailOffset);
        var isZero = !tail.ContainsAnyExcept((byte)0);
        var columns = new HeaderEncoder(new MemoryContent(target), records, sources).Encode(bases, isZero, default);
        var made = Rebuild(columns, sources, target);
        Assert.Equal(target, made);
        return Columns(columns).Sum(c => c.Length);
    }

    public static OldHeaders Old(params byte[][] old) =>
        new([.. old.Select(o => ((IContentBytes)new MemoryContent(o), Walk(o)))]);

    public static byte[][] Columns(HeaderColumns columns) =>
        [.. Enum.GetValues<HeaderColumn>().Select(c => columns[c].Written.ToArray())];

    public static HeaderDecoder Decoder(byte[][] columns, OldHeaders old, long length) =>
        new(new HeaderColumnReader([.. columns.Select(c => (Stream)new MemoryStream(c))]), old, length);

    // Headers, padding and a tail of zeros from the columns; data from the target.
    private static byte[] Rebuild(HeaderColumns columns, OldHeaders old, byte[] target)
    {
        var decoder = Decoder(Columns(columns), old, target.Length);
        using var made = new MemoryStream();
        while (decoder.Next())
        {
            Assert.Equal(made.Length, decoder.Record.Offset);
            made.Write(decoder.Header);
            made.Write(Data(target, decoder.Record));
            made.Write(decoder.Padding);
        }
        Assert.Equal(made.Length, decoder.TailOffset);
        var tail = target.AsSpan((int)decoder.TailOffset);
        made.Write(decoder.IsTailZero ? new byte[tail.Length] : tail);
        return made.ToArray();
    }
}
