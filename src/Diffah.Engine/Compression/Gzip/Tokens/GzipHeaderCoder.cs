using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Mixing;

namespace Diffah.Engine.Compression.Gzip.Tokens;

/// <summary>
/// Writes or reads the codes of a block. Of its tokens zlib would make certain code lengths, and say them in a certain
/// way; where another encoder does otherwise, its lengths are told beside those.
/// </summary>
internal sealed class GzipHeaderCoder(BitCoder coder) : IDisposable
{
    private const int Lengths = DeflateAlphabet.Literals + DeflateAlphabet.Distances;
    private const int Explicit = 2;

    private readonly SymbolMixer _symbols = new(contexts: 5, kinds: (int)Kind.Count, slotsLog: 18, limit: 255);
    private readonly uint[] _contexts = new uint[5];
    private readonly ZlibCodeLengths _codes = new();
    private readonly BlockStatistics _statistics = new();
    private readonly byte[] _predicted = new byte[Lengths];
    private readonly byte[] _actual = new byte[Lengths];
    private readonly byte[] _last = new byte[Lengths];
    private readonly byte[] _joint = new byte[Lengths];
    private readonly byte[] _spelled = new byte[2 * Lengths];
    private readonly int[] _counts = new int[DeflateAlphabet.CodeLengths];
    private readonly byte[] _lengths = new byte[DeflateAlphabet.CodeLengths];
    private int _lastKind;

    private enum Kind
    {
        Way,
        Size,
        Length,
        Spelling,
        Symbol,
        CodeLengths,
        Count,
    }

    public void Dispose() => _symbols.Dispose();

    /// <summary>Codes the codes of a block, whose tokens are known.</summary>
    public void Code(GzipBlock block)
    {
        _statistics.Begin(0);
        _statistics.Add(block.Tokens);
        var literals = Predict(_statistics.Literals, 0);
        var distances = Predict(_statistics.Distances, DeflateAlphabet.Literals);
        var header = block.Header;
        if (!coder.IsReader)
            header.ReadLengths(_actual.AsSpan(0, DeflateAlphabet.Literals), _actual.AsSpan(DeflateAlphabet.Literals));
        literals = 257 + CodeNumber(
            Kind.Size, header.Literals - 257, literals - 257, 0, DeflateAlphabet.Literals - 257);
        distances = 1 + CodeNumber(Kind.Size, header.Distances - 1, distances - 1, 1, DeflateAlphabet.Distances - 1);
        CodeLengths(literals, distances);
        CodeSpelling(header, literals, distances);
    }

    private int Predict(ReadOnlySpan<int> frequencies, int at) =>
        _codes.Make(frequencies, DeflateAlphabet.MaximumBits, _predicted.AsSpan(at, frequencies.Length)) + 1;

    private void CodeLengths(int literals, int distances)
    {
        var isPredicted = !coder.IsReader && _actual.AsSpan().SequenceEqual(_predicted);
        _contexts.AsSpan().Fill((uint)_lastKind);
        _lastKind = _symbols.CodeSmall(coder, isPredicted ? 1 : 0, (int)Kind.Way, _contexts);
        if (_lastKind == 1)
        {
            _predicted.CopyTo(_actual, 0);
        }
        else
        {
            CodeEach(0, literals, _statistics.Literals, DeflateAlphabet.Literals);
            CodeEach(DeflateAlphabet.Literals, distances, _statistics.Distances, DeflateAlphabet.Distances);
        }
        _actual.CopyTo(_last, 0);
    }

    private void CodeEach(int from, int count, ReadOnlySpan<int> frequencies, int all)
    {
        _actual.AsSpan(from + count, all - count).Clear();
        var (error, before) = (0, 0);
        for (var symbol = 0; symbol < count; symbol++)
        {
            var at = from + symbol;
            var expected = _predicted[at];
            var frequency = frequencies[symbol];
            _contexts[0] = (uint)(expected | (error << 8) | (Math.Min(frequency, 3) << 16));
            _contexts[1] = (uint)(expected | (_last[at] << 8));
            _contexts[2] = (uint)(Math.Min(frequency, 4000) | (expected << 16));
            _contexts[3] = (uint)(expected | (error << 8) | (before << 16) | (from > 0 ? 1 << 24 : 0));
            _contexts[4] = (uint)(expected | (symbol << 8) | (from << 20));
            var length = _symbols.CodeSmall(coder, _actual[at], (int)Kind.Length, _contexts);
            _actual[at] = (byte)length;
            if (expected > 0 || length > 0)
                (before, error) = (error, Math.Clamp(length - expected, -3, 3) + 4);
        }
    }

