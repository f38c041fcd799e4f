namespace Diffah.Fuzz.Laws;

/// <summary>What one input may cost, and how long a text may be. Inputs are small: a few hundred KiB at most.</summary>
internal static class Bounds
{
    private const long MiB = 1 << 20;

    /// <summary>Bytes that all operations of an input allocate on the managed heap, together.</summary>
    public const long Allocated = 512 * MiB;

    /// <summary>Bytes by which the process grows while an input runs: managed heap, and zstd's own memory.</summary>
    public const long Growth = 256 * MiB;

    /// <summary>How long one operation may take before it is told to stop.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(10);

    /// <summary>How long one that was told to stop may go on.</summary>
    public static readonly TimeSpan Stopping = TimeSpan.FromSeconds(10);

    /// <summary>Characters of an error's message, of its next action, and of an event's message.</summary>
    public const int Text = (16 << 10) + 256;
}
