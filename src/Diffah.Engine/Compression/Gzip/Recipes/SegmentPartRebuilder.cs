using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Makes a part of a deflate stream by an encoder that is run as a whole, segment by segment.</summary>
internal sealed class SegmentPartRebuilder : PartRebuilder
{
    private readonly ContentWindow _window;
    private readonly SegmentEncoder _encoder;
    private readonly IdleEncoders _encoders;
    private bool _disposed;
    private long _position;

    /// <param name="unit">What is made.</param>
    /// <param name="encoders">Gives what makes it.</param>
    /// <param name="window">Has the content.</param>
    /// <param name="output">Takes what is made.</param>
    public SegmentPartRebuilder(RebuildUnit unit, IdleEncoders encoders, ContentWindow window, BitWriter output)
        : base(unit, output)
    {
        (_encoders, _window, _position) = (encoders, window, unit.From.Content);
        _encoder = encoders.Take(unit.Part.Profile);
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
        if (Unit.From.Content == Unit.Part.Content && Unit.BitEnd is { } last
            && (Bit > last || (IsComplete && Bit != last)))
            throw Differs();
        return true;
    }

    public override void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _encoders.GiveBack(Unit.Part.Profile, _encoder);
    }
}
