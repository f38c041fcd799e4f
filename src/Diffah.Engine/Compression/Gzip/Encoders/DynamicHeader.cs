namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// The header of a dynamic block (RFC 1951, section 3.2.7). Lengths of codes are written as runs; a run crosses from
/// the literal and length codes into the distance codes.
/// </summary>
internal sealed class DynamicHeader(PackageMerge packageMerge)
{
    private const int CodeLengthCodes = 19;
    private const int MaxCodeLengthCode = 7;
    private const int MinCodeLengthCodes = 4;
    private const int Repeat = 16;
    private const int ShortZeros = 17;
    private const int LongZeros = 18;

    private readonly byte[] _lengths = new byte[DeflateAlphabet.LiteralLengthCodes + DeflateAlphabet.DistanceCodes];
    private readonly ushort[] _runs = new ushort[DeflateAlphabet.LiteralLengthCodes + DeflateAlphabet.DistanceCodes];
    private readonly int[] _counts = new int[CodeLengthCodes];
    private readonly HuffmanCode _code = new(CodeLengthCodes);
    private int _literalLengths;
    private int _distances;
    private int _runCount;
    private int _codeLengthCodes;

    /// <summary>The size of the whole header, with the block's three bits.</summary>
    public int BitCount { get; private set; }

    private static ReadOnlySpan<byte> Order =>
        [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private static ReadOnlySpan<byte> ExtraBits => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 7];

    public void Prepare(ReadOnlySpan<byte> literalLengths, ReadOnlySpan<byte> distances)
    {
        _literalLengths = literalLengths.Length;
        _distances = distances.Length;
        literalLengths.CopyTo(_lengths);
        distances.CopyTo(_lengths.AsSpan(literalLengths.Length));
        FindRuns(_lengths.AsSpan(0, literalLengths.Length + distances.Length));
        _code.Build(packageMerge, _counts, MaxCodeLengthCode);
        _codeLengthCodes = CodeLengthCodes;
        while (_codeLengthCodes > MinCodeLengthCodes && _counts[Order[_codeLengthCodes - 1]] == 0)
            _codeLengthCodes--;
        BitCount = 3 + 5 + 5 + 4 + (3 * _codeLengthCodes) + _code.BitCount(_counts)
            + (_counts[Repeat] * ExtraBits[Repeat]) + (_counts[ShortZeros] * ExtraBits[ShortZeros])
            + (_counts[LongZeros] * ExtraBits[LongZeros]);
    }

    public void Write(BitOutput output)
    {
        const uint dynamic = 0b100;
        var sizes = dynamic | ((uint)(_literalLengths - DeflateAlphabet.FirstLengthCode) << 3)
            | ((uint)(_distances - 1) << 8) | ((uint)(_codeLengthCodes - MinCodeLengthCodes) << 13);
        output.Put(sizes, 17);
        foreach (var symbol in Order[.._codeLengthCodes])
            output.Put(_code.Lengths[symbol], 3);
        foreach (var run in _runs.AsSpan(0, _runCount))
        {
            output.PutCode(_code, run & 0xff);
            output.Put((uint)(run >> 8), ExtraBits[run & 0xff]);
        }
    }

    private void FindRuns(ReadOnlySpan<byte> lengths)
    {
        _runCount = 0;
        _counts.AsSpan().Clear();
        while (!lengths.IsEmpty)
        {
            var length = lengths[0];
            var run = lengths.IndexOfAnyExcept(length);
            if (run < 0)
                run = lengths.Length;
            lengths = lengths[run..];
            if (length == 0)
                AddZeros(run);
            else
                AddRepeated(length, run);
        }
    }

    private void AddZeros(int run)
    {
        for (; run >= 11; run -= Math.Min(run, 138))
            Add(LongZeros, Math.Min(run, 138) - 11);
        if (run >= 3)
            Add(ShortZeros, run - 3);
        else
            AddEach(0, run);
    }

    private void AddRepeated(byte length, int run)
    {
        Add(length, 0);
        for (run--; run >= 3; run -= Math.Min(run, 6))
            Add(Repeat, Math.Min(run, 6) - 3);
        AddEach(length, run);
    }

    private void AddEach(byte length, int run)
    {
        for (; run > 0; run--)
            Add(length, 0);
    }

    private void Add(int symbol, int extra)
    {
        _counts[symbol]++;
        _runs[_runCount++] = (ushort)(symbol | (extra << 8));
    }
}
