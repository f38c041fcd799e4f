namespace Diffah.Tests.Support.SecondReader;

/// <summary>The data of a content's records (content-patch.md, "Data").</summary>
internal sealed class DataReader(PatchStreams streams, OldContents old)
{
    private const int PieceLength = 1 << 28;
    private const int Classes = 7;

    private readonly Dictionary<int, ClassReader> _classes = [];
    private readonly List<byte[]> _before = [];
    private long _next;

    /// <summary>The next data.</summary>
    /// <param name="length">How many bytes.</param>
    /// <param name="own">The record's base.</param>
    public byte[] Read(long length, long? own)
    {
        var kind = streams[0, 32].Byte();
        if (kind == 2)
        {
            var back = streams[0, 33].Count(_before.Count - 1);
            return Require(_before[^(back + 1)], length);
        }
        var data = kind switch
        {
            0 => Copy(own ?? throw new InvalidDataException("a record has no base"), length),
            1 => Copy(_next + streams[0, 33].Signed(), length),
            >= 8 and < 8 + Classes => ReadCoded(kind - 8, length, own),
            _ => throw new InvalidDataException("data are of no kind"),
        };
        _before.Add(data);
        return data;
    }

    /// <summary>Nothing may be left of a class.</summary>
    public void RequireEnds()
    {
        foreach (var reader in _classes.Values)
            reader.RequireEnd();
    }

    private byte[] Copy(long number, long length)
    {
        _next = number + 1;
        return Require(old.Data(number), length);
    }

    private byte[] ReadCoded(int number, long length, long? own)
    {
        if (length > PieceLength)
            throw new NotSupportedException("more than one piece");
        if (!_classes.TryGetValue(number, out var reader))
            _classes[number] = reader = new ClassReader(streams, number, old);
        return reader.ReadPiece((int)length, own);
    }

    private static byte[] Require(byte[] data, long length) => data.Length == length
        ? data
        : throw new InvalidDataException("data have another length");
}
