using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Compression.Tokens;
using Diffah.Engine.Compression.Zstd.Blocks;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Tokens;

/// <summary>The frame that a payload tells of, while it is read.</summary>
internal sealed class ZstdTokenStream : ForwardReadStream
{
    private const int ChecksumLength = 4;

    private readonly ZstdTokenPayload _payload;
    private readonly ZstdFrameHeader _header;
    private readonly Stream _content;
    private readonly SharedReference? _reference;
    private readonly ZstdBlockParts _block = new();
    private readonly ZstdBlockWriter _writer = new();
    private byte[] _made = [];
    private int _filled;
    private int _taken;
    private RangeDecoder? _decoder;
    private ZstdTokenCoder? _coder;
    private long _given;
    private bool _isComplete;
    private bool _disposed;

    /// <param name="payload">What tells of the frame.</param>
    /// <param name="content">Its content, which can seek; owned.</param>
    /// <param name="reference">The reference, where the payload needs it; not owned.</param>
    public ZstdTokenStream(ZstdTokenPayload payload, Stream content, SharedReference? reference)
    {
        (_payload, _content, _reference) = (payload, content, reference);
        _header = ZstdFrameHeader.Read(payload.Header.Span)!.Value;
        if (_header.WindowSize > FrameReader.MostWindow && !_header.IsSingleSegment)
            throw TokenErrors.Invalid("has a window that is too long");
        if (payload.NeedsReference && reference is null)
            throw TokenErrors.ReferenceDiffers();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty)
            return 0;
        while (_taken == _filled && !_isComplete)
            Proceed();
        var count = Math.Min(buffer.Length, _filled - _taken);
        _made.AsSpan(_taken, count).CopyTo(buffer);
        _taken += count;
        return count;
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _coder?.Dispose();
            _content.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Proceed()
    {
        (_taken, _filled) = (0, 0);
        try
        {
            if (_coder is null)
                Begin();
            else
                MakeBlock();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw TokenErrors.Invalid("is cut short, or has a number out of its bounds");
        }
        _given += _filled;
        if (_given > _payload.FrameLength || (_isComplete && _given != _payload.FrameLength))
            throw TokenErrors.Invalid("makes more or less than it says");
    }

    private void Begin()
    {
        _content.Position = 0;
        var settings = ZstdTokenPayload.SettingsOf(_header, _content.Length, _payload.HashBytes, _payload.Depth);
        var buffer = new ContentBuffer(_content, settings.Reach);
        var read = _payload.NeedsReference ? _reference!.Read(CancellationToken.None) : null;
        _decoder = new RangeDecoder(new MemoryStream(_payload.Decisions.ToArray(), writable: false));
        _coder = new(_decoder, buffer, settings, _header.WindowSize, read?.Of(buffer, settings));
        _writer.Begin();
        Put(_payload.Header.Span);
    }

    private void MakeBlock()
    {
        _coder!.Code(_block);
        Put(_writer.Write(_block));
        if (!_block.IsLast)
            return;
        if (_header.HasChecksum)
            Put(_coder.CodeBytes([], ChecksumLength));
        if (!_coder.IsAtEnd || !_decoder!.IsAtEnd())
            throw TokenErrors.Invalid("ends before its content, or has something behind its end");
        _isComplete = true;
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (_made.Length < _filled + bytes.Length)
            Array.Resize(ref _made, Math.Max(_filled + bytes.Length, 2 * ZstdBlockHeader.MaximumContent));
        bytes.CopyTo(_made.AsSpan(_filled));
        _filled += bytes.Length;
    }
}
