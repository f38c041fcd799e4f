using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>
/// What the records of a content are called, for a producer that looks for the same file in another content. An
/// extended header has the path of the entry that it belongs to.
/// </summary>
internal static class EntryPaths
{
    /// <summary>Reads the paths: without a leading <c>/</c> or <c>./</c>, and without one at the end.</summary>
    /// <param name="content">The content.</param>
    /// <param name="records">Its records.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static EntryName[] Read(IContentBytes content, RecordList records, CancellationToken cancellationToken)
    {
        var names = new EntryName[records.Count];
        Span<byte> block = stackalloc byte[TarHeader.BlockSize];
        var (start, longName, paxName) = (0, (string?)null, (string?)null);
        for (var i = 0; i < names.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var record = records[i];
            content.Read(record.Offset, block);
            var type = block[HeaderLayout.Type];
            if (type == (byte)'L')
                longName = RecordWalk.ReadExtended(
                    content, record.DataOffset, record.DataLength, static b => TarText.Read(b.Span));
            else if (type == (byte)'x')
                paxName = RecordWalk.ReadExtended(
                    content, record.DataOffset, record.DataLength, static b => PathOf(b.Span));
            names[i] = new EntryName("", type);
            if (names[i].IsExtended)
                continue;
            var path = Plain(longName ?? paxName ?? new TarHeader(block).Name);
            for (; start <= i; start++)
                names[start] = names[start] with { Path = path };
            (longName, paxName) = (null, null);
        }
        return names;
    }

    private static string? PathOf(ReadOnlySpan<byte> bytes)
    {
        string? path = null, sparse = null;
        while (PaxRecords.TryNext(ref bytes, out var key, out var value))
        {
            if (key.SequenceEqual("path"u8))
                path = value.IsEmpty ? null : TarText.Read(value);
            else if (key.SequenceEqual("GNU.sparse.name"u8))
                sparse = value.IsEmpty ? null : TarText.Read(value);
        }
        return sparse ?? path;
    }

    private static string Plain(string path)
    {
        var start = path.StartsWith("./", StringComparison.Ordinal) ? 2 : 0;
        return path[start..].Trim('/');
    }
}

/// <summary>What a record is called.</summary>
/// <param name="Path">The path of its entry.</param>
/// <param name="Type">Its type, as stored.</param>
internal readonly record struct EntryName(string Path, byte Type)
{
    /// <summary>True for a header that only tells of the entry that follows.</summary>
    public bool IsExtended => Type is (byte)'x' or (byte)'L' or (byte)'K';

    /// <summary>True for what may be a file: no header that only tells of others.</summary>
    public bool IsFile => !IsExtended && Type != (byte)'g';

    /// <summary>True for what is a file even without data.</summary>
    public bool IsPlain => Type == (byte)'0';
}
