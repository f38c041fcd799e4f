using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Compression;

/// <summary>What the decompressing of one operation may cost.</summary>
/// <param name="maximumContent">Bytes that any content may expand to; 0 is no limit. The default goes with a bound for
/// how many bytes each stored byte may become.</param>
/// <param name="memoryBudget">Bytes that large windows may take, all together; 0 is no limit.</param>
internal sealed class DecompressionBounds(
    long maximumContent = DecompressionBounds.DefaultMaximumContent,
    long memoryBudget = DecompressionBounds.DefaultMemoryBudget)
{
    /// <summary>The memory budget where nobody sets one: 8 GiB.</summary>
    public const long DefaultMemoryBudget = 8L << 30;

    /// <summary>A window that does not count. Nearly all have less, so that a wait is rare.</summary>
    public const long FreeWindow = 128L << 20;

    /// <summary>What content may expand to where nobody says: 128 GiB.</summary>
    public const long DefaultMaximumContent = 128L << 30;

    /// <summary>By default, what content may expand to however small it is: 4 GiB.</summary>
    public const long FreeContent = 4L << 30;

    /// <summary>
    /// By default, how many bytes each stored byte may become where that is more than <see cref="FreeContent"/>.
    /// </summary>
    public const long MaximumRatio = 200;

    private readonly MemoryGate _gate = new(memoryBudget);

    /// <summary>Refuses values out of range.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public void Validate()
    {
        if (maximumContent < 0)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"The largest layer may have {maximumContent} bytes; it must be 0 (no limit) or more.");
    }

    /// <summary>What content may expand to, in bytes.</summary>
    /// <param name="stored">Bytes that it has as stored.</param>
    public long LimitOf(long stored) => maximumContent switch
    {
        0 => long.MaxValue,
        DefaultMaximumContent => (long)Int128.Clamp((Int128)stored * MaximumRatio, FreeContent, maximumContent),
        _ => maximumContent,
    };

    /// <summary>Waits until a window fits the budget.</summary>
    /// <param name="window">Its bytes.</param>
    /// <param name="what">What is decompressed.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Disposing it gives the bytes back; null where they do not count.</returns>
    /// <exception cref="DiffahException">MemoryBudgetExceeded: it never fits.</exception>
    public async ValueTask<IDisposable?> EnterAsync(long window, string what, CancellationToken cancellationToken)
    {
        if (window <= FreeWindow)
            return null;
        if (memoryBudget > 0 && window > memoryBudget)
            throw CompressionErrors.Window(what, window, memoryBudget);
        return await _gate.EnterAsync(window, cancellationToken);
    }
}

/// <summary>Bytes as they are stored, to be decompressed.</summary>
/// <param name="What">What they are, for error messages.</param>
/// <param name="Length">How many they are.</param>
/// <param name="Bounds">What they may cost.</param>
internal sealed record StoredContent(string What, long Length, DecompressionBounds Bounds)
{
    /// <summary>Bounds what is read of the content.</summary>
    /// <param name="content">The content; owned by the result.</param>
    public Stream Bound(Stream content) => new BoundedContentStream(content, this);
}
