using System.Buffers.Binary;
using System.Text;

namespace Diffah.Engine.Images.Packages.Rpm;

/// <summary>A row of an SQLite table: a record.</summary>
/// <param name="bytes">Its bytes: the types of its values, then the values.</param>
internal sealed class SqliteRow(byte[] bytes)
{
    /// <summary>A value that is a text; null where it is something else, or is not there.</summary>
    public string? Text(int column) =>
        Find(column) is ( >= 13 and var type, var at) && type % 2 == 1
            ? Encoding.UTF8.GetString(Value(type, at)) : null;

    /// <summary>A value that is bytes; null where it is something else, or is not there.</summary>
    public ReadOnlyMemory<byte>? Blob(int column) =>
        Find(column) is ( >= 12 and var type, var at) && type % 2 == 0
            ? bytes.AsMemory(at, Value(type, at).Length) : null;

    /// <summary>A value that is a number; null where it is something else, or is not there.</summary>
    public long? Integer(int column) => Find(column) switch
    {
        (8, _) => 0,
        (9, _) => 1,
        ( >= 1 and <= 6 and var type, var at) => ReadInteger(Value(type, at)),
        _ => null,
    };

    /// <summary>A number of one to nine bytes, the highest bits first.</summary>
    /// <param name="source">Where it stands.</param>
    /// <param name="at">Where it begins; then where it ends.</param>
    /// <exception cref="InvalidDataException">It is cut short.</exception>
    public static long ReadVarint(ReadOnlySpan<byte> source, ref int at)
    {
        long value = 0;
        for (var count = 1; at < source.Length; count++)
        {
            var next = source[at++];
            if (count == 9)
                return (value << 8) | next;
            value = (value << 7) | (next & 0x7FL);
            if (next < 0x80)
                return value;
        }
        throw CutShort();
    }

    private (long Type, int At)? Find(int column)
    {
        var at = 0;
        var headerLength = ReadVarint(bytes, ref at);
        if (headerLength < at || headerLength > bytes.Length)
            throw CutShort();
        var value = headerLength;
        for (var i = 0; at < headerLength; i++)
        {
            var type = ReadVarint(bytes.AsSpan(0, (int)headerLength), ref at);
            if (i == column)
                return (type, (int)value);
            value += LengthOf(type);
            if (value > bytes.Length)
                throw CutShort();
        }
        return null;
    }

    private ReadOnlySpan<byte> Value(long type, int at) => LengthOf(type) <= bytes.Length - at
        ? bytes.AsSpan(at, (int)LengthOf(type))
        : throw CutShort();

    private static long LengthOf(long type) => type switch
    {
        < 0 or 10 or 11 => throw new InvalidDataException("a value is of a type that is not known"),
        <= 4 => type,
        5 => 6,
        6 or 7 => 8,
        8 or 9 => 0,
        _ => (type - 12) / 2,
    };

    private static long ReadInteger(ReadOnlySpan<byte> value)
    {
        Span<byte> whole = stackalloc byte[8];
        whole.Fill((value[0] & 0x80) != 0 ? (byte)0xFF : (byte)0);
        value.CopyTo(whole[(8 - value.Length)..]);
        return BinaryPrimitives.ReadInt64BigEndian(whole);
    }

    private static InvalidDataException CutShort() => new("a row is cut short");
}
