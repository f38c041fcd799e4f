using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Content;

/// <summary>
/// A whole file as read-only memory. Only for files nobody else can shorten: those of a work directory.
/// </summary>
public sealed class MappedFile : IDisposable
{
    private readonly MemoryMappedViewAccessor? _view;

    /// <summary>Maps a file.</summary>
    /// <param name="path">Absolute path.</param>
    public MappedFile(string path)
    {
        Length = new FileInfo(path).Length;
        if (Length == 0)
            return;
        // The view keeps the memory without the file: an image of many layers would need as many open files.
        using var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    /// <summary>The file's size in bytes.</summary>
    public long Length { get; }

    /// <summary>
    /// The memory, at least <see cref="Length"/> bytes; null for an empty file, which can't be mapped.
    /// </summary>
    public SafeBuffer? Buffer => _view?.SafeMemoryMappedViewHandle;

    /// <summary>A part of the memory. It must not be used once this is disposed of.</summary>
    /// <param name="offset">Where it begins, in bytes.</param>
    /// <param name="length">How long it is, in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The file has no such part.</exception>
    internal ReadOnlySpan<byte> Span(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        if (length == 0)
            return [];
        // The base library has no other way to see mapped memory as a span: what it reads, it copies.
        ref var first = ref Unsafe.AddByteOffset(ref Unsafe.NullRef<byte>(), Buffer!.DangerousGetHandle());
        return MemoryMarshal.CreateReadOnlySpan(ref Unsafe.AddByteOffset(ref first, (nint)offset), length);
    }

    /// <inheritdoc/>
    public void Dispose() => _view?.Dispose();
}
