using System.Numerics;
using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Deltas.Codecs.Content.Files;

namespace Diffah.Engine.Deltas.Codecs.Content.Models;

/// <summary>
/// Codes what predicted bytes lack: whether a block has a wrong one, which parts of it, which bytes and fields, and
/// what is added to them.
/// </summary>
internal sealed class CorrectionModel : IDisposable
{
    private const int PartLength = 32;
    private const int Parts = IPrediction.BlockLength / PartLength;
    private const int Kinds = UnitModel.Kinds;

    private readonly BitCoder _coder;
    private readonly ContextMixer _blocks;
    private readonly ContextMixer _parts;
    private readonly UnitModel _units;
    private uint _blockHistory;
    private uint _partHistory;
    private int _sinceBlock;

    public CorrectionModel(BitCoder coder, bool isFull, int slotsLog)
    {
        _coder = coder;
        _blocks = new(new MixerShape(6, 0, 16, Kinds, 256, Kinds, 510, 15));
        _parts = new(new MixerShape(6, 0, 16, Kinds, 256, Kinds, 510, 15));
        _units = new UnitModel(coder, isFull, slotsLog);
    }

    public void Dispose()
    {
        _blocks.Dispose();
        _parts.Dispose();
        _units.Dispose();
    }

    /// <summary>Begins with a file.</summary>
    public void Begin() => _units.Begin();

    /// <summary>Codes what the bytes of a block lack.</summary>
    /// <param name="block">What is known of it.</param>
    /// <param name="predicted">The predicted bytes.</param>
    /// <param name="actual">The right ones, for a writer; a reader gives the predicted ones and gets the right ones.
    /// </param>
    /// <param name="last">The last eight bytes before.</param>
    public void Code(in PredictedBlock block, ReadOnlySpan<byte> predicted, Span<byte> actual, ulong last)
    {
        var isDirty = !_coder.IsReader && !predicted.SequenceEqual(actual);
        isDirty = CodeBlock(block, predicted.Length, isDirty);
        _sinceBlock = isDirty ? 0 : Math.Min(_sinceBlock + 1, 255);
        _blockHistory = (_blockHistory << 1) | (isDirty ? 1u : 0);
        if (!isDirty)
        {
            _units.PassBlock(predicted.Length);
            return;
        }
        _units.BeginBlock(last);
        CodeParts(block, predicted, actual);
    }

    private bool CodeBlock(in PredictedBlock block, int length, bool isDirty)
    {
        var kind = UnitModel.KindOf(block, 0);
        var (start, end) = (Log(block.Place - block.Start), Log(block.End - block.Place - length));
        var since = Log(_sinceBlock);
        _blocks.Set(0, Hash.Of(0, kind, _blockHistory & 0xFF));
        _blocks.Set(1, Hash.Of(1, kind, since, (uint)length >> 3));
        _blocks.Set(2, Hash.Of(2, start, end, _blockHistory & 3));
        _blocks.Set(3, Hash.Of(3, kind, _blockHistory & 0xFFFF));
        _blocks.Set(4, Hash.Of(4, Log(block.End - block.Start), kind, _blockHistory & 7));
        _blocks.Set(5, Hash.Of(5, start, kind, (uint)length >> 5));
        return _blocks.Code(
            _coder, isDirty ? 1 : 0, 0, (int)kind, (int)(_blockHistory & 0xFF), (int)kind) != 0;
    }

    private void CodeParts(in PredictedBlock block, ReadOnlySpan<byte> predicted, Span<byte> actual)
    {
        var (at, any) = (0, false);
        for (var part = 0; part < Parts && at < predicted.Length; part++)
        {
            var end = Math.Min(EndOfPart(block.Fields, at, part), predicted.Length);
            if (end <= at)
                continue;
            var isDirty = !_coder.IsReader && !predicted[at..end].SequenceEqual(actual[at..end]);
            // Something has to be wrong.
            if (any || end < predicted.Length)
                isDirty = CodePart(block, at, end, isDirty);
            else
                isDirty = true;
            any |= isDirty;
            _partHistory = (_partHistory << 1) | (isDirty ? 1u : 0);
            if (isDirty)
                _units.Code(block, predicted, actual, at, end);
            else
                _units.PassPart(block.Place, at, end);
            at = end;
        }
    }

    // A field belongs to the part in which it begins.
    private static int EndOfPart(ReadOnlySpan<byte> fields, int at, int part)
    {
        var end = (part + 1) * PartLength;
        if (fields.IsEmpty)
            return end;
        for (var place = at; place < end && place < fields.Length;)
        {
            var width = Math.Max((int)fields[place], 1);
            if (place + width > end)
                return place + width;
            place += width;
        }
        return end;
    }

    private bool CodePart(in PredictedBlock block, int at, int end, bool isDirty)
    {
        var kind = UnitModel.KindOf(block, at);
        var since = Log(_units.SinceWrong);
        _parts.Set(0, Hash.Of(0, kind, _partHistory & 0xFF));
        _parts.Set(1, Hash.Of(1, kind, since, (uint)(end - at)));
        var (start, behind) = (Log(block.Place + at - block.Start), Log(block.End - block.Place - end));
        _parts.Set(2, Hash.Of(2, start, behind, _partHistory & 3));
        _parts.Set(3, Hash.Of(3, kind, _partHistory & 0xFFFF));
        _parts.Set(4, Hash.Of(4, (uint)at >> 5, _partHistory & 15, kind));
        _parts.Set(5, Hash.Of(5, _blockHistory & 15, kind, _partHistory & 7));
        return _parts.Code(
            _coder, isDirty ? 1 : 0, 0, (int)kind, (int)(_partHistory & 0xFF), (int)kind) != 0;
    }

    private static uint Log(int value) => (uint)(32 - BitOperations.LeadingZeroCount((uint)Math.Max(value, 0)));
}
