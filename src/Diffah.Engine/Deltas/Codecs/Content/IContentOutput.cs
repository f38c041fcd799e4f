using Microsoft.Win32.SafeHandles;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>
/// Where a content is rebuilt: pieces are written in any order, from any thread. What is not written is zeros.
/// </summary>
internal interface IContentOutput
{
    /// <summary>Writes a piece.</summary>
    /// <param name="offset">Where it is in the content.</param>
    /// <param name="bytes">Its bytes.</param>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Writes other bytes in the place of some that were written.</summary>
    /// <param name="offset">Where they are in the content.</param>
    /// <param name="bytes">The bytes.</param>
    void Overwrite(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Reads bytes that were written.</summary>
    /// <param name="offset">Where they are in the content.</param>
    /// <param name="bytes">Takes them.</param>
    void Read(long offset, Span<byte> bytes);
}

/// <summary>A content that is rebuilt in a file.</summary>
/// <param name="file">The file, as long as the content, and zeros; not owned.</param>
internal sealed class ContentFileOutput(SafeFileHandle file) : IContentOutput
{
    public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(file, bytes, offset);

    public void Overwrite(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(file, bytes, offset);

    public void Read(long offset, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
                throw new EndOfStreamException();
            bytes = bytes[read..];
            offset += read;
        }
    }
}
