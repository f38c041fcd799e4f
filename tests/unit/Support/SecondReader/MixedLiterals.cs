using static Diffah.Tests.Support.SecondReader.MixNumbers;

namespace Diffah.Tests.Support.SecondReader;

/// <summary>Inserted bytes of a class that a model tells (context-mixing.md, "Inserted bytes").</summary>
internal sealed class MixedLiterals
{
    private const int Matches = 3;
    private const int MostHistory = 1 << 22;
    private const int MostIndexed = 1 << 24;
    private const int MostBytes = 1 << 24;
    private const int TextClass = 2;

    private readonly RangeReader _coder;
    private readonly Mixer _mixer;
    private readonly int _contexts;
    private readonly bool _isText;
    private readonly MatchPlaces[] _finders = [new(6, 18, 6), new(4, 20, 4), new(7, 20, 6)];
    private readonly List<byte> _history = [];
    private bool _isIndexed;
    private long _count;
    private uint _word;
    private uint _wordBefore;

    public MixedLiterals(RangeReader coder, bool isFull, int slotBits, int number)
    {
        (_coder, _contexts, _isText) = (coder, isFull ? 14 : 8, number == TextClass);
        _mixer = new Mixer(new MixerSize(_contexts + Matches, slotBits, 64, 256, 256, 125, 15));
    }

    /// <summary>A file begins.</summary>
    public void Begin(byte[] old, long inserted)
    {
        _isIndexed = inserted > 0 && old.Length > 8 && inserted >= old.Length / 512;
        foreach (var finder in _finders[1..])
        {
            finder.Leave();
            if (!_isIndexed)
                continue;
            finder.Clear();
            var step = old.Length / MostIndexed + 1;
            for (var place = (8 + step - 1) / step * step; place < old.Length; place += step)
                finder.Add(LastOf(old, place), place);
        }
    }

    /// <summary>Puts inserted bytes into a file.</summary>
    public void Insert(byte[] made, int length, Insertion insertion)
    {
        _count += length;
        if (_count > MostBytes)
            throw new InvalidDataException("a model tells too many bytes");
        foreach (var finder in _finders)
            finder.Leave();
        for (var done = 0; done < length; done++)
            made[insertion.Place + done] = ReadByte(insertion, done, LastOf(made, insertion.Place + done), length);
    }

    private static ulong LastOf(byte[] bytes, int place)
    {
        var last = 0UL;
        for (var at = Math.Max(0, place - 8); at < place; at++)
            last = (last << 8) | bytes[at];
        return last;
    }

    private byte ReadByte(Insertion insertion, int done, ulong last, int length)
    {
        IReadOnlyList<byte>[] within = [_history, insertion.Old, insertion.Old];
        for (var i = 0; i < Matches; i++)
        {
            if (i == 0 || _isIndexed)
                _finders[i].Find(within[i], last);
        }
        if (_history.Count < MostHistory)
            _finders[0].Add(last, _history.Count);
        var expected = new uint[Matches];
        for (var i = 0; i < Matches; i++)
            expected[i] = _finders[i].Place is { } place ? within[i][place] + 1u : 0;
        var behind = OldByte(insertion.Old, insertion.Behind + done);
        var before = OldByte(insertion.Old, insertion.Before - length + done);
        var hashes = _isText
            ? TextHashes(last, expected, behind, before)
            : OtherHashes(last, expected, behind, before, (uint)(insertion.Place + done));
        var high = ReadNibble(hashes, 1, expected, last);
        var low = ReadNibble(Array.ConvertAll(hashes, h => Hash(h, 16 + (uint)high)), 16 + high, expected, last);
        var told = (byte)(16 * high + low);
        Remember(told);
        for (var i = 0; i < Matches; i++)
            _finders[i].Pass(within[i], told);
        return told;
    }

    private static uint OldByte(byte[] old, int place) => place >= 0 && place < old.Length ? old[place] + 1u : 0;

    private uint[] OtherHashes(ulong last, uint[] expected, uint behind, uint before, uint place)
    {
        var four = (uint)last;
        var (one, seventh, eighth) = (four & 0xFF, (uint)(last >> 48) & 0xFF, (uint)(last >> 56));
        uint[] few =
        [
            Hash(1, one), Hash(2, four & 0xFFFF), Hash(3, four & 0xFFFFFF), Hash(4, expected[1], one),
            Hash(5, behind, one), Hash(6, eighth, place & 7, expected[2]), Hash(7, four),
            Hash(8, eighth, one, seventh),
        ];
        return _contexts == few.Length ? few :
        [
            .. few, Hash(9, before, one), Hash(10, expected[1], expected[2], behind),
            Hash(11, four & 0xFF00FF00, place & 3), Hash(12, four & 0xF0FFFF, place & 7), Hash(13, four & 0xFFFF00),
            Hash(14, expected[0], one, place & 3),
        ];
    }

    private uint[] TextHashes(ulong last, uint[] expected, uint behind, uint before)
    {
        var (four, more) = ((uint)last, (uint)(last >> 32));
        var one = four & 0xFF;
        uint[] few =
        [
            Hash(1, one), Hash(2, four & 0xFFFF), Hash(3, four & 0xFFFFFF), Hash(4, expected[1], one), Hash(5, four),
            Hash(6, _word, one), Hash(7, four, more & 0xFF), Hash(8, behind, one),
        ];
        return _contexts == few.Length ? few :
        [
            .. few, Hash(9, _word, _wordBefore), Hash(10, expected[1], expected[2], behind),
            Hash(11, four, more & 0xFFFF), Hash(12, before, one), Hash(13, expected[0], expected[2], one),
            Hash(14, expected[0], four & 0xFFFF),
        ];
    }

    private int ReadNibble(uint[] hashes, int path, uint[] expected, ulong last)
    {
        for (var i = 0; i < hashes.Length; i++)
            _mixer.PointNibble(i, hashes[i]);
        return _mixer.Nibble(_coder, 4, hashes.Length, node =>
        {
            var bits = (int)Length(node) - 1;
            var whole = (path << bits) + node - (1 << bits);
            return (PointMatches(expected, whole), (int)(last & 0xFF), whole);
        });
    }

    // Two bits for each match: how long it is, or 0 where it says nothing.
    private int PointMatches(uint[] expected, int whole)
    {
        var (state, known) = (0, (int)Length(whole) - 1);
        for (var i = 0; i < Matches; i++)
        {
            state *= 4;
            var path = 256 + (int)expected[i] - 1;
            if (expected[i] == 0 || path >> (8 - known) != whole)
            {
                _mixer.Leave(_contexts + i);
                continue;
            }
            var length = _finders[i].Length;
            state += length < 8 ? 1 : length < 20 ? 2 : 3;
            _mixer.Point(_contexts + i, Hash(32 + (uint)i, (uint)length, (uint)(path >> (7 - known)) & 1));
        }
        return state;
    }

    private void Remember(byte told)
    {
        if (_history.Count < MostHistory)
            _history.Add(told);
        if (!_isText)
            return;
        if (told >= 128 || char.IsAsciiLetterOrDigit((char)told) || told is (byte)'_' or (byte)'$')
            _word = Hash(unchecked(_word + 1), told);
        else if (_word != 0)
            (_wordBefore, _word) = (_word, 0);
    }
}
