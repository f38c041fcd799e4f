using System.Buffers;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression;

/// <summary>
/// Reads zstd frames. Without a prefix: any number of frames, one after the other. With a prefix: exactly one frame,
/// and nothing after it. The window limit is 31 (2 GiB); memory is used as content is produced, so a reader that
/// bounds the content bounds the memory.
/// </summary>
public sealed class ZstdDecompressionStream : ForwardReadStream
{
    private const int BufferSize = 128 * 1024;
    private const int WindowLogMax = 31;

    private readonly Stream _source;
    private readonly ZstdDecompressionHandle _context;
    private readonly ZstdPrefix? _prefix;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _position;
    private int _filled;
    private bool _sourceEnded;
    private bool _frameEnded;
    private bool _mayHoldOutput;
    private bool _disposed;

    /// <summary>Reads frames that refer to nothing outside them.</summary>
    /// <param name="source">The compressed bytes; owned.</param>
    /// <exception cref="Diagnostics.DiffahException">ZstdUnavailable.</exception>
    public ZstdDecompressionStream(Stream source)
        : this(source, null, 0)
    {
    }

    /// <summary>Reads one frame that was made against a prefix.</summary>
    /// <param name="source">The compressed bytes; owned.</param>
    /// <param name="prefix">Memory that holds the prefix, or null; must live until disposal.</param>
    /// <param name="prefixLength">The prefix's bytes.</param>
    /// <exception cref="Diagnostics.DiffahException">ZstdUnavailable.</exception>
    public unsafe ZstdDecompressionStream(Stream source, SafeBuffer? prefix, long prefixLength)
    {
        ZstdLibrary.EnsureAvailable();
        _source = source;
        _context = ZstdNative.CreateDecompression();
        Check(ZstdNative.SetParameter(_context, ZstdNative.DParameter.WindowLogMax, WindowLogMax));
        if (prefix is not null)
        {
            _prefix = new ZstdPrefix(prefix, prefixLength);
            Check(ZstdNative.ReferencePrefix(_context, _prefix.Pointer, _prefix.Length));
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (!buffer.IsEmpty)
        {
            if (NeedsInput)
                Accept(_source.Read(_buffer));
            if (Decode(buffer, out var produced))
                return produced;
        }
        return 0;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (!buffer.IsEmpty)
        {
            if (NeedsInput)
                Accept(await _source.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false));
            if (Decode(buffer.Span, out var produced))
                return produced;
        }
        return 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _context.Dispose();
            _prefix?.Dispose();
            _source.Dispose();
            ArrayPool<byte>.Shared.Return(_buffer);
        }
        base.Dispose(disposing);
    }

    private bool NeedsInput => _position == _filled && !_sourceEnded && !_mayHoldOutput;

    private void Accept(int read)
    {
        (_position, _filled) = (0, read);
        _sourceEnded = read == 0;
    }

    /// <summary>True where <paramref name="produced"/> is the answer to the read (0: the end).</summary>
    private unsafe bool Decode(Span<byte> destination, out int produced)
    {
        produced = 0;
        if (_position == _filled && _sourceEnded && !_mayHoldOutput)
            return _frameEnded ? true : throw new InvalidDataException("The zstd frame is cut short.");
        if (_frameEnded && _prefix is not null && _position < _filled)
            throw new InvalidDataException("There is something after the zstd frame.");
        if (_position == _filled && _frameEnded)
            return false;
        fixed (byte* source = _buffer, target = destination)
        {
            var input = new ZstdNative.InBuffer { Source = source, Size = (nuint)_filled, Position = (nuint)_position };
            var output = new ZstdNative.OutBuffer { Destination = target, Size = (nuint)destination.Length };
            _frameEnded = Check(ZstdNative.DecompressStream(_context, &output, &input)) == 0;
            _position = (int)input.Position;
            produced = (int)output.Position;
            // A full output buffer means the context may hold more, whether or not input is left.
            _mayHoldOutput = !_frameEnded && output.Position == output.Size;
        }
        return produced > 0;
    }

    private static nuint Check(nuint code) =>
        ZstdNative.ErrorText(code) is { } error ? throw new InvalidDataException($"The zstd stream can't be decoded: {error}.") : code;
}
