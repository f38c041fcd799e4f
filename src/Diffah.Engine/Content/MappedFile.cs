using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Content;

/// <summary>
/// A whole file as read-only memory. Only for files nobody else can shorten: those of a work directory.
/// </summary>
public sealed class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;

    /// <summary>Maps a file.</summary>
    /// <param name="path">Absolute path.</param>
    public MappedFile(string path)
    {
        Length = new FileInfo(path).Length;
        if (Length == 0)
            return;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    /// <summary>The file's size in bytes.</summary>
    public long Length { get; }

    /// <summary>
    /// The memory, at least <see cref="Length"/> bytes; null for an empty file, which can't be mapped.
    /// </summary>
    public SafeBuffer? Buffer => _view?.SafeMemoryMappedViewHandle;

    /// <inheritdoc/>
    public void Dispose()
    {
        _view?.Dispose();
        _file?.Dispose();
    }
}
