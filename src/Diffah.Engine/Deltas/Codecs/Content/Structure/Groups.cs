using System.Runtime.InteropServices;

namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>Records that share a key, in order, so that the nearest to a place is found without trying all.</summary>
internal sealed class Groups<TKey>
    where TKey : notnull
{
    private readonly Dictionary<TKey, int> _last = [];
    private readonly List<(int Group, int Record)> _added = [];
    private int[] _starts = [];
    private int[] _records = [];

    /// <summary>Adds a record; they come in rising order, and all before the first is looked for.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="record">The record.</param>
    public void Add(TKey key, int record)
    {
        ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, key, out var isThere);
        if (!isThere)
            group = _last.Count - 1;
        _added.Add((group, record));
    }

    /// <summary>Puts the records of each key together.</summary>
    public void Seal()
    {
        _starts = new int[_last.Count + 1];
        _records = new int[_added.Count];
        foreach (var (group, _) in _added)
            _starts[group + 1]++;
        for (var i = 1; i < _starts.Length; i++)
            _starts[i] += _starts[i - 1];
        var next = _starts.AsSpan().ToArray();
        foreach (var (group, record) in _added)
            _records[next[group]++] = record;
        _added.Clear();
    }

    /// <summary>The record of a key that is nearest to a place; −1 where there is none.</summary>
    /// <param name="key">The key.</param>
    /// <param name="place">The place.</param>
    public int Nearest(TKey key, int place)
    {
        if (!_last.TryGetValue(key, out var group))
            return -1;
        var records = _records.AsSpan(_starts[group], _starts[group + 1] - _starts[group]);
        var index = records.BinarySearch(place);
        if (index >= 0)
            return place;
        index = ~index;
        if (index == records.Length)
            return records[^1];
        return index > 0 && place - records[index - 1] <= records[index] - place ? records[index - 1] : records[index];
    }
}
