using System.Collections.Immutable;
using Diffah.Engine.Deltas.Codecs.Content.Models;
using Diffah.Engine.Deltas.Codecs.Content.Streams;
using Diffah.Engine.Deltas.Codecs.Content.Structure;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>
/// Reckons what each file of a content takes of its patch. Files share streams, and a stream is compressed as a whole:
/// a file is charged with the part of the compressed bytes that it has of the others.
/// </summary>
/// <param name="records">How many records the content has; the next number is the tail's.</param>
internal sealed class FileLedger(int records)
{
    // Charges are in parts of a byte, so that many small ones do not vanish.
    private const int FractionBits = 16;

    private readonly List<Charge> _charges = [];
    private readonly bool[] _hasOld = new bool[records + 1];
    private readonly long[] _before = new long[StreamKey.Kinds];
    private readonly long[] _after = new long[StreamKey.Kinds];

    /// <summary>Remembers how long the streams of a class are before a record is written.</summary>
    /// <param name="streams">The streams.</param>
    /// <param name="group">The class.</param>
    public void Begin(StreamSetWriter streams, byte group) => streams.ReadLengths(group, _before);

    /// <summary>Notes what a record added to the streams of its class.</summary>
    /// <param name="streams">The streams.</param>
    /// <param name="group">The class.</param>
    /// <param name="record">The record.</param>
    /// <param name="hasOld">Whether old data tell it.</param>
    public void End(StreamSetWriter streams, byte group, int record, bool hasOld)
    {
        streams.ReadLengths(group, _after);
        for (var kind = 0; kind < _after.Length; kind++)
        {
            if (_after[kind] > _before[kind])
                _charges.Add(new Charge(
                    record, new StreamKey(group, (StreamKind)kind), _after[kind] - _before[kind]));
        }
        _hasOld[record] |= hasOld;
    }

    /// <summary>Charges what the models of a class take in place of its streams.</summary>
    /// <param name="group">The class.</param>
    /// <param name="charges">What its records take of the streams of models, in order.</param>
    public void Replace(byte group, IReadOnlyList<RecordCharge> charges)
    {
        // Inserted bytes that are too many for a model stay as they are.
        var hasLiterals = charges.Any(c => c.Kind == StreamKind.Literals);
        _charges.RemoveAll(c => c.Key.Group == group && ClassModels.Replaces(c.Key.Kind)
            && (hasLiterals || c.Key.Kind != StreamKind.Literals));
        foreach (var (record, kind, bytes) in charges)
            _charges.Add(new Charge(record, new StreamKey(group, kind), bytes));
    }

    /// <summary>Draws the balance.</summary>
    /// <param name="target">The content.</param>
    /// <param name="pairs">What its records are told by.</param>
    /// <param name="old">The old records.</param>
    /// <param name="stored">The streams as they are stored.</param>
    public ContentAccount Close(
        ContentMap target, PairedData[] pairs, IReadOnlyList<PairingRecord> old, IReadOnlyList<StoredStream> stored)
    {
        var shares = Share(stored);
        var origins = new OriginAccount[ContentAccount.OriginCount];
        var files = ImmutableArray.CreateBuilder<FileAccount>();
        long charged = 0, paid = 0;
        for (var index = 0; index < pairs.Length; index++)
        {
            if (OriginOf(index, target, pairs[index], old) is not { } origin)
                continue;
            charged += shares[index];
            var (entry, cost) = (target.Entries[index], (charged >> FractionBits) - paid);
            paid += cost;
            origins[(int)origin] = origins[(int)origin].With(entry.DataLength, cost);
            if (origin != FileOrigin.Unchanged)
                files.Add(new FileAccount(entry.Name.Path, origin, entry.DataLength, cost,
                    FromOf(entry.Name.Path, origin, target, pairs[index], old)));
        }
        return new ContentAccount([.. origins], files.ToImmutable());
    }

    /// <summary>What each record is charged with; all of a stream is shared out, to the last part.</summary>
    private long[] Share(IReadOnlyList<StoredStream> stored)
    {
        var streams = stored.ToDictionary(s => s.Key);
        var taken = new Dictionary<StreamKey, long>();
        var shares = new long[records + 1];
        foreach (var (record, key, bytes) in _charges)
        {
            var (stream, before) = (streams[key], taken.GetValueOrDefault(key));
            taken[key] = before + bytes;
            shares[record] += PartOf(stream, before + bytes) - PartOf(stream, before);
        }
        return shares;
    }

    private static long PartOf(StoredStream stream, long bytes) =>
        (long)(((Int128)stream.StoredLength << FractionBits) * bytes / stream.Length);

    /// <summary>What a record is told by; null for one that is no file.</summary>
    private FileOrigin? OriginOf(int index, ContentMap target, PairedData pair, IReadOnlyList<PairingRecord> old)
    {
        var (name, length, _) = target.Entries[index];
        if (!name.IsFile || (length == 0 && !name.IsPlain))
            return null;
        return pair.Kind switch
        {
            PairedKind.None => OriginOfEmpty(name, pair, old),
            PairedKind.Copy => old[pair.Record].Name.Path == name.Path ? FileOrigin.Unchanged : FileOrigin.Moved,
            PairedKind.Repeat => FileOrigin.Repeated,
            _ => _hasOld[index] ? FileOrigin.Patched : FileOrigin.New,
        };
    }

    private static FileOrigin OriginOfEmpty(EntryName name, PairedData pair, IReadOnlyList<PairingRecord> old) =>
        pair.HeaderBase < 0 || old[pair.HeaderBase].Name.Path != name.Path ? FileOrigin.New
        : old[pair.HeaderBase].DataLength == 0 ? FileOrigin.Unchanged
        : FileOrigin.Patched;

    private static string? FromOf(
        string path, FileOrigin origin, ContentMap target, PairedData pair, IReadOnlyList<PairingRecord> old)
    {
        var from = origin switch
        {
            FileOrigin.Repeated => target.Entries[pair.Record].Name.Path,
            FileOrigin.Moved => old[pair.Record].Name.Path,
            FileOrigin.Patched when pair.Kind == PairedKind.Patch => old[pair.Record].Name.Path,
            _ => path,
        };
        return from == path ? null : from;
    }

    /// <summary>What a record added to a stream.</summary>
    private readonly record struct Charge(int Record, StreamKey Key, long Bytes);
}
