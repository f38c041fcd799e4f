namespace Diffah.Engine.Deltas.Codecs.Content.JavaImages;

/// <summary>
/// Gives each name a slot of its own, as a linker of Java images does: names whose hashes fall together are hashed
/// with the next seeds until all have free slots; the crowded hashes come first, single names take what is left.
/// </summary>
internal sealed class SlotTable
{
    // Names of real images are hashed about twice.
    private const int MostHashing = 8;
    private const int FreeHashing = 1 << 16;

    private readonly SkeletonNames _names;
    private readonly int[] _first;
    private readonly int[] _next;
    private readonly List<int> _taken = [];
    private long _left;
    private int _free;

    private SlotTable(SkeletonNames names, int slots)
    {
        _names = names;
        (Redirects, Owners, _first) = (new int[slots], new int[slots], new int[slots]);
        _next = new int[names.Count];
        _left = (MostHashing * names.TotalLength) + FreeHashing;
        Array.Fill(Owners, -1);
        Array.Fill(_first, -1);
    }

    /// <summary>For each first hash: 0, the seed that its names have, or −1 − the slot of its only name.</summary>
    public int[] Redirects { get; }

    /// <summary>For each slot, which name has it; -1 for none.</summary>
    public int[] Owners { get; }

    /// <summary>Null where it takes too long to find slots for all.</summary>
    public static SlotTable? TryMake(SkeletonNames names, int slots)
    {
        var table = new SlotTable(names, slots);
        foreach (var hash in table.Gather())
        {
            if (!table.TryPlace(hash))
                return null;
        }
        return table;
    }

    /// <summary>The hashes that have names, those with most names first, else the least first.</summary>
    private IEnumerable<int> Gather()
    {
        var counts = new int[_first.Length];
        for (var index = _names.Count - 1; index >= 0; index--)
        {
            var hash = _names[index].Hash(ImageName.FirstSeed) % _first.Length;
            (_next[index], _first[hash]) = (_first[hash], index);
            counts[hash]++;
        }
        var order = new List<ulong>();
        for (var hash = 0; hash < counts.Length; hash++)
        {
            if (counts[hash] > 0)
                order.Add((ulong)(uint)~counts[hash] << 32 | (uint)hash);
        }
        order.Sort();
        return order.Select(o => (int)(uint)o);
    }

    private bool TryPlace(int hash)
    {
        if (_next[_first[hash]] < 0)
        {
            PlaceSingle(hash);
            return true;
        }
        for (var seed = ImageName.FirstSeed + 1; _left > 0; seed = (seed + 1) & int.MaxValue)
        {
            if (!TryPlace(hash, seed))
                continue;
            Redirects[hash] = (int)seed;
            return true;
        }
        return false;
    }

    // There are not more names than slots.
    private void PlaceSingle(int hash)
    {
        while (Owners[_free] >= 0)
            _free++;
        Owners[_free] = _first[hash];
        Redirects[hash] = -1 - _free;
    }

    private bool TryPlace(int hash, uint seed)
    {
        _taken.Clear();
        for (var index = _first[hash]; index >= 0; index = _next[index])
        {
            var name = _names[index];
            _left -= name.Length;
            var slot = name.Hash(seed) % Owners.Length;
            if (Owners[slot] >= 0)
            {
                foreach (var taken in _taken)
                    Owners[taken] = -1;
                return false;
            }
            Owners[slot] = index;
            _taken.Add(slot);
        }
        return true;
    }
}
