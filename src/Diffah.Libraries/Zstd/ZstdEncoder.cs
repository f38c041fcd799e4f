using System.Buffers;
using System.Runtime.InteropServices;
using ZstdSharp.Unsafe;

namespace Diffah.Libraries.Zstd;

/// <summary>What one step of an encoder or decoder did.</summary>
/// <param name="Consumed">Bytes taken from the input.</param>
/// <param name="Produced">Bytes put into the output.</param>
/// <param name="IsComplete"> True where nothing is left to come: an encoder that was told to end has ended its frame; a
/// decoder has read a frame to its end.
/// </param>
internal readonly record struct ZstdStep(int Consumed, int Produced, bool IsComplete);

/// <summary>Takes bytes.</summary>
internal delegate void ReadOnlySpanAction(ReadOnlySpan<byte> bytes);

/// <summary>Makes one zstd frame, a step at a time. Not for two threads at once.</summary>
internal sealed unsafe class ZstdEncoder : IDisposable
{
    private readonly ZstdCompressionHandle _handle = new();
    private readonly ZstdMatcherLink? _link;
    private ZstdPrefix? _prefix;

    /// <summary>Begins a frame.</summary>
    /// <param name="level">1 to 22.</param>
    /// <param name="windowLog">Window, log2 bytes, 10 to 31; null leaves it to the level.</param>
    /// <param name="longDistanceMatching">Whether long matches far back are looked for, whatever the level.</param>
    /// <param name="contentSize">Bytes to come, written into the frame's header; null where nobody knows.</param>
    /// <exception cref="ZstdFaultException">A setting is out of range.</exception>
    public ZstdEncoder(int level, int? windowLog, bool longDistanceMatching, long? contentSize)
        : this(new ZstdFrameSettings(level)
        {
            WindowLog = windowLog,
            LongDistanceMatching = longDistanceMatching,
            ContentSize = contentSize,
        })
    {
    }

    /// <summary>Begins a frame.</summary>
    /// <param name="settings">How it is made.</param>
    /// <param name="matcher">Decides its sequences, or null: the library does. Not with jobs or long-distance
    /// matching.</param>
    /// <exception cref="ZstdFaultException">A setting is out of range.</exception>
    public ZstdEncoder(ZstdFrameSettings settings, IZstdMatcher? matcher = null)
    {
        try
        {
            ZstdParameters.Apply(Context, settings);
            if (matcher is not null)
                _link = new ZstdMatcherLink(Context, matcher);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>
    /// Bytes of the prefix that are indexed; may be asked for by another thread while the first step runs.
    /// </summary>
    public long IndexedPrefix => ZstdIndexing.Read(Context);

    private ZSTD_CCtx_s* Context => (ZSTD_CCtx_s*)_handle.DangerousGetHandle();

    /// <summary>Lets the frame refer back to a prefix. To be called before the first step.</summary>
    /// <param name="memory">Memory that holds it; not owned, and kept from being freed until disposal.</param>
    /// <param name="length">Its bytes; more than 0.</param>
    /// <exception cref="ZstdFaultException">It can't be used.</exception>
    public void ReferTo(SafeBuffer memory, long length)
    {
        _prefix = new ZstdPrefix(memory, length);
        ZstdLibrary.Check(Methods.ZSTD_CCtx_refPrefix(Context, _prefix.Pointer, _prefix.Length));
    }

    /// <summary>Takes input, gives output; either may be less than there is room for.</summary>
    /// <param name="input">The next bytes of the content.</param>
    /// <param name="output">Where compressed bytes go.</param>
    /// <param name="end">True to end the frame after the input; to be asked for until the step is complete.</param>
    /// <exception cref="ZstdFaultException">The content is longer than was said, or there is not enough
    /// memory.</exception>
    public ZstdStep Step(ReadOnlySpan<byte> input, Span<byte> output, bool end) =>
        Step(input, output, end ? ZstdDirective.End : ZstdDirective.Continue);

    /// <summary>Takes input, gives output; either may be less than there is room for.</summary>
    /// <param name="input">The next bytes of the content.</param>
    /// <param name="output">Where compressed bytes go.</param>
    /// <param name="directive">What is to come behind the input; but for <see cref="ZstdDirective.Continue"/> to be
    /// asked for until the step is complete.</param>
    /// <exception cref="ZstdFaultException">The content is longer than was said, or there is not enough
    /// memory.</exception>
    public ZstdStep Step(ReadOnlySpan<byte> input, Span<byte> output, ZstdDirective directive)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        fixed (byte* source = input, destination = output)
        {
            var from = new ZSTD_inBuffer_s { src = source, size = (nuint)input.Length };
            var to = new ZSTD_outBuffer_s { dst = destination, size = (nuint)output.Length };
            var end = directive switch
            {
                ZstdDirective.Continue => ZSTD_EndDirective.ZSTD_e_continue,
                ZstdDirective.Flush => ZSTD_EndDirective.ZSTD_e_flush,
                _ => ZSTD_EndDirective.ZSTD_e_end,
            };
            try
            {
                var remaining = ZstdLibrary.Check(Methods.ZSTD_compressStream2(Context, &to, &from, end));
                return new ZstdStep((int)from.pos, (int)to.pos, directive != ZstdDirective.Continue && remaining == 0);
            }
            catch (OutOfMemoryException e)
            {
                throw new ZstdFaultException("not enough memory", e);
            }
        }
    }

    /// <summary>Makes a frame of content that lies in one piece, as the library does that holds it all.</summary>
    /// <param name="content">All of it; its size is written into the header.</param>
    /// <param name="write">Takes the frame, piece by piece.</param>
    /// <exception cref="ZstdFaultException">There is not enough memory.</exception>
    public void EncodeAtOnce(ReadOnlySpan<byte> content, ReadOnlySpanAction write)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        ZstdParameters.Set(Context, ZstdParameters.StableInput, 1);
        const int room = 256 * 1024;
        var rented = ArrayPool<byte>.Shared.Rent(room);
        fixed (byte* source = content, destination = rented)
        {
            var from = new ZSTD_inBuffer_s { src = source, size = (nuint)content.Length };
            nuint remaining;
            do
            {
                var to = new ZSTD_outBuffer_s { dst = destination, size = room };
                try
                {
                    remaining = ZstdLibrary.Check(
                        Methods.ZSTD_compressStream2(Context, &to, &from, ZSTD_EndDirective.ZSTD_e_end));
                }
                catch (OutOfMemoryException e)
                {
                    throw new ZstdFaultException("not enough memory", e);
                }
                write(rented.AsSpan(0, (int)to.pos));
            }
            while (remaining != 0);
        }
        ArrayPool<byte>.Shared.Return(rented);
    }

    public void Dispose()
    {
        _handle.Dispose();
        _prefix?.Dispose();
        _link?.Dispose();
    }
}
