using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// Code lengths as zlib and GNU gzip make them: a Huffman tree by a binary heap, in which of two nodes of the same
/// weight the flatter is the lesser; then what is deeper than allowed is moved up.
/// </summary>
internal sealed class ZlibCodeLengths
{
    private const int Nodes = 2 * DeflateAlphabet.Literals + 1;

    // A node's weight, then its depth: compared as one number.
    private readonly ulong[] _weights = new ulong[Nodes];
    private readonly int[] _parents = new int[Nodes];
    private readonly int[] _heap = new int[Nodes + 1];
    private readonly int[] _order = new int[Nodes];
    private readonly int[] _depths = new int[Nodes];
    private int _size;

    /// <summary>Makes code lengths, of two symbols at the least.</summary>
    /// <returns>The last symbol with a code.</returns>
    public int Make(ReadOnlySpan<int> frequencies, int maximumBits, Span<byte> lengths)
    {
        lengths[..frequencies.Length].Clear();
        var last = Fill(frequencies);
        for (var at = _size / 2; at >= 1; at--)
            Sink(at);
        var root = Join(frequencies.Length);
        Limit(root, frequencies.Length, maximumBits, lengths);
        return last;
    }

    private int Fill(ReadOnlySpan<int> frequencies)
    {
        _size = 0;
        var last = -1;
        for (var symbol = 0; symbol < frequencies.Length; symbol++)
        {
            if (frequencies[symbol] == 0)
                continue;
            _heap[++_size] = last = symbol;
            _weights[symbol] = (ulong)frequencies[symbol] << 16;
        }
        while (_size < 2)
        {
            var symbol = last < 2 ? ++last : 0;
            _heap[++_size] = symbol;
            _weights[symbol] = 1UL << 16;
        }
        return last;
    }

    /// <summary>Joins the two least nodes until one is left. Nodes are noted from the root on in reverse
    /// order.</summary>
    private int Join(int node)
    {
        var noted = Nodes;
        for (; ; node++)
        {
            var one = _heap[1];
            _heap[1] = _heap[_size--];
            Sink(1);
            var other = _heap[1];
            _order[--noted] = one;
            _order[--noted] = other;
            var (a, b) = (_weights[one], _weights[other]);
            _weights[node] = (((a >> 16) + (b >> 16)) << 16) | (Math.Max(a & 0xFFFF, b & 0xFFFF) + 1);
            _parents[one] = _parents[other] = node;
            _heap[1] = node;
            Sink(1);
            if (_size < 2)
                break;
        }
        _order[--noted] = node;
        return noted;
    }

    private void Sink(int at)
    {
        var node = _heap[at];
        for (var child = 2 * at; child <= _size; child *= 2)
        {
            if (child < _size && _weights[_heap[child + 1]] <= _weights[_heap[child]])
                child++;
            if (_weights[node] <= _weights[_heap[child]])
                break;
            _heap[at] = _heap[child];
            at = child;
        }
        _heap[at] = node;
    }

    private void Limit(int root, int symbols, int maximumBits, Span<byte> lengths)
    {
        Span<int> counts = stackalloc int[DeflateAlphabet.MaximumBits + 2];
        counts.Clear();
        _depths[_order[root]] = 0;
        var tooDeep = 0;
        for (var at = root + 1; at < Nodes; at++)
        {
            var node = _order[at];
            var depth = _depths[_parents[node]] + 1;
            if (depth > maximumBits)
            {
                depth = maximumBits;
                tooDeep++;
            }
            _depths[node] = depth;
            if (node >= symbols)
                continue;
            counts[depth]++;
            lengths[node] = (byte)depth;
        }
        if (tooDeep == 0)
            return;
        for (; tooDeep > 0; tooDeep -= 2)
        {
            var bits = maximumBits - 1;
            while (counts[bits] == 0)
                bits--;
            counts[bits]--;
            counts[bits + 1] += 2;
            counts[maximumBits]--;
        }
        var next = Nodes;
        for (var bits = maximumBits; bits > 0; bits--)
        {
            for (var left = counts[bits]; left > 0;)
            {
                var node = _order[--next];
                if (node >= symbols)
                    continue;
                lengths[node] = (byte)bits;
                left--;
            }
        }
    }
}
