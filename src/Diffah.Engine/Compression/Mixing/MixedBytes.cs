namespace Diffah.Engine.Compression.Mixing;

/// <summary>Codes bytes of any kind by those before them.</summary>
internal sealed class MixedBytes : IDisposable
{
    /// <summary>Longer streams are not coded like this: it takes about a second for each 2 MiB.</summary>
    public const int MostBytes = 16 << 20;

    private const int Contexts = 6;
    private const int SlotsLog = 18;

    private readonly SymbolMixer _symbols = new(Contexts, 1, SlotsLog, limit: 125);
    private readonly BitCoder _coder;
    private readonly uint[] _contexts = new uint[Contexts];
    private ulong _last;

    /// <param name="coder">What writes or reads.</param>
    public MixedBytes(BitCoder coder) => _coder = coder;

    /// <summary>Writes what a stream holds.</summary>
    /// <param name="raw">The stream.</param>
    /// <param name="packed">Takes the bytes.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static void Write(Stream raw, Stream packed, CancellationToken cancellationToken)
    {
        var coder = new RangeEncoder(packed);
        using var bytes = new MixedBytes(coder);
        var buffer = new byte[4096];
        int read;
        while ((read = raw.Read(buffer)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var value in buffer.AsSpan(0, read))
                bytes.Code(value);
        }
        coder.Finish();
    }

    public void Dispose() => _symbols.Dispose();

    /// <summary>Codes a byte.</summary>
    /// <param name="value">The byte, for a writer.</param>
    public byte Code(byte value)
    {
        var (low, high) = ((uint)_last, (uint)(_last >> 32));
        _contexts[0] = 0;
        _contexts[1] = low & 0xFF;
        _contexts[2] = low & 0xFFFF;
        _contexts[3] = low & 0xFFFFFF;
        _contexts[4] = low;
        _contexts[5] = Hash.Of(low, high & 0xFFFF);
        value = _symbols.CodeByte(_coder, value, 0, _contexts);
        _last = (_last << 8) | value;
        return value;
    }
}

/// <summary>Reads what <see cref="MixedBytes"/> wrote.</summary>
/// <param name="stored">The bytes as they are stored; owned.</param>
/// <param name="length">How many bytes they hold.</param>
internal sealed class MixedByteStream(Stream stored, long length) : ForwardReadStream
{
    private RangeDecoder? _decoder;
    private MixedBytes? _bytes;
    private long _left = length;

    public override int Read(Span<byte> buffer)
    {
        _decoder ??= new RangeDecoder(stored);
        _bytes ??= new MixedBytes(_decoder);
        var count = (int)Math.Min(_left, buffer.Length);
        for (var index = 0; index < count; index++)
            buffer[index] = _bytes.Code(0);
        _left -= count;
        return _left > 0 || _decoder.IsAtEnd()
            ? count
            : throw new InvalidDataException("the content patch has bytes that nothing asks for");
    }

    public override ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _bytes?.Dispose();
            stored.Dispose();
        }
        base.Dispose(disposing);
    }
}
