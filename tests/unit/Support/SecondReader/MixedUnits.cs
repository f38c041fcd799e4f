using static Diffah.Tests.Support.SecondReader.MixNumbers;

namespace Diffah.Tests.Support.SecondReader;

/// <summary>Bytes and fields of wrong parts (context-mixing.md, "Units").</summary>
internal sealed class MixedUnits
{
    private const int RingLength = 64;

    private readonly RangeReader _coder;
    private readonly bool _isFull;
    private readonly Mixer _flags;
    private readonly Mixer _fieldFlags;
    private readonly Mixer _bytes;
    private readonly SymbolReader _fields;
    private readonly byte[] _added = new byte[RingLength];
    private readonly bool[] _wrong = new bool[RingLength];

    private uint _history;
    private uint _fieldHistory;
    private uint _lastByte;
    private uint _byteBefore;
    private uint _lastField;
    private uint _fieldBefore;

    public MixedUnits(RangeReader coder, bool isFull, int slotBits)
    {
        var fieldBits = Math.Min(slotBits, 20);
        (_coder, _isFull) = (coder, isFull);
        _flags = new Mixer(new MixerSize(isFull ? 9 : 7, slotBits, 512, 256, 32, 510, 15));
        _fieldFlags = new Mixer(new MixerSize(7, fieldBits, 32, 256, 32, 510, 15));
        _bytes = new Mixer(new MixerSize(isFull ? 10 : 8, slotBits, 512, 256, 256, 125, 15));
        _fields = new SymbolReader(coder, contexts: 7, kinds: 32, fieldBits);
    }

    /// <summary>How many bytes were passed since the last wrong one.</summary>
    public int Since { get; private set; }

    private uint ShortSince => (uint)Math.Min(Since, 255);

    public void Begin()
    {
        ClearRing();
        Since = 0;
    }

    /// <summary>A block is right.</summary>
    public void PassBlock(int length)
    {
        ClearRing();
        _history = 0;
        Pass(length);
    }

    /// <summary>A part is right.</summary>
    public void PassPart(int place, int length)
    {
        for (var at = place; at < place + length; at++)
            Note(at, 0, false);
        _history = 0;
        Pass(length);
    }

    /// <summary>Puts a part right that has something wrong.</summary>
    public void Correct(CopiedBlock block, byte[] predicted, List<PredictedField> units)
    {
        var anyWrong = false;
        foreach (var unit in units)
        {
            var place = new UnitPlace(block, predicted, unit.At);
            var isWrong = (!anyWrong && unit == units[^1])
                || (unit.Width == 0 ? IsByteWrong(place) : IsFieldWrong(place, unit.Width));
            if (unit.Width == 0)
                CorrectByte(place, isWrong);
            else
                CorrectField(place, unit.Width, isWrong);
            _history = 2 * _history + (isWrong ? 1u : 0);
            if (isWrong)
                Since = 0;
            else
                Pass(Math.Max(unit.Width, 1));
            anyWrong |= isWrong;
        }
    }

    private bool IsByteWrong(UnitPlace at)
    {
        var (kind, old, told) = (at.Kind, at.OldPlace, at.Predicted(0));
        var flags = 0u;
        foreach (var back in (int[])[4, 8, 12, 16, 24, 32, 48])
            flags = 2 * flags + (_wrong[(at.Place - back) & 63] ? 1u : 0);
        var block = at.Block;
        Span<uint> hashes =
        [
            Hash(0, at.OldWord(old - 3), kind), Hash(1, at.OldWord(old), kind), Hash(2, _history & 0xFFFF, kind),
            Hash(3, flags, (uint)at.Place & 7, kind), Hash(4, 256 * at.OldByte(old - 1) + told, _history & 1, kind),
            Hash(5, kind, ShortSince),
            Hash(6, Length(at.Place - block.Start), Length(block.End - at.Place), _history & 7),
            Hash(7, at.OldWord(old - 4), _history & 15), Hash(8, told, _lastByte + 256 * _byteBefore, _history & 3),
        ];
        for (var i = 0; i < (_isFull ? 9 : 7); i++)
            _flags.Point(i, hashes[i]);
        return _flags.Bit(_coder, (int)(16 * kind + (_history & 15)), (int)told, (int)kind) == 1;
    }

    private bool IsFieldWrong(UnitPlace at, int width)
    {
        var hashes = FieldHashes(at, width);
        for (var i = 0; i < hashes.Length; i++)
            _fieldFlags.Point(i, hashes[i]);
        var second = (_fieldHistory & 0x3F) + 64 * (_history & 3);
        return _fieldFlags.Bit(_coder, (int)at.Kind, (int)second, (int)at.Kind) == 1;
    }

