using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Segments;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>A stretch of a deflate stream that one encoder makes. Blocks begin and end with it.</summary>
/// <param name="Profile">The encoder: one that is followed, or one that is run as a whole.</param>
/// <param name="Content">Where in the content it begins.</param>
/// <param name="ContentEnd">Where in the content it ends.</param>
/// <param name="Bit">Where in the stream it begins.</param>
/// <param name="BitEnd">Where in the stream it ends.</param>
/// <param name="Corrections">Where an encoder that is followed is wrong.</param>
/// <param name="Checkpoints">Where an encoder that is followed can begin anew.</param>
internal sealed record RecipePart(
    EncoderProfile Profile, long Content, long ContentEnd, long Bit, long BitEnd, Corrections Corrections,
    IReadOnlyList<Checkpoint> Checkpoints)
{
    /// <summary>The encoder is run as a whole.</summary>
    public bool IsWhole => SegmentEncoders.IsKnown(Profile);

    /// <summary>The encoder's name.</summary>
    public string Encoder => IsWhole ? SegmentEncoders.NameOf(Profile) : Profile.ToString();

    /// <summary>Where it begins.</summary>
    public Checkpoint Start => Checkpoint.At(Content, Bit);
}
