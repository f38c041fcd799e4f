using System.Security.Cryptography;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Codecs.Content.Structure;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>A content, and what a producer knows of its records.</summary>
internal sealed class ContentMap : IDisposable
{
    private const int HashLength = 1 << 20;

    private ContentMap(MappedFile file, RecordList records, PairingRecord[] entries) =>
        (File, Records, Entries) = (file, records, entries);

    /// <summary>The content.</summary>
    public MappedFile File { get; }

    /// <summary>Its records.</summary>
    public RecordList Records { get; }

    /// <summary>What each record is called, and the digest of its data.</summary>
    public PairingRecord[] Entries { get; }

    /// <summary>True where nothing but zeros stands behind the last record.</summary>
    public bool IsTailZero { get; private init; }

    /// <summary>How it was last told, and by which contents.</summary>
    public (ContentMap[] Sources, SourcePlan Plan)? LastPlan { get; set; }

    /// <summary>Reads a content.</summary>
    /// <param name="path">Absolute path of its file.</param>
    /// <param name="workers">How many threads read at the same time.</param>
    /// <param name="progress">Told of bytes, from any thread; may be null.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static ContentMap Read(
        string path, int workers, Action<long>? progress, CancellationToken cancellationToken)
    {
        var file = new MappedFile(path);
        try
        {
            var content = new MappedContent(file);
            var records = RecordWalk.Read(content, cancellationToken);
            var names = EntryPaths.Read(content, records, cancellationToken);
            var entries = new PairingRecord[records.Count];
            ParallelWork.For(
                entries.Length, workers,
                (index, stop) =>
                {
                    var record = records[index];
                    entries[index] = new PairingRecord(names[index], record.DataLength, Hash(file, record, stop));
                    progress?.Invoke(record.DataLength);
                },
                cancellationToken);
            return new ContentMap(file, records, entries) { IsTailZero = IsZero(file, records.TailOffset) };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => File.Dispose();

    private static DataDigest Hash(MappedFile file, Record record, CancellationToken cancellationToken)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (record.DataLength <= HashLength)
        {
            SHA256.HashData(file.Span(record.DataOffset, (int)record.DataLength), hash);
            return DataDigest.Of(hash);
        }
        using var hasher = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var done = 0L; done < record.DataLength; done += HashLength)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hasher.AppendData(file.Span(
                record.DataOffset + done, (int)Math.Min(HashLength, record.DataLength - done)));
        }
        hasher.GetHashAndReset(hash);
        return DataDigest.Of(hash);
    }

    private static bool IsZero(MappedFile file, long offset)
    {
        for (; offset < file.Length; offset += HashLength)
        {
            if (file.Span(offset, (int)Math.Min(HashLength, file.Length - offset)).ContainsAnyExcept((byte)0))
                return false;
        }
        return true;
    }
}
