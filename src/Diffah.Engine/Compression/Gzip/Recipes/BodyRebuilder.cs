namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Makes a deflate stream of its content; the content is given piece by piece.</summary>
internal abstract class BodyRebuilder : IDisposable
{
    /// <summary>Everything was taken.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>Where more content is to be put; empty where none is wanted now.</summary>
    public abstract Memory<byte> Room { get; }

    /// <summary>So many bytes were put there.</summary>
    public abstract void Accept(int count);

    /// <summary>Gives the next bytes of the stream, which are good until the next call; empty where there are none
    /// yet.</summary>
    public abstract ReadOnlyMemory<byte> Take();

    /// <summary>Where there is neither room nor anything to take: what is waited for.</summary>
    public abstract Task Work { get; }

    public abstract void Dispose();
}