    private void CodeSpelling(DynamicHeader header, int literals, int distances)
    {
        var way = coder.IsReader ? 0 : WayOf(header, literals, distances);
        _contexts.AsSpan().Clear();
        way = _symbols.CodeSmall(coder, way, (int)Kind.Spelling, _contexts);
        if (way > Explicit)
            throw ByteCursor.Invalid("has codes that are said in no way");
        var spelled = way == Explicit
            ? CodeSymbols(header, literals + distances)
            : Spell(literals, distances, isJoint: way == 1);
        _codes.Make(_counts, DeflateAlphabet.MaximumCodeLengthBits, _lengths);
        CodeCodeLengths(header, literals, distances, spelled);
    }

    private int WayOf(DynamicHeader header, int literals, int distances)
    {
        for (var way = 0; way < Explicit; way++)
        {
            var length = Spell(literals, distances, isJoint: way == 1);
            if (header.Symbols.SequenceEqual(_spelled.AsSpan(0, length)))
                return way;
        }
        return Explicit;
    }

    private int Spell(int literals, int distances, bool isJoint)
    {
        _counts.AsSpan().Clear();
        var spelling = new CodeLengthSpelling(_spelled, _counts);
        if (isJoint)
        {
            var all = _joint.AsSpan();
            _actual.AsSpan(0, literals).CopyTo(all);
            _actual.AsSpan(DeflateAlphabet.Literals, distances).CopyTo(all[literals..]);
            ZlibBlockRule.Spell(ref spelling, all[..(literals + distances)]);
        }
        else
        {
            ZlibBlockRule.Spell(ref spelling, _actual.AsSpan(0, literals));
            ZlibBlockRule.Spell(ref spelling, _actual.AsSpan(DeflateAlphabet.Literals, distances));
        }
        return spelling.Length;
    }

    /// <summary>The symbols one by one.</summary>
    private int CodeSymbols(DynamicHeader header, int count)
    {
        _counts.AsSpan().Clear();
        var source = coder.IsReader ? default : header.Symbols;
        var (length, last) = (0, 0);
        while (count > 0)
        {
            var symbol = CodeSymbol(source, length, last, 0);
            if (symbol >= DeflateAlphabet.CodeLengths)
                throw ByteCursor.Invalid("has codes that are said in no way");
            _counts[symbol]++;
            _spelled[length++] = symbol;
            var extra = 0;
            if (symbol >= 16)
            {
                extra = CodeSymbol(source, length, symbol, 1) & ((1 << DynamicHeader.RunBits(symbol)) - 1);
                _spelled[length++] = (byte)extra;
            }
            count -= DynamicHeader.RunLength(symbol, extra);
            last = symbol;
        }
        return count == 0 ? length : throw ByteCursor.Invalid("has codes that are said in no way");
    }

    private byte CodeSymbol(ReadOnlySpan<byte> source, int at, int last, int isExtra)
    {
        _contexts.AsSpan().Clear();
        _contexts[0] = (uint)(last | (isExtra << 8));
        _contexts[1] = (uint)(last | (isExtra << 8) | (Math.Min(at, 400) << 9));
        return _symbols.CodeByte(coder, source.IsEmpty ? (byte)0 : source[at], (int)Kind.Symbol, _contexts);
    }

    private void CodeCodeLengths(DynamicHeader header, int literals, int distances, int spelled)
    {
        var order = DeflateAlphabet.CodeLengthOrder;
        var predicted = DeflateAlphabet.CodeLengths;
        while (predicted > 4 && _lengths[order[predicted - 1]] == 0)
            predicted--;
        Span<byte> source = stackalloc byte[DeflateAlphabet.CodeLengths];
        source.Clear();
        if (!coder.IsReader)
            header.CodeLengthLengths.CopyTo(source);
        var count = 4 + CodeNumber(
            Kind.Size, coder.IsReader ? 0 : header.CodeLengthLengths.Length - 4, predicted - 4, 2,
            DeflateAlphabet.CodeLengths - 4);
        header.Begin(literals, distances, count);
        var wrong = 0;
        for (var index = 0; index < count; index++)
        {
            var expected = _lengths[order[index]];
            _contexts.AsSpan().Clear();
            _contexts[0] = (uint)(expected | (Math.Min(wrong, 3) << 8));
            _contexts[1] = (uint)(expected | (index << 8));
            _contexts[2] = (uint)(expected | (Math.Min(_counts[order[index]], 30) << 8));
            var length = _symbols.CodeSmall(coder, source[index], (int)Kind.CodeLengths, _contexts);
            if (length > DeflateAlphabet.MaximumCodeLengthBits)
                throw ByteCursor.Invalid("has a code that is too long");
            wrong += length == expected ? 0 : 1;
            header.Add(length);
        }
        header.Add(_spelled.AsSpan(0, spelled));
    }

    private int CodeNumber(Kind kind, int value, int expected, int which, int most)
    {
        _contexts.AsSpan().Clear();
        _contexts[0] = (uint)which;
        _contexts[1] = (uint)(which | (expected << 8));
        var number = expected + _symbols.CodeSigned(coder, value - expected, (int)kind, _contexts);
        return number >= 0 && number <= most
            ? (int)number
            : throw ByteCursor.Invalid("has a number out of its bounds");
    }
}
