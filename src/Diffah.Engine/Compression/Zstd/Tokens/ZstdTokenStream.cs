using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Compression.Tokens;
using Diffah.Engine.Compression.Zstd.Blocks;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Tokens;

/// <summary>The frame that a payload tells of, while it is read.</summary>
internal sealed class ZstdTokenStream : TokenStream
{
    private const int ChecksumLength = 4;

    private readonly ReadOnlyMemory<byte> _heading;
    private readonly ZstdFrameHeader _header;
    private readonly ZstdBlockParts _block = new();
    private readonly ZstdBlockWriter _writer = new();
    private readonly SharedReference? _reference;
    private byte[] _made = [];
    private int _filled;
    private ZstdTokenCoder? _coder;

    /// <param name="payload">What tells of the frame.</param>
    /// <param name="content">Its content, which can seek; owned.</param>
    /// <param name="reference">The reference, where the payload needs it; not owned.</param>
    public ZstdTokenStream(ZstdTokenPayload payload, Stream content, SharedReference? reference)
        : base(
            payload.Decisions, payload.FrameLength, payload.SettingsFor(content.Length), content,
            payload.NeedsReference, reference is not null)
    {
        _reference = reference;
        (_heading, _header) = (payload.Header, payload.FrameHeader);
        if (_header.WindowSize > FrameReader.MostWindow && !_header.IsSingleSegment)
            throw ByteCursor.Invalid("has a window that is too long");
    }

    /// <inheritdoc/>
    protected override TokenReference OpenReference() => _reference!.Read(CancellationToken.None);

    /// <inheritdoc/>
    protected override ReadOnlyMemory<byte> Begin(
        RangeDecoder decoder, ContentBuffer content, TokenSettings settings, ReferenceDecisions? reference)
    {
        _coder = new(decoder, content, settings, _header.WindowSize, reference);
        _writer.Begin();
        return _heading;
    }

    /// <inheritdoc/>
    protected override ReadOnlyMemory<byte> MakeNext()
    {
        _filled = 0;
        _coder!.Code(_block);
        Put(_writer.Write(_block));
        if (_block.IsLast)
            End();
        return _made.AsMemory(0, _filled);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _coder?.Dispose();
        base.Dispose(disposing);
    }

    private void End()
    {
        if (_header.HasChecksum)
            Put(_coder!.CodeBytes([], ChecksumLength));
        Complete(_coder!.IsAtEnd);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (_made.Length < _filled + bytes.Length)
            Array.Resize(ref _made, Math.Max(_filled + bytes.Length, 2 * ZstdBlockHeader.MaximumContent));
        bytes.CopyTo(_made.AsSpan(_filled));
        _filled += bytes.Length;
    }
}
