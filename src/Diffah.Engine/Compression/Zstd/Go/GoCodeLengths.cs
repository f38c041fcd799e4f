using System.Numerics;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>
/// Finds how long the code of each literal is: those of Huffman's tree, made shorter where they are too long.
/// </summary>
internal sealed class GoCodeLengths
{
    private const int Symbols = 256;
    private const int Most = ZstdHuffmanWeights.MaximumBits;
    private const int Least = 5;
    private const int None = -1;

    // Above every sum of counts: a node that is not made yet, and the end of the leaves.
    private const uint NotMade = 1u << 30;
    private const uint NoLeaf = 1u << 31;

    private readonly ulong[] _order = new ulong[Symbols];
    private readonly uint[] _counts = new uint[2 * Symbols];
    private readonly ushort[] _parents = new ushort[2 * Symbols];
    private readonly byte[] _bits = new byte[2 * Symbols];

    /// <summary>Finds the lengths.</summary>
    /// <param name="lengths">Takes the bits of each symbol's code, 0 for none.</param>
    /// <param name="occurrences">How often each symbol occurs; the last occurs, and another one.</param>
    /// <param name="total">How many literals there are.</param>
    /// <returns>The most bits of a code.</returns>
    public int Find(Span<byte> lengths, ReadOnlySpan<uint> occurrences, int total)
    {
        var leaves = Sort(occurrences);
        Grow(leaves);
        var most = Limit(leaves - 1, Largest(occurrences.Length, total));
        lengths.Clear();
        for (var i = 0; i < leaves; i++)
            lengths[(byte)_order[i]] = _bits[i];
        return most;
    }

    private static int Largest(int symbols, int total)
    {
        var least = Math.Min(BitOperations.Log2((uint)total) + 1, BitOperations.Log2((uint)symbols - 1) + 2);
        int byLength = (byte)(BitOperations.Log2((uint)total - 1) - 1);
        return Math.Clamp(Math.Max(Math.Min(Most, byLength), least), Least, Most);
    }

    /// <summary>Orders symbols by how often they occur, most first, and else by their number.</summary>
    private int Sort(ReadOnlySpan<uint> occurrences)
    {
        var leaves = 0;
        for (var symbol = 0; symbol < occurrences.Length; symbol++)
        {
            if (occurrences[symbol] != 0)
                _order[leaves++] = ((ulong)(uint.MaxValue - occurrences[symbol]) << 8) | (uint)symbol;
        }
        _order.AsSpan(0, leaves).Sort();
        for (var i = 0; i < leaves; i++)
            _counts[i] = uint.MaxValue - (uint)(_order[i] >> 8);
        return leaves;
    }

    /// <summary>Joins the two rarest again and again; of a leaf and a node that occur as often, the node.</summary>
    private void Grow(int leaves)
    {
        var root = 2 * leaves - 2;
        _counts.AsSpan(leaves, leaves).Fill(NotMade);
        var (leaf, node) = (leaves - 1, leaves);
        for (var made = leaves; made <= root; made++)
        {
            var one = Rarest(ref leaf, ref node);
            var other = Rarest(ref leaf, ref node);
            _counts[made] = _counts[one] + _counts[other];
            _parents[one] = _parents[other] = (ushort)made;
        }
        _bits[root] = 0;
        for (var i = root - 1; i >= 0; i--)
            _bits[i] = (byte)(_bits[_parents[i]] + 1);
    }

    private int Rarest(ref int leaf, ref int node)
    {
        var count = leaf < 0 ? NoLeaf : _counts[leaf];
        return count < _counts[node] ? leaf-- : node++;
    }

    /// <summary>Shortens what is longer than the most; others pay for it by a bit, the cheapest first.</summary>
    private int Limit(int last, int most)
    {
        int longest = _bits[last];
        if (longest <= most)
            return longest;
        var debt = 0;
        var at = last;
        for (; _bits[at] > most; at--)
        {
            debt += (1 << (longest - most)) - (1 << (longest - _bits[at]));
            _bits[at] = (byte)most;
        }
        while (_bits[at] == most)
            at--;
        Span<int> rarest = stackalloc int[Most + 2];
        rarest.Fill(None);
        for (var (i, bits) = (at, most); i >= 0; i--)
        {
            if (_bits[i] >= bits)
                continue;
            bits = _bits[i];
            rarest[most - bits] = i;
        }
        debt = Pay(rarest, debt >> (longest - most), most);
        GiveBack(rarest, -debt, at, most);
        return most;
    }

    /// <param name="rarest">By how many bits less than the most: the rarest symbol of that length.</param>
    /// <param name="debt">In symbols of the most bits.</param>
    /// <param name="most">The most bits.</param>
    private int Pay(Span<int> rarest, int debt, int most)
    {
        while (debt > 0)
        {
            var less = BitOperations.Log2((uint)debt) + 1;
            for (; less > 1; less--)
            {
                var (one, two) = (rarest[less], rarest[less - 1]);
                if (one != None && (two == None || _counts[one] <= 2 * _counts[two]))
                    break;
            }
            while (less <= Most && rarest[less] == None)
                less++;
            debt -= 1 << (less - 1);
            var symbol = rarest[less];
            if (rarest[less - 1] == None)
                rarest[less - 1] = symbol;
            _bits[symbol]++;
            var isOneLeft = symbol > 0 && _bits[symbol - 1] == most - less;
            rarest[less] = isOneLeft ? symbol - 1 : None;
        }
        return debt;
    }

    private void GiveBack(Span<int> rarest, int paid, int at, int most)
    {
        for (; paid > 0; paid--)
        {
            if (rarest[1] == None)
            {
                while (_bits[at] == most)
                    at--;
                rarest[1] = at;
            }
            _bits[++rarest[1]]--;
        }
    }
}
