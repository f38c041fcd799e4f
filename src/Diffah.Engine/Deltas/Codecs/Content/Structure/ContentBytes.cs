using Diffah.Engine.Content;

namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>The bytes of a content, read at any place.</summary>
internal interface IContentBytes
{
    /// <summary>How many they are.</summary>
    long Length { get; }

    /// <summary>Copies bytes; all that are asked for must be there.</summary>
    /// <param name="offset">Where the first is.</param>
    /// <param name="into">Where to.</param>
    void Read(long offset, Span<byte> into);
}

/// <summary>A content in memory.</summary>
internal sealed class MemoryContent(ReadOnlyMemory<byte> bytes) : IContentBytes
{
    public long Length => bytes.Length;

    public void Read(long offset, Span<byte> into) =>
        bytes.Span.Slice(checked((int)offset), into.Length).CopyTo(into);
}

/// <summary>A content in a mapped file, which stays the caller's.</summary>
internal sealed class MappedContent(MappedFile file) : IContentBytes
{
    public long Length => file.Length;

    public void Read(long offset, Span<byte> into)
    {
        if (offset < 0 || offset > Length - into.Length)
            throw new ArgumentOutOfRangeException(nameof(offset));
        if (!into.IsEmpty)
            file.Buffer!.ReadSpan((ulong)offset, into);
    }
}
