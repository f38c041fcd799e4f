using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>What makes one raw deflate stream of its content.</summary>
/// <param name="Profile">The encoder that is followed.</param>
/// <param name="ContentLength">The bytes of the content.</param>
/// <param name="Bits">The bits of the stream.</param>
/// <param name="Padding">What fills the last byte up, by rights zeros.</param>
/// <param name="Corrections">Where the encoder is wrong.</param>
/// <param name="Checkpoints">Where parts begin, without the first.</param>
internal sealed record DeflateRecipe(
    EncoderProfile Profile, long ContentLength, long Bits, byte Padding, Corrections Corrections,
    IReadOnlyList<Checkpoint> Checkpoints);
