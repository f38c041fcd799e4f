using System.Buffers;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>Parts that one worker makes, with their content.</summary>
internal sealed class FrameBatch
{
    // What is worth handing to a worker.
    private const int Enough = 256 * 1024;
    private const int EnoughParts = 256;

    private readonly List<(ZstdPart Part, int Content, int Length)> _parts = [];
    private readonly ArrayBufferWriter<byte> _content = new();

    /// <summary>There is room for no more.</summary>
    public bool IsFull => _content.WrittenCount >= Enough || _parts.Count >= EnoughParts;

    /// <summary>There is nothing in it.</summary>
    public bool IsEmpty => _parts.Count == 0;

    /// <summary>How much of the content each part stands for, and how long it became.</summary>
    public List<(long Content, long Length)> Made { get; } = [];

    /// <summary>Adds a part.</summary>
    /// <param name="part">A frame, or bytes as they stand.</param>
    /// <param name="source">Where its content is.</param>
    /// <param name="position">Where in it.</param>
    /// <param name="length">Bytes of its content.</param>
    public void Add(ZstdPart part, StreamAt source, long position, int length)
    {
        _parts.Add((part, _content.WrittenCount, length));
        if (part is not FramePart || length == 0)
            return;
        source.Read(position, _content.GetSpan(length)[..length]);
        _content.Advance(length);
    }

    /// <summary>Makes the parts.</summary>
    /// <exception cref="RecipeRefusedException">The recipe can't be followed.</exception>
    public ReadOnlyMemory<byte> Make(IZstdEncoders encoders, CancellationToken cancellationToken)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var (part, content, length) in _parts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var before = output.WrittenCount;
            if (part is VerbatimPart verbatim)
                output.Write(verbatim.Bytes.Span);
            else
            {
                using var maker = new FrameMaker(encoders, (FramePart)part, length, output);
                maker.Add(_content.WrittenSpan.Slice(content, length));
                maker.Complete();
            }
            Made.Add((length, output.WrittenCount - before));
        }
        return output.WrittenMemory;
    }
}
