using Diffah.Engine.Compression;
using Microsoft.Win32.SafeHandles;

namespace Diffah.Engine.Content;

/// <summary>
/// A part of a file as a stream. Any number of slices can read one file at the same time, since they share
/// no position.
/// </summary>
/// <param name="file">The file; not owned.</param>
/// <param name="offset">Where the part begins, in bytes.</param>
/// <param name="length">How long it is, in bytes.</param>
internal sealed class FileSlice(IFileBytes file, long offset, long length) : ForwardReadStream
{
    private long _position;

    /// <param name="file">The file; not owned.</param>
    /// <param name="offset">Where the part begins, in bytes.</param>
    /// <param name="length">How long it is, in bytes.</param>
    public FileSlice(SafeFileHandle file, long offset, long length)
        : this(new FileBytes(file), offset, length)
    {
    }

    public override int Read(Span<byte> buffer) =>
        Advance(file.Read(buffer[..Fitting(buffer.Length)], offset + _position));

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Advance(await file.ReadAsync(buffer[..Fitting(buffer.Length)], offset + _position, cancellationToken));

    private int Fitting(int wanted) => (int)Math.Min(wanted, length - _position);

    private int Advance(int read)
    {
        _position += read;
        return read;
    }
}
