using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Diffah.Tests.Deltas.Codecs.Content.Nested;

/// <summary>Writes zip archives byte by byte, also such as no tool writes.</summary>
internal sealed class ZipBuilder
{
    private readonly List<byte> _bytes = [];
    private readonly List<byte> _directory = [];
    private int _count;

    /// <summary>Where the next local header will be.</summary>
    public int Position => _bytes.Count;

    public static byte[] Deflate(byte[] content)
    {
        using var made = new MemoryStream();
        using (var stream = new DeflateStream(made, CompressionLevel.Optimal))
            stream.Write(content);
        return made.ToArray();
    }

    public ZipBuilder AddRaw(byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>Adds a local header and the data, and a record of the directory.</summary>
    public ZipBuilder Add(string name, byte[] data, int length, int method = 8, int flags = 0)
    {
        var at = Position;
        AddLocal(name, data, method);
        return AddRecord(name, data.Length, length, at, method, flags);
    }

    public ZipBuilder AddLocal(string name, byte[] data, int method = 8)
    {
        var header = new byte[30];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x04034B50);
        header[8] = (byte)method;
        header[26] = (byte)name.Length;
        _bytes.AddRange([.. header, .. Encoding.ASCII.GetBytes(name), .. data]);
        return this;
    }

    /// <summary>Adds a record of the directory alone.</summary>
    public ZipBuilder AddRecord(string name, int stored, int length, int header, int method = 8, int flags = 0)
    {
        var record = new byte[46];
        BinaryPrimitives.WriteUInt32LittleEndian(record, 0x02014B50);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(8), (ushort)flags);
        record[10] = (byte)method;
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(20), stored);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(24), length);
        record[28] = (byte)name.Length;
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(42), header);
        _directory.AddRange([.. record, .. Encoding.ASCII.GetBytes(name)]);
        _count++;
        return this;
    }

    public byte[] ToArray(int? count = null, int? directoryLength = null)
    {
        var end = new byte[22];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054B50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)(count ?? _count));
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)(count ?? _count));
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(12), directoryLength ?? _directory.Count);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(16), Position);
        return [.. _bytes, .. _directory, .. end];
    }
}
