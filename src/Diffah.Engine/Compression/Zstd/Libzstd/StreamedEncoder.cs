using System.Buffers;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Libraries.Zstd;

namespace Diffah.Engine.Compression.Zstd.Libzstd;

/// <summary>
/// The library as it is called by the zstd tool: with pieces of 128 KiB. Only where the end comes with the last of them
/// does it matter which pieces: the library then takes it from where it lies, and not from its buffer.
/// </summary>
internal sealed class StreamedEncoder : ZstdFrameEncoder
{
    private const int PieceLength = 128 * 1024;

    // So that all of a piece has room (ZSTD_CStreamOutSize).
    private const int OutputLength = PieceLength + (PieceLength >> 8) + 64 + 8;

    private readonly ZstdEncoder _encoder;
    private readonly FrameBody _body;
    private readonly bool _endsWithContent;
    private readonly long _length;
    private readonly byte[] _piece = ArrayPool<byte>.Shared.Rent(PieceLength);
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(OutputLength);
    private int _filled;
    private long _taken;
    private bool _isDisposed;

    /// <summary>Begins a frame.</summary>
    /// <param name="frame">What it is to be.</param>
    /// <param name="output">Where its blocks go.</param>
    public StreamedEncoder(LibzstdFrame frame, IBufferWriter<byte> output)
        : base(output)
    {
        _body = new FrameBody(output);
        _endsWithContent = frame.Profile.Has(LibzstdModes.EndsWithContent);
        _length = frame.Length;
        // Where there are no jobs after all, the library is to know it at once: a matcher goes with one thread only.
        var settings = frame.Settings with { WorksInJobs = frame.HasJobs };
        _encoder = new ZstdEncoder(settings, frame.Matcher());
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> content)
    {
        _taken += content.Length;
        if (_taken > _length)
            throw LibzstdRefusals.ContentDiffers();
        while (!content.IsEmpty)
        {
            if (_filled == PieceLength)
                Pass(ZstdDirective.Continue);
            var taken = Math.Min(content.Length, PieceLength - _filled);
            content[..taken].CopyTo(_piece.AsSpan(_filled));
            _filled += taken;
            content = content[taken..];
        }
    }

    /// <inheritdoc/>
    public override void EndBlock() => Pass(ZstdDirective.Flush);

    /// <inheritdoc/>
    public override void Finish()
    {
        if (_taken != _length)
            throw LibzstdRefusals.ContentDiffers();
        if (!_endsWithContent)
            Pass(ZstdDirective.Continue);
        Pass(ZstdDirective.End);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _encoder.Dispose();
            ArrayPool<byte>.Shared.Return(_piece);
            ArrayPool<byte>.Shared.Return(_buffer);
        }
        base.Dispose(disposing);
    }

    private void Pass(ZstdDirective directive)
    {
        ReadOnlySpan<byte> piece = _piece.AsSpan(0, _filled);
        _filled = 0;
        if (piece.IsEmpty && directive == ZstdDirective.Continue)
            return;
        try
        {
            bool isDone;
            do
            {
                var step = _encoder.Step(piece, _buffer.AsSpan(0, OutputLength), directive);
                _body.Write(_buffer.AsSpan(0, step.Produced));
                piece = piece[step.Consumed..];
                isDone = directive == ZstdDirective.Continue ? piece.IsEmpty : step.IsComplete;
            }
            while (!isDone);
        }
        catch (ZstdFaultException e)
        {
            throw LibzstdRefusals.Fault(e);
        }
    }
}
