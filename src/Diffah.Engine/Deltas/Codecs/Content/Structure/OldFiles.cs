using System.Text;

namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>The records of all sources, found by path, by data, and by what a path becomes in a new version.</summary>
internal sealed class OldFiles
{
    private const int EditsTried = 4;

    private readonly IReadOnlyList<PairingRecord> _records;
    private readonly Dictionary<string, int> _byPath = new(StringComparer.Ordinal);
    private readonly Groups<DataDigest> _byData = new();
    private readonly Groups<byte> _extended = new();
    private readonly Groups<string> _renamed = new();
    private readonly Groups<string> _versions = new();
    private readonly RecentEdits _edits = new();

    /// <param name="records">The records, from the lowest source to the topmost.</param>
    /// <param name="target">The paths of the target.</param>
    public OldFiles(IReadOnlyList<PairingRecord> records, IReadOnlySet<string> target)
    {
        _records = records;
        for (var i = 0; i < records.Count; i++)
        {
            // An upper source hides what a lower one has, and within one the later entry counts.
            if (!records[i].Name.IsExtended)
                _byPath[records[i].Name.Path] = i;
            else if (records[i].DataLength > 0)
                _extended.Add(records[i].Name.Type, i);
            if (records[i].DataLength > 0)
                _byData.Add(records[i].Digest, i);
        }
        foreach (var (path, i) in _byPath.OrderBy(p => p.Value))
        {
            var version = Version(path);
            _versions.Add(version, i);
            // What is gone was likely renamed.
            if (!target.Contains(path))
                _renamed.Add(version, i);
        }
        _byData.Seal();
        _extended.Seal();
        _renamed.Seal();
        _versions.Seal();
    }

    /// <summary>A record.</summary>
    /// <param name="index">Which.</param>
    public PairingRecord this[int index] => _records[index];

    /// <summary>How many there are.</summary>
    public int Count => _records.Count;

    /// <summary>The topmost entry of a path; −1 where there is none.</summary>
    /// <param name="path">The path.</param>
    public int ByPath(string path) => _byPath.GetValueOrDefault(path, -1);

    /// <summary>The record with certain data that is nearest to a place; −1 where there is none.</summary>
    /// <param name="digest">The data's digest.</param>
    /// <param name="place">The place.</param>
    public int ByData(DataDigest digest, int place) => _byData.Nearest(digest, place);

    /// <summary>The extended header of a type that is nearest to a place; −1 where there is none.</summary>
    /// <param name="type">The type.</param>
    /// <param name="place">The place.</param>
    public int Extended(byte type, int place) => _extended.Nearest(type, place);

    /// <summary>
    /// The entry whose path is the same but for words that were changed in other paths, or for its digits; −1 where
    /// there is none.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <param name="place">Where it is likely.</param>
    public int ByVersion(string path, int place)
    {
        if (ByEdit(path) is >= 0 and var found)
            return found;
        var version = Version(path);
        return _renamed.Nearest(version, place) is >= 0 and var renamed ? renamed : _versions.Nearest(version, place);
    }

    /// <summary>Learns from an entry that has another path now.</summary>
    /// <param name="record">The old record.</param>
    /// <param name="path">The new path.</param>
    public void Learn(int record, string path)
    {
        if (TextEdit.Between(Encoding.UTF8.GetBytes(path), Encoding.UTF8.GetBytes(_records[record].Name.Path))
            is { } edit)
            _edits.Use(edit);
    }

    private int ByEdit(string path)
    {
        if (_edits.Count == 0)
            return -1;
        var bytes = Encoding.UTF8.GetBytes(path);
        for (var i = 0; i < Math.Min(_edits.Count, EditsTried); i++)
        {
            var edit = _edits[i];
            var made = new byte[bytes.Length + edit.New.Length];
            var length = edit.Apply(bytes, made);
            var found = length < 0 ? -1 : ByPath(Encoding.UTF8.GetString(made.AsSpan(0, length)));
            if (found < 0)
                continue;
            _edits.Use(edit);
            return found;
        }
        return -1;
    }

    /// <summary>A path with one digit in place of each run of digits.</summary>
    /// <param name="path">The path.</param>
    internal static string Version(string path)
    {
        var first = path.AsSpan().IndexOfAnyInRange('0', '9');
        if (first < 0)
            return path;
        var text = new StringBuilder(path.Length);
        var wasDigit = false;
        foreach (var letter in path)
        {
            var isDigit = char.IsAsciiDigit(letter);
            if (!isDigit || !wasDigit)
                text.Append(isDigit ? '0' : letter);
            wasDigit = isDigit;
        }
        return text.ToString();
    }
}
