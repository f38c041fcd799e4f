using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression;

/// <summary>
/// Memory for a piece of work, which goes back to the system as soon as it is disposed of. Long arrays would wait for
/// the garbage collector, and a pool keeps them, each up to twice as long as was asked for.
/// </summary>
/// <typeparam name="T">What it holds.</typeparam>
internal sealed class ScratchMemory<T> : SafeHandle where T : unmanaged
{
    /// <summary>Takes memory. What is in it is not known.</summary>
    /// <param name="length">How many elements it has.</param>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public ScratchMemory(int length)
        : base(0, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        SetHandle(Marshal.AllocHGlobal((nint)((long)length * Unsafe.SizeOf<T>())));
        Length = length;
    }

    /// <summary>Takes memory, and copies to it.</summary>
    /// <param name="source">What it begins as.</param>
    public ScratchMemory(ReadOnlySpan<T> source)
        : this(source.Length) => source.CopyTo(Span);

    public int Length { get; }

    public override bool IsInvalid => handle == 0;

    /// <summary>All of it. It must not be used once this is disposed of.</summary>
    public Span<T> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return MemoryMarshal.CreateSpan(ref First, Length);
        }
    }

    /// <summary>The first element, for who knows the length and keeps the memory. Nothing is checked.</summary>
    public ref T First => ref Unsafe.As<byte, T>(ref Unsafe.AddByteOffset(ref Unsafe.NullRef<byte>(), handle));

    protected override bool ReleaseHandle()
    {
        Marshal.FreeHGlobal(handle);
        // Who uses it afterwards is told so.
        SetHandle(0);
        return true;
    }
}
