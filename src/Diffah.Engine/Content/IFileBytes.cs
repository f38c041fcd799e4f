namespace Diffah.Engine.Content;

/// <summary>
/// Bytes that are read from any place, by any number of readers at the same time: of a file, or of several that follow
/// one another.
/// </summary>
internal interface IFileBytes : IDisposable
{
    /// <summary>How many there are.</summary>
    long Length { get; }

    /// <summary>Reads some bytes; fewer than are wanted, but none only at the end.</summary>
    /// <param name="buffer">Where they go.</param>
    /// <param name="offset">Where they begin.</param>
    int Read(Span<byte> buffer, long offset);

    /// <summary>Reads some bytes; fewer than are wanted, but none only at the end.</summary>
    /// <param name="buffer">Where they go.</param>
    /// <param name="offset">Where they begin.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken);
}
