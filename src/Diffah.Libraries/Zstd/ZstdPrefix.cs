using System.Runtime.InteropServices;

namespace Diffah.Libraries.Zstd;

/// <summary>
/// Bytes that a frame refers back to, kept where they are (a mapped file) for as long as a context uses them.
/// </summary>
internal sealed unsafe class ZstdPrefix : IDisposable
{
    private readonly SafeBuffer _buffer;
    private byte* _pointer;

    /// <param name="buffer">Memory that holds the bytes; not owned, but kept from being freed until disposal.</param>
    /// <param name="length">How many bytes from its start are the prefix.</param>
    public ZstdPrefix(SafeBuffer buffer, long length)
    {
        (_buffer, Length) = (buffer, checked((nuint)length));
        buffer.AcquirePointer(ref _pointer);
    }

    public void* Pointer => _pointer;

    public nuint Length { get; }

    public void Dispose()
    {
        if (_pointer is null)
            return;
        _pointer = null;
        _buffer.ReleasePointer();
    }
}
