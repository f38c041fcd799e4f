using Microsoft.Win32.SafeHandles;

namespace Diffah.Engine.Deltas.OciDelta;

/// <summary>The bytes of a file of a baseline, read in any order.</summary>
/// <param name="file">The file that they lie in; not owned.</param>
/// <param name="offset">Where they begin, in bytes.</param>
/// <param name="length">How many they are.</param>
/// <param name="owned">What is disposed of with this; null for nothing.</param>
internal sealed class BaselineFile(SafeFileHandle file, long offset, long length, IDisposable? owned) : IDisposable
{
    /// <summary>How many bytes it has.</summary>
    public long Length => length;

    /// <summary>Fills a buffer from a place on.</summary>
    /// <exception cref="EndOfStreamException">The file that they lie in was cut short.</exception>
    public void Read(long position, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var read = RandomAccess.Read(file, buffer, offset + position);
            if (read == 0)
                throw new EndOfStreamException();
            position += read;
            buffer = buffer[read..];
        }
    }

    public void Dispose() => owned?.Dispose();
}
