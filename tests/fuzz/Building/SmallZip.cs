using System.Buffers.Binary;
using System.Text;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Fuzz.Building;

/// <summary>Compressed files as zlib and gzip write them: streams that can be made again.</summary>
internal static class SmallZip
{
    private const int LocalLength = 30;
    private const int RecordLength = 46;

    /// <summary>As <c>gzip -n</c> writes it.</summary>
    public static byte[] Gzip(byte[] content) =>
        [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, .. Deflate(content, new(EncoderFamily.Gnu, 6)), .. Trailer(content)];

    /// <summary>An archive.</summary>
    /// <param name="entries">Names, contents, and whether they are deflated.</param>
    /// <param name="wrong">Names and data of entries that say they are deflated, and are not.</param>
    public static byte[] Zip(
        IEnumerable<(string Name, byte[] Content, bool IsDeflated)> entries,
        params (string Name, byte[] Data)[] wrong)
    {
        List<byte> file = [], directory = [];
        var count = 0;
        var all = entries.Select(e => (
            e.Name, e.Content, e.IsDeflated ? Deflate(e.Content, new(EncoderFamily.Zlib, 6)) : e.Content,
            e.IsDeflated));
        foreach (var (name, content, data, isDeflated) in all.Concat(wrong.Select(w => (w.Name, w.Data, w.Data, true))))
        {
            var at = file.Count;
            file.AddRange([.. Header(0x04034B50, LocalLength, 0, name, content, data, isDeflated), .. data]);
            var record = Header(0x02014B50, RecordLength, 2, name, content, data, isDeflated);
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(42), at);
            directory.AddRange(record);
            count++;
        }
        var end = new byte[22];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054B50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)count);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)count);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(12), directory.Count);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(16), file.Count);
        return [.. file, .. directory, .. end];
    }

    // The fields of a local header, and of a record of the directory two bytes further.
    private static byte[] Header(
        uint signature, int length, int shift, string name, byte[] content, byte[] data, bool isDeflated)
    {
        var header = new byte[length + name.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(header, signature);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8 + shift), (ushort)(isDeflated ? 8 : 0));
        Trailer(content).AsSpan(0, 4).CopyTo(header.AsSpan(14 + shift));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(18 + shift), data.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(22 + shift), content.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(26 + shift), (ushort)name.Length);
        Encoding.ASCII.GetBytes(name, header.AsSpan(length));
        return header;
    }

    private static byte[] Trailer(byte[] content)
    {
        var trailer = new byte[8];
        GzipTrailer.Write(content, trailer);
        return trailer;
    }

    private static byte[] Deflate(byte[] content, EncoderProfile profile)
    {
        using var deflater = new PlainDeflater();
        using var made = new MemoryStream();
        deflater.Begin(profile, content.Length);
        while (deflater.Next(content) is { IsEmpty: false } next)
            made.Write(next.Span);
        return made.ToArray();
    }
}
