using System.Buffers.Binary;
using System.Numerics;
using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Deltas.Codecs.Content.Files;

namespace Diffah.Engine.Deltas.Codecs.Content.Models;

/// <summary>Codes which bytes and fields of a part are wrong, and what is added to them.</summary>
internal sealed class UnitModel : IDisposable
{
    /// <summary>Kinds of ranges that are told apart.</summary>
    public const int Kinds = 32;

    private const int RingLength = 64;
    private const int FieldContexts = 7;

    private readonly BitCoder _coder;
    private readonly ContextMixer _flags;
    private readonly ContextMixer _fieldFlags;
    private readonly ContextMixer _bytes;
    private readonly SymbolMixer _fields;
    private readonly uint[] _hashes = new uint[16];
    private readonly int _flagContexts;
    private readonly int _byteContexts;

    // What the last bytes lacked, and whether they were wrong, by their places in the new file.
    private readonly byte[] _lacks = new byte[RingLength];
    private readonly byte[] _wrong = new byte[RingLength];
    private bool _isRingClear = true;
    private uint _flagHistory;
    private uint _fieldHistory;
    private ulong _last;
    private byte _lack1;
    private byte _lack2;
    private long _fieldLack1;
    private long _fieldLack2;

    public UnitModel(BitCoder coder, bool isFull, int slotsLog)
    {
        _coder = coder;
        _flagContexts = isFull ? 9 : 7;
        _byteContexts = isFull ? 10 : 8;
        _flags = new(new MixerShape(_flagContexts, 0, slotsLog, 16 * Kinds, 256, Kinds, 510, 15));
        _fieldFlags = new(new MixerShape(FieldContexts, 0, Math.Min(slotsLog, 20), Kinds, 256, Kinds, 510, 15));
        _bytes = new(new MixerShape(_byteContexts, 0, slotsLog, 512, 256, 256, 125, 15));
        _fields = new SymbolMixer(FieldContexts, Kinds, Math.Min(slotsLog, 20), limit: 125);
    }

    /// <summary>Bytes since the last that was wrong.</summary>
    public int SinceWrong { get; private set; }

    public void Dispose()
    {
        _flags.Dispose();
        _fieldFlags.Dispose();
        _bytes.Dispose();
        _fields.Dispose();
    }

    /// <summary>Begins with a file.</summary>
    public void Begin()
    {
        ClearRing();
        SinceWrong = 0;
    }

    /// <summary>Begins with a block that has something wrong.</summary>
    /// <param name="last">The last eight bytes before.</param>
    public void BeginBlock(ulong last) => _last = last;

    /// <summary>Passes a block that is right.</summary>
    /// <param name="length">How long it is.</param>
    public void PassBlock(int length)
    {
        ClearRing();
        Pass(length);
    }

    /// <summary>Passes a part that is right.</summary>
    /// <param name="start">Where its block begins in the new file.</param>
    /// <param name="at">Where it begins in the block.</param>
    /// <param name="end">Where it ends in the block.</param>
    public void PassPart(int start, int at, int end)
    {
        for (var place = at; place < end; place++)
            Note(start + place, 0, false);
        Pass(end - at);
    }

    /// <summary>The kind of a field, or of what is around it.</summary>
    public static uint KindOf(in PredictedBlock block, int at) =>
        block.Kinds.IsEmpty ? 0 : (uint)block.Kinds[at] % Kinds;

    /// <summary>Codes what the bytes of a part lack that has something wrong.</summary>
    /// <param name="block">What is known of its block.</param>
    /// <param name="predicted">The predicted bytes of the block.</param>
    /// <param name="actual">The right ones, for a writer; a reader's become right.</param>
    /// <param name="at">Where the part begins in the block.</param>
    /// <param name="end">Where it ends in the block.</param>
    public void Code(
        in PredictedBlock block, ReadOnlySpan<byte> predicted, Span<byte> actual, int at, int end)
    {
        var any = false;
        while (at < end)
        {
            var width = block.Fields.IsEmpty ? 0 : block.Fields[at];
            var length = Math.Max(width, 1);
            var isWrong = !_coder.IsReader && !predicted.Slice(at, length).SequenceEqual(actual.Slice(at, length));
            if (!any && at + length >= end)
                isWrong = true;
            else if (width == 0)
                isWrong = CodeFlag(block, predicted, actual, at, isWrong);
            else
                isWrong = CodeFieldFlag(block, predicted, at, width, isWrong);
            any |= isWrong;
            if (width == 0)
                CodeByte(block, predicted, actual, at, isWrong);
            else
                CodeField(block, predicted, actual, at, width, isWrong);
            _flagHistory = (_flagHistory << 1) | (isWrong ? 1u : 0);
            SinceWrong = isWrong ? 0 : Math.Min(SinceWrong + length, ushort.MaxValue);
            at += length;
        }
    }

