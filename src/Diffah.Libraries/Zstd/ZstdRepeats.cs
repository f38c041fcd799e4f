namespace Diffah.Libraries.Zstd;

/// <summary>The two repeat offsets that fast matchers look at; 0 is none.</summary>
/// <param name="First">The one used last.</param>
/// <param name="Second">The one before.</param>
internal readonly record struct ZstdRepeats(uint First, uint Second)
{
    /// <summary>What a frame begins with.</summary>
    public static ZstdRepeats OfFrame => new(1, 4);

    /// <summary>What a job behind the first begins with: nothing that a decoder would know.</summary>
    public static ZstdRepeats OfJob => default;
}
