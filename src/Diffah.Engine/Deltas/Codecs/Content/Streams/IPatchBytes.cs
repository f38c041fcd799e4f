namespace Diffah.Engine.Deltas.Codecs.Content.Streams;

/// <summary>The bytes of a content patch, any part of which can be read, by many at the same time.</summary>
internal interface IPatchBytes
{
    /// <summary>How many there are.</summary>
    long Length { get; }

    /// <summary>Opens a part.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="length">How long it is; it ends within <see cref="Length"/>.</param>
    Stream Open(long offset, long length);
}