    private bool CodeFlag(
        in PredictedBlock block, ReadOnlySpan<byte> predicted, ReadOnlySpan<byte> actual, int at, bool isWrong)
    {
        var old = block.Old;
        var (i, j) = (block.OldPlace + at, block.Place + at);
        var kind = KindOf(block, at);
        var (o1, o0) = (Byte(old, i - 1), predicted[at]);
        var before = Word(old, i - 3);
        _flags.Set(0, Hash.Of(0, before, kind));
        _flags.Set(1, Hash.Of(1, Word(old, i), kind));
        _flags.Set(2, Hash.Of(2, _flagHistory & 0xFFFF, kind));
        _flags.Set(3, Hash.Of(3, StrideFlags(j), (uint)j & 7, kind));
        _flags.Set(4, Hash.Of(4, (o1 << 8) | o0, _flagHistory & 1, kind));
        _flags.Set(5, Hash.Of(5, kind, (uint)Math.Min(SinceWrong, 255)));
        _flags.Set(6, Hash.Of(6, Log(j - block.Start), Log(block.End - j), _flagHistory & 7));
        if (_flagContexts > 7)
        {
            _flags.Set(7, Hash.Of(7, Word(old, i - 4), _flagHistory & 15));
            _flags.Set(8, Hash.Of(8, o0, (uint)_lack1 | ((uint)_lack2 << 8), _flagHistory & 3));
        }
        return _flags.Code(
            _coder, isWrong ? 1 : 0, 0, (int)(_flagHistory & 0x0F) | ((int)kind << 4), o0, (int)kind) != 0;
    }

    private uint StrideFlags(int j)
    {
        var flags = 0u;
        foreach (var back in (ReadOnlySpan<int>)[4, 8, 12, 16, 24, 32, 48])
            flags = (flags << 1) | _wrong[(j - back) & (RingLength - 1)];
        return flags;
    }

    private void CodeByte(
        in PredictedBlock block, ReadOnlySpan<byte> predicted, Span<byte> actual, int at, bool isWrong)
    {
        var j = block.Place + at;
        if (!isWrong)
        {
            Note(j, 0, false);
            return;
        }
        var lack = (byte)(actual[at] - predicted[at]);
        SetByteContexts(block, predicted, actual, at);
        lack = CodeLack(lack, Lack(j - 1) != 0 ? 1 : 0, predicted[at]);
        actual[at] = (byte)(predicted[at] + lack);
        Note(j, lack, true);
        (_lack2, _lack1) = (_lack1, lack);
    }

    private void SetByteContexts(
        in PredictedBlock block, ReadOnlySpan<byte> predicted, ReadOnlySpan<byte> actual, int at)
    {
        var old = block.Old;
        var (i, j) = (block.OldPlace + at, block.Place + at);
        var kind = KindOf(block, at);
        var near = Lack(j - 1) != 0 ? 1u : 0;
        var p = (uint)predicted[at];
        uint New(ReadOnlySpan<byte> bytes, int back) =>
            back <= at ? bytes[at - back] : (byte)(_last >> (8 * (back - at - 1)));
        var (n1, n2, n3) = (New(actual, 1), New(actual, 2), New(actual, 3));
        _hashes[0] = Hash.Of(0, (uint)(_lack1 | (_lack2 << 8)), near);
        _hashes[1] = Hash.Of(1, (p << 16) | (Byte(old, i - 1) << 8) | Byte(old, i + 1), near);
        _hashes[2] = Hash.Of(2, (p << 16) | (n1 << 8) | n2);
        _hashes[3] = Hash.Of(3, (uint)(Lack(j - 8) | (Lack(j - 16) << 8)), kind);
        _hashes[4] = Hash.Of(4, _lack1, near, kind);
        _hashes[5] = Hash.Of(8, (n3 << 16) | (n2 << 8) | n1);
        _hashes[6] = Hash.Of(7, Word(old, i & ~3), Lack(j - 1), (uint)i & 3);
        _hashes[7] = Hash.Of(5, (uint)(Lack(j - 4) | (Lack(j - 1) << 8)), kind);
        if (_byteContexts > 8)
        {
            _hashes[8] = Hash.Of(6, (uint)(Lack(j - 24) | (Lack(j - 1) << 8) | (Lack(j - 2) << 16)));
            _hashes[9] = Hash.Of(9, (p << 8) | n1, kind);
        }
    }

    private byte CodeLack(byte lack, int near, byte predicted)
    {
        for (var context = 0; context < _byteContexts; context++)
            _bytes.SetNibble(context, _hashes[context]);
        var high = CodeLackNibble(lack >> 4, 1, near, predicted);
        for (var context = 0; context < _byteContexts; context++)
            _bytes.SetNibble(context, Hash.Of(_hashes[context], (uint)high));
        return (byte)CodeLackNibble(lack & 15, high, near, predicted);
    }

