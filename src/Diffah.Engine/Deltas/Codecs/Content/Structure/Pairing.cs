namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>
/// Finds for each record of a target the old record whose data it has, or is best patched from, and the one whose
/// header is most like its own. A producer's choice: who reads a patch needs none of it.
/// </summary>
internal sealed class Pairing
{
    // An entry has an x, an L and a K at most.
    private const int MaximumExtended = 4;

    private readonly OldFiles _old;
    private readonly IReadOnlyList<PairingRecord> _target;
    private readonly ISimilarContent? _similar;
    private readonly PairedData[] _paired;
    private readonly Dictionary<DataDigest, int> _seen = [];
    private int _next;
    private (int Record, int Found) _asked = (-1, -1);

    private Pairing(OldFiles old, IReadOnlyList<PairingRecord> target, ISimilarContent? similar)
    {
        (_old, _target, _similar) = (old, target, similar);
        _paired = new PairedData[target.Count];
    }

    /// <summary>Decides for all records of a target.</summary>
    /// <param name="old">The records of all sources, from the lowest to the topmost.</param>
    /// <param name="target">The records of the target.</param>
    /// <param name="similar">Finds what no name finds; may be null.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static PairedData[] Pair(
        IReadOnlyList<PairingRecord> old, IReadOnlyList<PairingRecord> target, ISimilarContent? similar,
        CancellationToken cancellationToken)
    {
        var paths = new HashSet<string>(target.Select(t => t.Name.Path), StringComparer.Ordinal);
        var pairing = new Pairing(new OldFiles(old, paths), target, similar);
        var start = 0;
        for (var i = 0; i < target.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (target[i].Name.IsExtended && i + 1 < target.Count)
                continue;
            pairing.PairEntry(start, i);
            start = i + 1;
        }
        return pairing._paired;
    }

    // The entry itself says where its extended headers are to be looked for.
    private void PairEntry(int start, int entry)
    {
        var found = _target[entry].Name.IsExtended ? -1 : FindEntry(entry);
        for (var i = start; i < entry; i++)
            Decide(i, FindExtended(i, entry, found));
        if (_target[entry].Name.IsExtended)
            Decide(entry, -1);
        else
            Decide(entry, found);
    }

    private int FindEntry(int index)
    {
        var (name, length, digest) = _target[index];
        if (_old.ByPath(name.Path) is >= 0 and var same)
            return same;
        var found = _old.ByVersion(name.Path, _next);
        if (length > 0 && (found < 0 || _old[found].Digest != digest)
            && _old.ByData(digest, _next) is >= 0 and var data && !_old[data].Name.IsExtended)
            found = data;
        if (found < 0 && length > 0 && !_seen.ContainsKey(digest))
            found = FindSimilar(index);
        if (found >= 0)
            _old.Learn(found, name.Path);
        return found;
    }

    private int FindExtended(int index, int entry, int oldEntry)
    {
        for (var i = oldEntry - 1; i >= Math.Max(0, oldEntry - MaximumExtended) && _old[i].Name.IsExtended; i--)
        {
            if (_old[i].Name.Type == _target[index].Name.Type)
                return i;
        }
        return -1;
    }

    private void Decide(int index, int headerBase)
    {
        _paired[index] = DecideData(index, headerBase);
        if (headerBase >= 0)
            _next = headerBase + 1;
    }

    private PairedData DecideData(int index, int headerBase)
    {
        var (_, length, digest) = _target[index];
        if (length == 0)
            return new PairedData(PairedKind.None, -1, headerBase);
        if (headerBase >= 0 && _old[headerBase].DataLength == length && _old[headerBase].Digest == digest)
            return new PairedData(PairedKind.Copy, headerBase, headerBase);
        if (_old.ByData(digest, _next) is >= 0 and var copy)
            return new PairedData(PairedKind.Copy, copy, headerBase);
        if (!_seen.TryAdd(digest, index))
            return new PairedData(PairedKind.Repeat, _seen[digest], headerBase);
        if (headerBase >= 0 && _old[headerBase].DataLength > 0)
            return new PairedData(PairedKind.Patch, headerBase, headerBase);
        return FindSimilar(index) is >= 0 and var found
            ? new PairedData(PairedKind.Patch, found, headerBase)
            : new PairedData(PairedKind.New, -1, headerBase);
    }

    // Extended headers are all alike. Of others it is asked once, though for the header and for the data.
    private int FindSimilar(int index)
    {
        if (_target[index].Name.IsExtended)
            return _old.Extended(_target[index].Name.Type, _next);
        if (_asked.Record != index)
            _asked = (index, _similar?.Find(index) ?? -1);
        return _asked.Found;
    }
}
