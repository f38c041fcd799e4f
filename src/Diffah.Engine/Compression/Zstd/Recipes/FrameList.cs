namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>The frames of a stream up to where it is made.</summary>
internal sealed class FrameList
{
    /// <summary>Where each frame is.</summary>
    public List<FramePlace> Frames { get; } = [];

    /// <summary>Bytes of the stream so far.</summary>
    public long Length { get; private set; }

    private long Content { get; set; }

    /// <summary>Adds a frame, or other bytes of the stream.</summary>
    /// <param name="content">Bytes of content that they stand for.</param>
    /// <param name="length">Bytes of the stream.</param>
    public void Add(long content, long length)
    {
        Frames.Add(new(Content, content, Length, length));
        (Content, Length) = (Content + content, Length + length);
    }

    /// <summary>Lets the last frame have more.</summary>
    public void Extend(long content, long length)
    {
        var last = Frames[^1];
        Frames[^1] = last with { ContentLength = last.ContentLength + content, Length = last.Length + length };
        (Content, Length) = (Content + content, Length + length);
    }
}

/// <summary>Where a frame is.</summary>
/// <param name="Content">Where its content begins.</param>
/// <param name="ContentLength">Bytes of its content.</param>
/// <param name="Offset">Where in the stream it begins.</param>
/// <param name="Length">Bytes of it.</param>
internal readonly record struct FramePlace(long Content, long ContentLength, long Offset, long Length);
