using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>
/// The list of a chunked layer's files as containers/storage writes it, as far as the layer and its frames tell.
/// </summary>
/// <param name="content">The layer's tar.</param>
/// <param name="frames">Its frames.</param>
/// <param name="hasEmptyTimes">Whether times that no header has are said.</param>
internal sealed class ListText(StreamAt content, IReadOnlyList<FramePlace> frames, bool hasEmptyTimes)
{
    private const string AttributePrefix = "SCHILY.xattr.";
    private const int PieceLength = 128 * 1024;

    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly byte[] _piece = new byte[PieceLength];
    private int _frame;

    /// <summary>The whole list.</summary>
    public ReadOnlyMemory<byte> Write()
    {
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using var json = new Utf8JsonWriter(_output, options);
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.WriteStartArray("entries");
        var walk = new TarWalk(content);
        while (walk.Next() is { } item)
        {
            WriteItem(json, item);
            if (json.BytesCommitted + json.BytesPending > RecipeBounds.ListLength)
                break;
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return _output.WrittenMemory;
    }

    private void WriteItem(Utf8JsonWriter json, TarItem item)
    {
        var chunks = item.IsFile ? ChunksOf(item) : [];
        json.WriteStartObject();
        json.WriteString("type", TypeOf(item.Type));
        json.WriteString("name", Encoding.UTF8.GetString(item.Name));
        if (item.LinkName.Length > 0)
            json.WriteString("linkName", Encoding.UTF8.GetString(item.LinkName));
        WriteNumber(json, "mode", item.Mode);
        WriteNumber(json, "size", item.Size);
        WriteNumber(json, "uid", item.UserId);
        WriteNumber(json, "gid", item.GroupId);
        WriteTimes(json, item);
        WriteNumber(json, "devMajor", item.MajorDevice);
        WriteNumber(json, "devMinor", item.MinorDevice);
        WriteAttributes(json, item);
        if (chunks.Length > 0)
        {
            json.WriteString("digest", DigestOf(item.Data, item.Size));
            json.WriteNumber("offset", chunks[0].Offset);
            json.WriteNumber("endOffset", chunks[^1].Offset + chunks[^1].Length);
            if (chunks.Length > 1)
                WriteChunk(json, item, chunks[0]);
        }
        json.WriteEndObject();
        foreach (var chunk in chunks.Skip(1))
        {
            json.WriteStartObject();
            json.WriteString("type", "chunk");
            json.WriteString("name", Encoding.UTF8.GetString(item.Name));
            json.WriteNumber("offset", chunk.Offset);
            WriteChunk(json, item, chunk);
            json.WriteEndObject();
        }
    }

    private void WriteChunk(Utf8JsonWriter json, TarItem item, FramePlace chunk)
    {
        json.WriteNumber("chunkSize", chunk.ContentLength);
        WriteNumber(json, "chunkOffset", chunk.Content - item.Data);
        json.WriteString("chunkDigest", DigestOf(chunk.Content, chunk.ContentLength));
        if (IsHole(chunk))
            json.WriteString("chunkType", "zeros");
    }

    /// <summary>The frames that begin in a file.</summary>
    private FramePlace[] ChunksOf(TarItem item)
    {
        while (_frame < frames.Count && frames[_frame].Content < item.Data)
            _frame++;
        var first = _frame;
        while (_frame < frames.Count && frames[_frame].Content < item.Data + item.Size)
            _frame++;
        return [.. frames.Skip(first).Take(_frame - first).Where(f => f.ContentLength > 0)];
    }

    private void WriteTimes(Utf8JsonWriter json, TarItem item)
    {
        json.WriteString("modtime", TimeOf(item, "mtime") ?? TimeOf(item.ModificationTime, ""));
        foreach (var (name, record) in new[] { ("accesstime", "atime"), ("changetime", "ctime") })
        {
            if (TimeOf(item, record) is { } time)
                json.WriteString(name, time);
            else if (hasEmptyTimes)
                json.WriteString(name, "0001-01-01T00:00:00Z");
        }
    }

    private static string? TimeOf(TarItem item, string record)
    {
        if (!item.Records.TryGetValue(record, out var value))
            return null;
        var text = Encoding.ASCII.GetString(value);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        return long.TryParse(
            point < 0 ? text : text[..point], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeOf(seconds, point < 0 ? "" : text[point..].TrimEnd('0').TrimEnd('.')) : null;
    }

    private static string TimeOf(long seconds, string fraction) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, 0, DateTimeOffset.MaxValue.ToUnixTimeSeconds()))
            .ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) + fraction + "Z";

    private static void WriteAttributes(Utf8JsonWriter json, TarItem item)
    {
        var names = item.Records.Keys.Where(k => k.StartsWith(AttributePrefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToList();
        if (names.Count == 0)
            return;
        json.WriteStartObject("xattrs");
        foreach (var name in names)
            json.WriteBase64String(name[AttributePrefix.Length..], item.Records[name]);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long value)
    {
        if (value != 0)
            json.WriteNumber(name, value);
    }

    private static string TypeOf(byte type) => type switch
    {
        (byte)'1' => "hardlink",
        (byte)'2' => "symlink",
        (byte)'3' => "char",
        (byte)'4' => "block",
        (byte)'5' => "dir",
        (byte)'6' => "fifo",
        _ => "reg",
    };

    private bool IsHole(FramePlace chunk)
    {
        const int leastHole = 1024;
        if (chunk.ContentLength < leastHole)
            return false;
        for (var at = 0L; at < chunk.ContentLength; at += PieceLength)
        {
            if (Read(chunk.Content + at, chunk.ContentLength - at).ContainsAnyExcept((byte)0))
                return false;
        }
        return true;
    }

    private string DigestOf(long start, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var at = 0L; at < length; at += PieceLength)
            hash.AppendData(Read(start + at, length - at));
        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private ReadOnlySpan<byte> Read(long at, long left)
    {
        var piece = _piece.AsSpan(0, (int)Math.Min(left, PieceLength));
        content.Read(at, piece);
        return piece;
    }
}
