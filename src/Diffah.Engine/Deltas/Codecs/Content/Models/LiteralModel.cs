using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content.Models;

/// <summary>Codes bytes that are inserted, in the light of those before, of the old file and of earlier ones.</summary>
internal sealed class LiteralModel : IDisposable
{
    /// <summary>A class has no more literals that a model codes: it takes a microsecond a byte.</summary>
    public const int MostBytes = 16 << 20;

    private const int Matches = 3;
    private const int MostHistory = 1 << 22;
    private const int FirstHistory = 1 << 12;
    private const int OldSlotsLog = 20;

    // A file has as many bytes for each that is inserted, or its index is not worth the time.
    private const int IndexShare = 512;
    private const int IndexedAtMost = 1 << 24;

    private readonly ContextMixer _mixer;
    private readonly BitCoder _coder;
    private readonly int _contexts;
    private byte[] _history = new byte[FirstHistory];
    private readonly MatchFinder _earlier = new(6, 18);
    private readonly MatchFinder _short = new(4, OldSlotsLog);
    private readonly MatchFinder _long = new(7, OldSlotsLog);
    private readonly MatchFinder[] _finders;
    private readonly int[] _expected = new int[Matches];
    private int _left = MostBytes;
    private int _historyCount;
    private readonly bool _isText;
    private uint _word;
    private uint _wordBefore;
    private bool _hasIndex;

    public LiteralModel(BitCoder coder, bool isFull, int slotsLog, bool isText)
    {
        _coder = coder;
        _contexts = isFull ? 14 : 8;
        _isText = isText;
        _finders = [_earlier, _short, _long];
        _mixer = new ContextMixer(new MixerShape(
            _contexts, Matches, slotsLog, FirstSets: 64, SecondSets: 256, FinalSets: 256, Limit: 125,
            RateShift: 15));
    }

    public void Dispose() => _mixer.Dispose();

    /// <summary>Begins with a file.</summary>
    /// <param name="old">The old file.</param>
    /// <param name="inserted">How many bytes are inserted.</param>
    public void Begin(ReadOnlySpan<byte> old, long inserted)
    {
        _hasIndex = inserted > 0 && old.Length > 8 && inserted >= old.Length / IndexShare;
        _short.Leave();
        _long.Leave();
        if (_hasIndex)
            MakeIndex(old);
    }

    private void MakeIndex(ReadOnlySpan<byte> old)
    {
        _short.Clear();
        _long.Clear();
        var stride = (old.Length / IndexedAtMost) + 1;
        var last = 0UL;
        for (var place = 0; place < old.Length; place++)
        {
            if (place > 7 && (stride == 1 || place % stride == 0))
            {
                _short.Add(last, place);
                _long.Add(last, place);
            }
            last = (last << 8) | old[place];
        }
    }

    /// <summary>Codes bytes.</summary>
    /// <param name="old">The old file.</param>
    /// <param name="behind">Where the old bytes of the operation ended.</param>
    /// <param name="before">Where those of the next begin, less the bytes that are inserted from here on.</param>
    /// <param name="place">Where the bytes stand in the new file.</param>
    /// <param name="last">The last eight bytes before.</param>
    /// <param name="bytes">The bytes; a reader's are written.</param>
    /// <param name="isFirst">Whether they are the first that the operation inserts.</param>
    /// <returns>The last eight bytes.</returns>
    public ulong Code(
        ReadOnlySpan<byte> old, int behind, int before, int place, ulong last, Span<byte> bytes, bool isFirst)
    {
        _left -= bytes.Length;
        if (_left < 0)
            throw StreamCursor.Invalid("has more inserted bytes than a model may code");
        if (isFirst)
        {
            foreach (var finder in _finders)
                finder.Leave();
        }
        for (var index = 0; index < bytes.Length; index++)
        {
            var history = _history.AsSpan(0, _historyCount);
            _earlier.Find(history, last);
            // What is not remembered is not found, and must not stand in the way of what is.
            if (history.Length < MostHistory)
                _earlier.Add(last, history.Length);
            if (_hasIndex)
            {
                _short.Find(old, last);
                _long.Find(old, last);
            }
            Expect(0, history);
            Expect(1, old);
            Expect(2, old);
            SetContexts(last, At(old, behind + index), At(old, before + index), place + index);
            var value = CodeByte(bytes[index], last);
            bytes[index] = value;
            last = (last << 8) | value;
            Remember(value);
            _earlier.Advance(_history.AsSpan(0, _historyCount), value);
            _short.Advance(old, value);
            _long.Advance(old, value);
            if (_isText)
                PassWord(value);
        }
        return last;
    }

    private byte CodeByte(byte value, ulong last)
    {
        var high = CodeNibble(value >> 4, 1, last);
        SetLow(high);
        return (byte)((high << 4) | CodeNibble(value & 15, high, last));
    }

    private readonly uint[] _hashes = new uint[16];

    private void SetContexts(ulong last, uint behind, uint before, int place)
    {
        if (_isText)
            SetTextContexts(last, behind, before);
        else
            SetBinaryContexts(last, behind, before, (uint)place);
        for (var context = 0; context < _contexts; context++)
            _mixer.SetNibble(context, _hashes[context]);
    }

