using Diffah.Engine.Deltas.Codecs.Content.Files;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>A part of a nested file that is rebuilt in memory.</summary>
/// <param name="length">Its bytes.</param>
internal sealed class MemoryOutput(int length) : IFileOutput
{
    // The room is never shorter than a block, though less may be left.
    private readonly byte[] _bytes = new byte[length + IPrediction.BlockLength];
    private int _count;

    /// <summary>The part, whole.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, length);

    public Span<byte> Room() => _bytes.AsSpan(_count);

    public void Advance(int count) => _count += count;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room());
        Advance(bytes.Length);
    }

    public void ReadBack(int offset, Span<byte> bytes) => _bytes.AsSpan(offset, bytes.Length).CopyTo(bytes);

    public void Overwrite(int offset, ReadOnlySpan<byte> bytes) => bytes.CopyTo(_bytes.AsSpan(offset));
}
