using Microsoft.Win32.SafeHandles;

namespace Diffah.Engine.Content;

/// <summary>The bytes of one file.</summary>
/// <param name="file">The file; closed with these bytes.</param>
internal sealed class FileBytes(SafeFileHandle file) : IFileBytes
{
    /// <inheritdoc/>
    public long Length => RandomAccess.GetLength(file);

    /// <summary>Opens a file, which nobody may write to meanwhile.</summary>
    /// <param name="path">Absolute path.</param>
    public static FileBytes Open(string path) => new(File.OpenHandle(
        path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.Asynchronous));

    /// <inheritdoc/>
    public int Read(Span<byte> buffer, long offset) => RandomAccess.Read(file, buffer, offset);

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(file, buffer, offset, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
