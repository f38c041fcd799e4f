using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Makes a part of a deflate stream by an encoder that is run as a whole, segment by segment.</summary>
internal sealed class SegmentPartRebuilder : PartRebuilder
{
    private readonly ContentWindow _window;
    private readonly SegmentEncoder _encoder;
    private Action? _giveBack;
    private long _position;

    /// <param name="unit">What is made.</param>
    /// <param name="encoder">Makes it.</param>
    /// <param name="window">Has the content.</param>
    /// <param name="output">Takes what is made.</param>
    /// <param name="giveBack">The encoder is not used any more.</param>
    public SegmentPartRebuilder(
        RebuildUnit unit, SegmentEncoder encoder, ContentWindow window, BitWriter output, Action giveBack)
        : base(unit, output)
    {
        (_encoder, _window, _position, _giveBack) = (encoder, window, unit.From.Content, giveBack);
        encoder.Reset();
    }

    public override long Position => _position;

    public override void Slide() => _window.Slide((int)(_position - _window.Origin));

    public override bool Advance()
    {
        var end = Math.Min(_position + _encoder.SegmentLength, Unit.ContentEnd);
        if (end > _window.Origin + _window.End)
            return false;
        IsComplete = end == Unit.ContentEnd;
        _encoder.Encode(_window, _position, end, IsComplete && Unit.IsLast, Output);
        _position = end;
        // Within a part, where a unit begins in the stream is not known.
        if (Unit.From.Content == Unit.Part.Content && Unit.BitEnd is { } last && (Bit > last || (IsComplete && Bit != last)))
            throw Differs();
        return true;
    }

    public override void Dispose()
    {
        _giveBack?.Invoke();
        _giveBack = null;
    }
}
