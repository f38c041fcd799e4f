namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// Writes the very DEFLATE stream that a certain encoder makes of the same content. In how large pieces the content
/// comes makes no difference.
/// </summary>
internal abstract class DeflateEncoder : IDisposable
{
    /// <summary>Begins a stream. An encoder can write one after another.</summary>
    public abstract void Start(Stream output);

    public abstract void Write(ReadOnlySpan<byte> content);

    /// <summary>Ends the stream.</summary>
    public abstract void Finish();

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back its buffers.</summary>
    protected abstract void Dispose(bool disposing);
}
