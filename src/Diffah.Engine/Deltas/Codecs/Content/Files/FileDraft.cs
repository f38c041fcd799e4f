using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content.Files;

/// <summary>What one file adds to the streams of its class.</summary>
internal sealed class FileDraft
{
    public NumberWriter Adds { get; } = new();

    public NumberWriter Inserts { get; } = new();

    public NumberWriter Seeks { get; } = new();

    public NumberWriter Jumps { get; } = new();

    /// <summary>Right bytes between wrong ones, but for those before the first.</summary>
    public NumberWriter Gaps { get; } = new();

    public NumberWriter Corrections { get; } = new();

    public NumberWriter Literals { get; } = new();

    public NumberWriter Layouts { get; } = new();

    /// <summary>Right bytes before the first wrong one; all of them where none is wrong.</summary>
    public long FirstGap { get; set; }

    /// <summary>Right bytes behind the last wrong one; 0 where none is wrong.</summary>
    public long LastGap { get; set; }
}