    private int CodeLackNibble(int nibble, int path, int near, byte predicted)
    {
        var node = 1;
        for (var shift = 3; shift >= 0; shift--)
        {
            var whole = path < 16 ? node : (path << (3 - shift)) | (node & ((1 << (3 - shift)) - 1));
            var bit = _bytes.Code(_coder, (nibble >> shift) & 1, node, whole + (near << 8), predicted, whole);
            node = (node << 1) | bit;
        }
        return path < 16 ? node : (path << 4) | (node & 15);
    }

    private bool CodeFieldFlag(
        in PredictedBlock block, ReadOnlySpan<byte> predicted, int at, int width, bool isWrong)
    {
        SetFieldContexts(block, predicted, at, width);
        for (var context = 0; context < FieldContexts; context++)
            _fieldFlags.Set(context, _hashes[context]);
        var kind = KindOf(block, at);
        return _fieldFlags.Code(
            _coder, isWrong ? 1 : 0, 0, (int)kind, (int)(_fieldHistory & 0x3F) | (int)((_flagHistory & 3) << 6),
            (int)kind) != 0;
    }

    private void SetFieldContexts(in PredictedBlock block, ReadOnlySpan<byte> predicted, int at, int width)
    {
        var old = block.Old;
        var i = block.OldPlace + at;
        var kind = KindOf(block, at) | ((uint)width << 8);
        var value = Word(old, i);
        var code = (Byte(old, i - 1) << 16) | (Byte(old, i - 2) << 8) | Byte(old, i - 3);
        var guess = width == 8 ? Word(predicted, at) ^ Word(predicted, at + 4) : Word(predicted, at);
        _hashes[0] = Hash.Of(0, kind, _fieldHistory & 0xFF);
        _hashes[1] = Hash.Of(1, kind, code);
        _hashes[2] = Hash.Of(2, kind, value);
        _hashes[3] = Hash.Of(3, kind, (uint)Math.Min(SinceWrong, 255), _flagHistory & 15);
        _hashes[4] = Hash.Of(4, kind, (uint)_fieldLack1, (uint)_fieldLack2);
        _hashes[5] = Hash.Of(5, kind, (uint)_fieldLack1, _fieldHistory & 7);
        _hashes[6] = Hash.Of(6, kind, unchecked(guess + (uint)(block.Place + at)));
    }

    private void CodeField(
        in PredictedBlock block, ReadOnlySpan<byte> predicted, Span<byte> actual, int at, int width, bool isWrong)
    {
        _fieldHistory = (_fieldHistory << 1) | (isWrong ? 1u : 0);
        if (isWrong)
        {
            SetFieldContexts(block, predicted, at, width);
            var lack = _coder.IsReader
                ? 0
                : PredictedField.Difference(predicted.Slice(at, width), actual.Slice(at, width));
            lack = _fields.CodeSigned(_coder, lack, (int)KindOf(block, at), _hashes.AsSpan(0, FieldContexts));
            if (_coder.IsReader)
                PredictedField.Add(actual.Slice(at, width), lack);
            (_fieldLack2, _fieldLack1) = (_fieldLack1, lack);
        }
        for (var place = at; place < at + width; place++)
            Note(block.Place + place, (byte)(actual[place] - predicted[place]), isWrong);
    }

    private void Note(int place, byte lack, bool isWrong)
    {
        var at = place & (RingLength - 1);
        _lacks[at] = lack;
        _wrong[at] = isWrong ? (byte)1 : (byte)0;
        _isRingClear = false;
    }

    private byte Lack(int place) => _lacks[place & (RingLength - 1)];

    private void ClearRing()
    {
        if (_isRingClear)
            return;
        Array.Clear(_lacks);
        Array.Clear(_wrong);
        _isRingClear = true;
    }

    private void Pass(int length)
    {
        _flagHistory = 0;
        SinceWrong = Math.Min(SinceWrong + length, ushort.MaxValue);
    }

    private static uint Byte(ReadOnlySpan<byte> bytes, int place) =>
        (uint)place < (uint)bytes.Length ? bytes[place] : 0u;

    private static uint Word(ReadOnlySpan<byte> bytes, int place) =>
        (uint)place <= (uint)bytes.Length - 4 && bytes.Length >= 4
            ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[place..])
            : Byte(bytes, place) | (Byte(bytes, place + 1) << 8) | (Byte(bytes, place + 2) << 16)
                | (Byte(bytes, place + 3) << 24);

    private static uint Log(int value) => (uint)(32 - BitOperations.LeadingZeroCount((uint)Math.Max(value, 0)));
}
