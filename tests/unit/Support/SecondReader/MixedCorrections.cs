using static Diffah.Tests.Support.SecondReader.MixNumbers;

namespace Diffah.Tests.Support.SecondReader;

/// <summary>Corrections of a class that a model tells (context-mixing.md, "Corrections").</summary>
internal sealed class MixedCorrections
{
    private const int PartLength = 32;

    private readonly RangeReader _coder;
    private readonly Mixer _blocks = new(new MixerSize(6, 16, 32, 256, 32, 510, 15));
    private readonly Mixer _parts = new(new MixerSize(6, 16, 32, 256, 32, 510, 15));
    private readonly MixedUnits _units;

    private uint _blockHistory;
    private uint _partHistory;
    private int _sinceBlock;

    public MixedCorrections(RangeReader coder, bool isFull, int slotBits) =>
        (_coder, _units) = (coder, new MixedUnits(coder, isFull, slotBits));

    /// <summary>A file begins.</summary>
    public void Begin() => _units.Begin();

    /// <summary>Puts a block right.</summary>
    public void Correct(CopiedBlock block)
    {
        var isWrong = IsWrong(block);
        _blockHistory = 2 * _blockHistory + (isWrong ? 1u : 0);
        _sinceBlock = isWrong ? 0 : Math.Min(_sinceBlock + 1, 255);
        if (!isWrong)
        {
            _units.PassBlock(block.Bytes.Length);
            return;
        }
        var predicted = block.Bytes.ToArray();
        var units = UnitsOf(block);
        var anyWrong = false;
        for (var at = 0; at < predicted.Length;)
        {
            var part = PartAt(units, at);
            var end = part[^1].At + Math.Max(part[^1].Width, 1);
            // Something has to be wrong.
            var isPartWrong = (!anyWrong && end == predicted.Length) || IsPartWrong(block, at, end);
            _partHistory = 2 * _partHistory + (isPartWrong ? 1u : 0);
            if (isPartWrong)
                _units.Correct(block, predicted, part);
            else
                _units.PassPart(block.Place + at, end - at);
            anyWrong |= isPartWrong;
            at = end;
        }
    }

    /// <summary>Fields, and bytes that are in none: these have no width.</summary>
    private static List<PredictedField> UnitsOf(CopiedBlock block)
    {
        var units = new List<PredictedField>();
        var at = 0;
        foreach (var field in block.Fields.OrderBy(f => f.At))
        {
            if (field.At < at)
                continue;
            for (; at < field.At; at++)
                units.Add(new PredictedField(at, 0));
            units.Add(field);
            at += field.Width;
        }
        for (; at < block.Bytes.Length; at++)
            units.Add(new PredictedField(at, 0));
        return units;
    }

    private static List<PredictedField> PartAt(List<PredictedField> units, int at)
    {
        var next = at / PartLength * PartLength + PartLength;
        return [.. units.Where(u => u.At >= at && u.At < next)];
    }

    private bool IsWrong(CopiedBlock block)
    {
        var length = (uint)block.Bytes.Length;
        var kind = block.KindOf(block.OldPlace);
        var start = Length(block.Place - block.Start);
        var end = Length(block.End - block.Place - length);
        return Bit(_blocks, kind, _blockHistory,
            Hash(0, kind, _blockHistory & 0xFF), Hash(1, kind, Length(_sinceBlock), length >> 3),
            Hash(2, start, end, _blockHistory & 3), Hash(3, kind, _blockHistory & 0xFFFF),
            Hash(4, Length(block.End - block.Start), kind, _blockHistory & 7), Hash(5, start, kind, length >> 5));
    }

    private bool IsPartWrong(CopiedBlock block, int at, int end)
    {
        var kind = block.KindOf(block.OldPlace + at);
        return Bit(_parts, kind, _partHistory,
            Hash(0, kind, _partHistory & 0xFF), Hash(1, kind, Length(_units.Since), (uint)(end - at)),
            Hash(2, Length(block.Place + at - block.Start), Length(block.End - block.Place - end), _partHistory & 3),
            Hash(3, kind, _partHistory & 0xFFFF), Hash(4, (uint)at >> 5, _partHistory & 15, kind),
            Hash(5, _blockHistory & 15, kind, _partHistory & 7));
    }

    private bool Bit(Mixer mixer, uint kind, uint history, params ReadOnlySpan<uint> hashes)
    {
        for (var i = 0; i < hashes.Length; i++)
            mixer.Point(i, hashes[i]);
        return mixer.Bit(_coder, (int)kind, (int)(history & 0xFF), (int)kind) == 1;
    }
}
