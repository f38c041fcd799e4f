using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>
/// What a tar has between its files, and the check sums of these, as tar-split writes them down and containers/storage
/// adds them to chunked layers: a line of JSON for each.
/// </summary>
/// <param name="content">The layer's tar.</param>
internal sealed class SplitText(StreamAt content)
{
    private const int PieceLength = 128 * 1024;

    // With these a tar ends; what follows is a piece of its own.
    private const int EndLength = 1024;

    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly byte[] _piece = new byte[PieceLength];
    private long _written;
    private int _position;

    /// <summary>The whole text.</summary>
    public ReadOnlyMemory<byte> Write()
    {
        var walk = new TarWalk(content);
        while (walk.Next() is { } item && _output.WrittenCount <= RecipeBounds.ListLength)
        {
            WriteBetween(item.Data);
            WriteFile(item);
        }
        var end = Math.Min(content.Length, _written + (-_written & (EndLength / 2 - 1)) + EndLength);
        WriteBetween(end);
        WriteBetween(content.Length);
        return _output.WrittenMemory;
    }

    private void WriteBetween(long end)
    {
        var length = end - _written;
        if (length <= 0 || length > RecipeBounds.ListLength)
            return;
        var bytes = new byte[length];
        content.Read(_written, bytes);
        _written = end;
        Put("{\"type\":2,\"payload\":"u8);
        PutBase64(bytes);
        PutPosition();
    }

    private void WriteFile(TarItem item)
    {
        Put("{\"type\":1"u8);
        if (item.Name.Length > 0)
            PutName(item.Name);
        if (item.IsFile)
        {
            Put(",\"size\":"u8);
            PutNumber(item.Size);
        }
        Put(",\"payload\":"u8);
        if (item.IsFile)
            PutBase64(SumOf(item));
        else
            Put("null"u8);
        PutPosition();
        _written = item.Data + (item.IsFile ? item.Size : 0);
    }

    private byte[] SumOf(TarItem item)
    {
        var sum = new Crc64();
        for (var at = 0L; at < item.Size; at += PieceLength)
        {
            var piece = _piece.AsSpan(0, (int)Math.Min(item.Size - at, PieceLength));
            content.Read(item.Data + at, piece);
            sum.Add(piece);
        }
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, sum.Value);
        return bytes;
    }

    private void PutName(byte[] name)
    {
        if (!Utf8.IsValid(name))
        {
            Put(",\"name_raw\":"u8);
            PutBase64(name);
            return;
        }
        Put(",\"name\":\""u8);
        Put(Encoding.UTF8.GetBytes(Escaped(Encoding.UTF8.GetString(name))));
        Put("\""u8);
    }

    // As Go's encoding/json does.
    private static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var next in text)
        {
            _ = next switch
            {
                '"' or '\\' => escaped.Append('\\').Append(next),
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                '\b' => escaped.Append("\\b"),
                '\f' => escaped.Append("\\f"),
                < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029' =>
                    escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)next:x4}"),
                _ => escaped.Append(next),
            };
        }
        return escaped.ToString();
    }

    private void PutPosition()
    {
        Put(",\"position\":"u8);
        PutNumber(_position++);
        Put("}\n"u8);
    }

    private void PutNumber(long number)
    {
        Utf8Formatter.TryFormat(number, _output.GetSpan(20), out var written);
        _output.Advance(written);
    }

    private void PutBase64(ReadOnlySpan<byte> bytes)
    {
        Put("\""u8);
        var room = _output.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        Base64.EncodeToUtf8(bytes, room, out _, out var written);
        _output.Advance(written);
        Put("\""u8);
    }

    private void Put(ReadOnlySpan<byte> text) => _output.Write(text);
}
