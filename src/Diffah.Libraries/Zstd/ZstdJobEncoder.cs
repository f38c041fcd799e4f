using System.Buffers;
using ZstdSharp.Unsafe;

namespace Diffah.Libraries.Zstd;

/// <summary>
/// Makes the jobs of a frame that zstd cuts when it works in jobs, with matches that a matcher finds, one after the
/// other. Each comes out as a frame of its own, whose header is no part of the whole.
/// </summary>
internal sealed unsafe class ZstdJobEncoder : IDisposable
{
    private const int RoomForBlock = (128 * 1024) + 1024;

    private readonly ZstdCompressionHandle _handle = new();
    private readonly IZstdMatcher _matcher;
    private readonly ZstdMatcherLink? _link;

    /// <summary>Begins a frame.</summary>
    /// <param name="settings">How it is made.</param>
    /// <param name="matcher">Decides its sequences.</param>
    /// <exception cref="ZstdFaultException">A setting is out of range.</exception>
    public ZstdJobEncoder(ZstdFrameSettings settings, IZstdMatcher matcher)
    {
        _matcher = matcher;
        try
        {
            ZstdParameters.ApplyToJobs(Context, settings);
            _link = new ZstdMatcherLink(Context, _matcher);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private ZSTD_CCtx_s* Context => (ZSTD_CCtx_s*)_handle.DangerousGetHandle();

    /// <summary>Makes one job.</summary>
    /// <param name="memory">Content before the job that it may refer to, and the job.</param>
    /// <param name="overlap">Bytes of that content.</param>
    /// <param name="isFirst">No job comes before.</param>
    /// <param name="isLast">No job follows.</param>
    /// <param name="output">Where the frame goes.</param>
    /// <exception cref="ZstdFaultException">There is not enough memory.</exception>
    public void Encode(
        ReadOnlySpan<byte> memory, int overlap, bool isFirst, bool isLast, IBufferWriter<byte> output)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        _matcher.Begin(isFirst ? ZstdRepeats.OfFrame : ZstdRepeats.OfJob, overlap);
        _link!.Begin();
        fixed (byte* source = memory)
        {
            try
            {
                ZstdLibrary.Check(
                    Methods.ZSTD_CCtx_reset(Context, ZSTD_ResetDirective.ZSTD_reset_session_only));
                if (overlap > 0)
                    ZstdLibrary.Check(Methods.ZSTD_CCtx_refPrefix(Context, source, (nuint)overlap));
                var from = new ZSTD_inBuffer_s { src = source + overlap };
                // Told to end at once, the library would fit its tables to the job's size. Nothing comes out yet.
                Run(&from, ZSTD_EndDirective.ZSTD_e_flush, output);
                from.size = (nuint)(memory.Length - overlap);
                Run(&from, isLast ? ZSTD_EndDirective.ZSTD_e_end : ZSTD_EndDirective.ZSTD_e_flush, output);
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
        _link?.Dispose();
    }

    private void Run(ZSTD_inBuffer_s* from, ZSTD_EndDirective end, IBufferWriter<byte> output)
    {
        nuint remaining;
        do
        {
            var room = output.GetSpan(RoomForBlock);
            fixed (byte* destination = room)
            {
                var to = new ZSTD_outBuffer_s { dst = destination, size = (nuint)room.Length };
                remaining = ZstdLibrary.Check(Methods.ZSTD_compressStream2(Context, &to, from, end));
                output.Advance((int)to.pos);
            }
        }
        while (remaining != 0 || from->pos < from->size);
    }
}