    private uint[] FieldHashes(UnitPlace at, int width)
    {
        var (kind, old) = (at.Kind + 256 * (uint)width, at.OldPlace);
        var code = 65536 * at.OldByte(old - 1) + 256 * at.OldByte(old - 2) + at.OldByte(old - 3);
        var told = at.PredictedWord(0) ^ (width == 8 ? at.PredictedWord(4) : 0);
        return
        [
            Hash(0, kind, _fieldHistory & 0xFF), Hash(1, kind, code), Hash(2, kind, at.OldWord(old)),
            Hash(3, kind, ShortSince, _history & 15), Hash(4, kind, _lastField, _fieldBefore),
            Hash(5, kind, _lastField, _fieldHistory & 7), Hash(6, kind, unchecked(told + (uint)at.Place)),
        ];
    }

    private void CorrectByte(UnitPlace at, bool isWrong)
    {
        var added = isWrong ? ReadByte(at) : 0;
        at.Block.Bytes[at.At] += (byte)added;
        Note(at.Place, (byte)added, isWrong);
        if (isWrong)
            (_byteBefore, _lastByte) = (_lastByte, (uint)added);
    }

    private int ReadByte(UnitPlace at)
    {
        var near = Added(at, 1) != 0 ? 1u : 0;
        var hashes = ByteHashes(at, near);
        var high = ReadNibble(at, hashes, 1, near);
        return 16 * high + ReadNibble(at, Array.ConvertAll(hashes, h => Hash(h, 16 + (uint)high)), 16 + high, near);
    }

    private int ReadNibble(UnitPlace at, uint[] hashes, int path, uint near)
    {
        for (var i = 0; i < hashes.Length; i++)
            _bytes.PointNibble(i, hashes[i]);
        return _bytes.Nibble(_coder, 4, hashes.Length, node =>
        {
            var bits = (int)Length(node) - 1;
            var whole = (path << bits) + node - (1 << bits);
            return (whole + 256 * (int)near, (int)at.Predicted(0), whole);
        });
    }

    private uint[] ByteHashes(UnitPlace at, uint near)
    {
        var (kind, old, told) = (at.Kind, at.OldPlace, at.Predicted(0));
        var (n1, n2, n3) = (at.Right(1), at.Right(2), at.Right(3));
        uint[] few =
        [
            Hash(0, _lastByte + 256 * _byteBefore, near),
            Hash(1, 65536 * told + 256 * at.OldByte(old - 1) + at.OldByte(old + 1), near),
            Hash(2, 65536 * told + 256 * n1 + n2), Hash(3, Added(at, 8) + 256 * Added(at, 16), kind),
            Hash(4, _lastByte, near, kind), Hash(8, 65536 * n3 + 256 * n2 + n1),
            Hash(7, at.OldWord(old & ~3), Added(at, 1), (uint)old & 3),
            Hash(5, Added(at, 4) + 256 * Added(at, 1), kind),
        ];
        return !_isFull ? few :
        [
            .. few, Hash(6, Added(at, 24) + 256 * Added(at, 1) + 65536 * Added(at, 2)),
            Hash(9, 256 * told + n1, kind),
        ];
    }

    private void CorrectField(UnitPlace at, int width, bool isWrong)
    {
        _fieldHistory = 2 * _fieldHistory + (isWrong ? 1u : 0);
        var field = at.Block.Bytes.AsSpan(at.At, width);
        if (isWrong)
        {
            var added = _fields.Signed(at.Kind, FieldHashes(at, width));
            CorrectionReader.Add(field, added);
            (_fieldBefore, _lastField) = (_lastField, (uint)added);
        }
        for (var i = 0; i < width; i++)
            Note(at.Place + i, (byte)(field[i] - at.Predicted(i)), isWrong);
    }

    private uint Added(UnitPlace at, int back) => _added[(at.Place - back) & 63];

    private void Note(int place, byte added, bool isWrong) =>
        (_added[place & 63], _wrong[place & 63]) = (added, isWrong);

    private void ClearRing()
    {
        Array.Clear(_added);
        Array.Clear(_wrong);
    }

    private void Pass(int length) => Since = Math.Min(Since + length, 65535);

    /// <summary>A unit of a block, and what is around it.</summary>
    private sealed record UnitPlace(CopiedBlock Block, byte[] Told, int At)
    {
        public int Place => Block.Place + At;

        public int OldPlace => Block.OldPlace + At;

        public uint Kind => Block.KindOf(OldPlace);

        public uint Predicted(int ahead) => Told[At + ahead];

        public uint PredictedWord(int ahead) => Word(i => Predicted(ahead + i));

        public uint OldByte(int place) => place >= 0 && place < Block.Old.Length ? Block.Old[place] : 0u;

        public uint OldWord(int place) => Word(i => OldByte(place + i));

        /// <summary>A right byte before.</summary>
        public uint Right(int back) => At >= back ? Block.Bytes[At - back]
            : Place >= back ? Block.Made[Place - back] : 0u;

        private static uint Word(Func<int, uint> bytes) =>
            bytes(0) | (bytes(1) << 8) | (bytes(2) << 16) | (bytes(3) << 24);
    }
}