    private void SetBinaryContexts(ulong last, uint behind, uint before, uint place)
    {
        var (l, h) = ((uint)last, (uint)(last >> 32));
        var c1 = l & 0xFF;
        var match = (uint)(_expected[1] + 1);
        _hashes[0] = Hash.Of(1, c1);
        _hashes[1] = Hash.Of(2, l & 0xFFFF);
        _hashes[2] = Hash.Of(3, l & 0xFFFFFF);
        _hashes[3] = Hash.Of(4, match, c1);
        _hashes[4] = Hash.Of(5, behind, c1);
        _hashes[5] = Hash.Of(6, h >> 24, place & 7, (uint)(_expected[2] + 1));
        _hashes[6] = Hash.Of(7, l);
        _hashes[7] = Hash.Of(8, h >> 24, c1, (h << 8) >> 24);
        if (_contexts > 8)
        {
            _hashes[8] = Hash.Of(9, before, c1);
            _hashes[9] = Hash.Of(10, match, (uint)(_expected[2] + 1), behind);
            _hashes[10] = Hash.Of(11, l & 0xFF00FF00, place & 3);
            _hashes[11] = Hash.Of(12, l & 0xF0FFFF, place & 7);
            _hashes[12] = Hash.Of(13, l & 0xFFFF00);
            _hashes[13] = Hash.Of(14, (uint)(_expected[0] + 1), c1, place & 3);
        }
    }

    private void SetTextContexts(ulong last, uint behind, uint before)
    {
        var (l, h) = ((uint)last, (uint)(last >> 32));
        var c1 = l & 0xFF;
        var match = (uint)(_expected[1] + 1);
        _hashes[0] = Hash.Of(1, c1);
        _hashes[1] = Hash.Of(2, l & 0xFFFF);
        _hashes[2] = Hash.Of(3, l & 0xFFFFFF);
        _hashes[3] = Hash.Of(4, match, c1);
        _hashes[4] = Hash.Of(5, l);
        _hashes[5] = Hash.Of(6, _word, c1);
        _hashes[6] = Hash.Of(7, l, h & 0xFF);
        _hashes[7] = Hash.Of(8, behind, c1);
        if (_contexts > 8)
        {
            _hashes[8] = Hash.Of(9, _word, _wordBefore);
            _hashes[9] = Hash.Of(10, match, (uint)(_expected[2] + 1), behind);
            _hashes[10] = Hash.Of(11, l, h & 0xFFFF);
            _hashes[11] = Hash.Of(12, before, c1);
            _hashes[12] = Hash.Of(13, (uint)(_expected[0] + 1), (uint)(_expected[2] + 1), c1);
            _hashes[13] = Hash.Of(14, (uint)(_expected[0] + 1), l & 0xFFFF);
        }
    }

    private void PassWord(byte value)
    {
        var isLetter = value >= 128 || char.IsAsciiLetterOrDigit((char)value) || value is (byte)'_' or (byte)'$';
        if (isLetter)
            _word = Hash.Of(_word + 1, value);
        else if (_word != 0)
            (_wordBefore, _word) = (_word, 0);
    }

    private void SetLow(int high)
    {
        for (var context = 0; context < _contexts; context++)
            _mixer.SetNibble(context, Hash.Of(_hashes[context], (uint)high));
    }

    // The path begins with a 1: 1 for the high nibble, 16 to 31 for the low one.
    private int CodeNibble(int nibble, int path, ulong last)
    {
        var isLow = path >= 16;
        var node = 1;
        for (var shift = 3; shift >= 0; shift--)
        {
            var whole = isLow ? (path << (3 - shift)) | (node & ((1 << (3 - shift)) - 1)) : node;
            var state = SetMatches(whole);
            var bit = _mixer.Code(
                _coder, (nibble >> shift) & 1, node, state, (int)(last & 0xFF), whole);
            node = (node << 1) | bit;
        }
        return isLow ? node & 15 : node;
    }

    private int SetMatches(int whole)
    {
        var state = 0;
        var bits = 31 - int.LeadingZeroCount(whole);
        for (var match = 0; match < Matches; match++)
        {
            var expected = _expected[match] | 256;
            state <<= 2;
            if (_expected[match] < 0 || expected >> (8 - bits) != whole)
            {
                _mixer.Clear(_contexts + match);
                continue;
            }
            var bit = (uint)(expected >> (7 - bits)) & 1;
            var length = (uint)_finders[match].Length;
            state |= length < 8 ? 1 : length < 20 ? 2 : 3;
            _mixer.Set(_contexts + match, Hash.Of(32 + (uint)match, length, bit));
        }
        return state;
    }

    private void Expect(int match, ReadOnlySpan<byte> bytes)
    {
        var place = _finders[match].Place;
        _expected[match] = place < 0 ? -1 : bytes[place];
    }

    private void Remember(byte value)
    {
        if (_historyCount == MostHistory)
            return;
        if (_historyCount == _history.Length)
            Array.Resize(ref _history, 2 * _history.Length);
        _history[_historyCount++] = value;
    }

    private static uint At(ReadOnlySpan<byte> bytes, int place) =>
        (uint)place < (uint)bytes.Length ? bytes[place] + 1u : 0;
}
