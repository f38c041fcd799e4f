using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Segments;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>
/// Goes along a deflate stream with an encoder that is run as a whole, as long as it makes the very bits. It ends
/// before a segment that differs, if the segments are independent; otherwise nothing of the stream is told.
/// </summary>
internal sealed class SegmentPartMaker : PartMaker
{
    private readonly DeflateInput _input;
    private readonly Inflater _inflater;
    private readonly ContentWindow _window;
    private readonly EncoderProfile _profile;
    private readonly IdleEncoders _encoders;
    private readonly SegmentEncoder _encoder;
    private readonly BitWriter _output = new();
    private SegmentWorkers? _workers;
    private long _position;
    private bool _isDone;
    private bool _disposed;

    /// <summary>Begins at the inflater's next block.</summary>
    public SegmentPartMaker(
        DeflateInput input, Inflater inflater, ContentWindow window, IdleEncoders encoders, EncoderProfile profile,
        PartStart start)
        : base(start)
    {
        (_input, _inflater, _window, _encoders, _profile) = (input, inflater, window, encoders, profile);
        _encoder = encoders.Take(profile);
        _position = start.Content;
        _output.Write(FirstBits(start), (int)(start.Bit & 7));
    }

    /// <summary>A segment that differs can be told in another way.</summary>
    public bool IsIndependent => _encoder.IsIndependent;

    /// <summary>Its segments end with a byte.</summary>
    public bool EndsWithByte => SegmentEncoders.Shape(_profile).EndsWithByte;

    public int SegmentLength => _encoder.SegmentLength;

    /// <summary>How many segments are encoded at the same time, where each ends with a byte.</summary>
    public int Workers { get; init; } = 1;

    public override long Cost => 0;

    public override long Position => _position;

    public override (int Tokens, int Blocks) Advance()
    {
        if (Workers > 1 && SegmentEncoders.Shape(_profile).EndsWithByte)
            EncodeTogether();
        while (!_isDone && !IsEnded && NextEnd(_position) is { } end)
        {
            var isLast = IsLast(end);
            _encoder.Encode(_window, _position, end, isLast, _output);
            Compare(end, isLast);
        }
        return Done();
    }

    public override void Slide() => _window.Slide((int)(_position - _window.Origin));

    public override RecipePart ToPart() =>
        new(_profile, Start.Content, _position, Start.Bit, EndBit, Corrections.None, []);

    public override void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _workers?.Dispose();
        _encoders.GiveBack(_profile, _encoder);
        _output.Dispose();
    }

    private uint FirstBits(PartStart start)
    {
        var count = (int)(start.Bit & 7);
        return count == 0 ? 0 : (uint)_input.Kept((start.Origin + start.Bit) >> 3) & ((1u << count) - 1);
    }

    /// <summary>Where the next segment ends, if it is at hand, and it is known whether it is the last.</summary>
    private long? NextEnd(long position)
    {
        var known = _window.Origin + _window.End;
        var end = position + _encoder.SegmentLength;
        if (end < known)
            return end;
        return _window.IsComplete ? known : null;
    }

    private bool IsLast(long end) => _window.IsComplete && end == _window.Origin + _window.End;

    /// <summary>Encodes all segments at hand, as far as there are two.</summary>
    private void EncodeTogether()
    {
        // The part may begin within a byte; what follows its first segment does not.
        while (!_isDone && !IsEnded && (_output.BitPosition & 7) == 0)
        {
            var ends = new List<long>();
            for (var start = _position; ends.Count < Workers && NextEnd(start) is { } end; start = end)
            {
                ends.Add(end);
                if (IsLast(end))
                    break;
            }
            if (ends.Count < 2)
                return;
            _workers ??= new(_profile, Workers);
            var outputs = _workers.Encode(_window, _position, ends, IsLast(ends[^1]));
            for (var index = 0; index < ends.Count && !IsEnded; index++)
            {
                _output.WriteBytes(outputs[index].Whole.Span);
                Compare(ends[index], IsLast(ends[index]));
            }
        }
    }

    private void Compare(long end, bool isLast)
    {
        if (!IsEqual(isLast))
        {
            IsEnded = true;
            return;
        }
        _position = end;
        _isDone = isLast;
        EndBit = Start.Bit - (Start.Bit & 7) + _output.BitPosition;
        _output.Take();
    }

    private bool IsEqual(bool isLast)
    {
        // The writer's first byte is the one that holds the part's first bit.
        var first = (Start.Origin + Start.Bit) >> 3;
        var position = _output.BitPosition;
        // At its end an encoder may fill the last byte up.
        var left = first * 8 + position - _input.BitPosition;
        if (isLast && left != 0 && (left is < 0 or > 7 || (position & 7) != 0))
            return false;
        var whole = _output.Whole.Span;
        var at = first + (position >> 3) - whole.Length;
        if (!_input.KeptEquals(at, whole))
            return false;
        var odd = (int)(position & 7);
        return odd == 0 || (((_input.Kept(at + whole.Length) ^ _output.Partial) & ((1 << odd) - 1)) == 0);
    }

    private (int Tokens, int Blocks) Done()
    {
        var (tokens, blocks) = (0, 0);
        foreach (ref readonly var block in _inflater.Blocks)
        {
            var isDone = block.IsComplete && (!_encoder.IsIndependent || block.EndBit - Start.Origin <= EndBit);
            if (!isDone)
                break;
            tokens = block.TokenStart + block.TokenCount;
            blocks++;
        }
        return _encoder.IsIndependent ? (tokens, blocks) : (_inflater.TokenCount, blocks);
    }
}
