using Diffah.Engine.Compression.Zstd.Entropy;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>Codes literals, and decides by which code: a new one, the last one, or none.</summary>
internal sealed class GoLiteralCoder
{
    private const int MaximumWeightLog = 6;
    private const int WeightSymbols = 16;

    private readonly GoCodeLengths _codeLengths = new();
    private readonly FseEncodingTable _weightTable = new();
    private readonly uint[] _counts = new uint[4 * 256];
    private readonly byte[] _output =
        new byte[HuffmanCode.Room(ZstdBlockDraft.MaximumLength) + HuffmanWeightsWriter.MaximumLength];

    private HuffmanCode _code = new();
    private HuffmanCode _last = new();
    private bool _hasLast;
    private bool _mayReuse;
    private int _length;

    /// <summary>What was made: the table if there is one, and the streams.</summary>
    public ReadOnlySpan<byte> Output => _output.AsSpan(0, _length);

    /// <summary>Codes literals.</summary>
    /// <param name="literals">More than 16.</param>
    /// <param name="isOne">As one stream, else as four.</param>
    /// <returns>How they are to be written; raw if coding does not gain a sixteenth.</returns>
    public ZstdLiteralsType Code(ReadOnlySpan<byte> literals, bool isOne)
    {
        if (!_mayReuse)
            _hasLast = false;
        var counts = Count(literals, out var most);
        var wanted = literals.Length - (literals.Length >> 4);
        if (most == literals.Length)
            return ZstdLiteralsType.Rle;
        if (most == 1 || most < literals.Length >> 7)
            return ZstdLiteralsType.Raw;
        var canReuse = _hasLast && _last.Covers(counts);
        Span<byte> lengths = stackalloc byte[256];
        lengths = lengths[..counts.Length];
        _code.Build(lengths, _codeLengths.Find(lengths, counts, literals.Length));
        if (_mayReuse && canReuse && (_last.Size(counts) <= _code.Size(counts) || wanted <= 12))
            return Write(_last, literals, isOne, 0, wanted) ? ZstdLiteralsType.Treeless : ZstdLiteralsType.Raw;
        var table = WriteTable();
        if (table == 0 || !Write(_code, literals, isOne, table, wanted))
            return ZstdLiteralsType.Raw;
        (_last, _code) = (_code, _last);
        _hasLast = true;
        return ZstdLiteralsType.Compressed;
    }

    /// <summary>The frame has literals by the last code, so that they may be again.</summary>
    public void AllowReuse() => _mayReuse = true;

    /// <summary>The frame does not have the last code.</summary>
    public void ForbidReuse() => _mayReuse = false;

    /// <summary>Takes over all that lasts.</summary>
    public void CopyFrom(GoLiteralCoder other)
    {
        _last.CopyFrom(other._last);
        (_hasLast, _mayReuse) = (other._hasLast, other._mayReuse);
    }

    /// <summary>The frame has literals by this code.</summary>
    public void Follow(ZstdHuffmanWeights code)
    {
        Span<byte> lengths = stackalloc byte[code.SymbolCount];
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            var weight = code.Weights[symbol];
            lengths[symbol] = (byte)(weight == 0 ? 0 : code.Bits + 1 - weight);
        }
        _last.Build(lengths, code.Bits);
        _hasLast = _mayReuse = true;
    }

    /// <summary>How often each byte occurs, up to the last that does.</summary>
    private ReadOnlySpan<uint> Count(ReadOnlySpan<byte> literals, out int most)
    {
        var counts = _counts.AsSpan();
        counts.Clear();
        var one = counts[..256];
        var two = counts[256..512];
        var three = counts[512..768];
        var four = counts[768..];
        var at = 0;
        for (; at + 4 <= literals.Length; at += 4)
        {
            one[literals[at]]++;
            two[literals[at + 1]]++;
            three[literals[at + 2]]++;
            four[literals[at + 3]]++;
        }
        for (; at < literals.Length; at++)
            one[literals[at]]++;
        var symbols = 0;
        most = 0;
        for (var i = 0; i < 256; i++)
        {
            one[i] += two[i] + three[i] + four[i];
            if (one[i] == 0)
                continue;
            most = Math.Max(most, (int)one[i]);
            symbols = i + 1;
        }
        return one[..symbols];
    }

    private bool Write(HuffmanCode code, ReadOnlySpan<byte> literals, bool isOne, int from, int wanted)
    {
        var room = _output.AsSpan(from);
        var length = isOne ? code.WriteOne(room, literals) : code.WriteFour(room, literals);
        _length = from + length;
        return length != 0 && _length < wanted;
    }

    /// <summary>Writes the new code's table.</summary>
    /// <returns>Its bytes; 0 where it can't be written.</returns>
    private int WriteTable()
    {
        Span<byte> weights = stackalloc byte[256];
        weights = weights[..HuffmanWeightsWriter.Weights(_code, weights)];
        var coded = WriteCodedWeights(weights);
        if (coded > 0 && coded < _code.SymbolCount >> 1)
        {
            _output[0] = (byte)coded;
            return 1 + coded;
        }
        if (weights.Length > HuffmanWeightsWriter.MaximumDirect)
            return 0;
        return HuffmanWeightsWriter.WriteDirect(_output, weights);
    }

    private int WriteCodedWeights(ReadOnlySpan<byte> weights)
    {
        if (weights.Length <= 2)
            return 0;
        Span<uint> occurrences = stackalloc uint[WeightSymbols];
        occurrences.Clear();
        foreach (var weight in weights)
            occurrences[weight]++;
        var (symbols, most) = (0, 0u);
        for (var weight = 0; weight < WeightSymbols; weight++)
        {
            if (occurrences[weight] != 0)
                symbols = weight + 1;
            most = Math.Max(most, occurrences[weight]);
        }
        if (most == weights.Length || most == 1 || most < weights.Length >> 7)
            return 0;
        var log = GoCountNormalizer.Log(symbols, weights.Length - 1, weights.Length, MaximumWeightLog);
        Span<short> counts = stackalloc short[symbols];
        if (!GoCountNormalizer.Fill(counts, occurrences[..symbols], weights.Length, log))
            return 0;
        _weightTable.Build(counts, log);
        return HuffmanWeightsWriter.WriteCoded(_output.AsSpan(1), weights, counts, _weightTable);
    }
}
