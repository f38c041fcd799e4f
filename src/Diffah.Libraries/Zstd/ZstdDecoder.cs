using System.Runtime.InteropServices;
using ZstdSharp.Unsafe;

namespace Diffah.Libraries.Zstd;

/// <summary>
/// Reads zstd frames, a step at a time. Memory is taken as content is produced. Not for two threads at once.
/// </summary>
internal sealed unsafe class ZstdDecoder : IDisposable
{
    private readonly ZstdDecompressionHandle _handle = new();
    private ZstdPrefix? _prefix;

    /// <summary>Begins.</summary>
    /// <param name="maximumWindowLog">The largest window that a frame may ask for, log2 bytes, 10 to 31.</param>
    /// <exception cref="ZstdFaultException">The limit is out of range.</exception>
    public ZstdDecoder(int maximumWindowLog)
    {
        try
        {
            ZstdLibrary.Check(
                Methods.ZSTD_DCtx_setParameter(Context, ZSTD_dParameter.ZSTD_d_windowLogMax, maximumWindowLog));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private ZSTD_DCtx_s* Context => (ZSTD_DCtx_s*)_handle.DangerousGetHandle();

    /// <summary>Gives the first frame its prefix. To be called before the first step.</summary>
    /// <param name="memory">Memory that holds it; not owned, and kept from being freed until disposal.</param>
    /// <param name="length">Its bytes.</param>
    /// <exception cref="ZstdFaultException">It can't be used.</exception>
    public void ReferTo(SafeBuffer memory, long length)
    {
        _prefix = new ZstdPrefix(memory, length);
        ZstdLibrary.Check(Methods.ZSTD_DCtx_refPrefix(Context, _prefix.Pointer, _prefix.Length));
    }

    /// <summary>Takes input, gives output; either may be less than there is room for.</summary>
    /// <param name="input">The next compressed bytes.</param>
    /// <param name="output">Where content goes.</param>
    /// <exception cref="ZstdFaultException">This is no zstd frame, or a damaged one, or there is not enough
    /// memory.</exception>
    public ZstdStep Step(ReadOnlySpan<byte> input, Span<byte> output)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        fixed (byte* source = input, destination = output)
        {
            var from = new ZSTD_inBuffer_s { src = source, size = (nuint)input.Length };
            var to = new ZSTD_outBuffer_s { dst = destination, size = (nuint)output.Length };
            try
            {
                var remaining = ZstdLibrary.Check(Methods.ZSTD_decompressStream(Context, &to, &from));
                return new ZstdStep((int)from.pos, (int)to.pos, remaining == 0);
            }
            catch (OutOfMemoryException e)
            {
                throw new ZstdFaultException("not enough memory", e);
            }
        }
    }

    public void Dispose()
    {
        _handle.Dispose();
        _prefix?.Dispose();
    }
}
