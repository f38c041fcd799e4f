using Diffah.Engine.Content;
using Diffah.Engine.Layers;

namespace Diffah.Engine.Deltas.Codecs.ZstdPatch;

/// <summary>Stores a blob against one baseline blob.</summary>
internal interface IPatchFrame
{
    /// <summary>The name in archives.</summary>
    string Name { get; }

    /// <summary>Bytes of memory an encode takes at the most.</summary>
    /// <param name="target">Size of the target blob, in bytes.</param>
    /// <param name="baseline">Size of the baseline blob, in bytes.</param>
    /// <param name="settings">How to encode.</param>
    long EstimateMemory(long target, long baseline, PatchSettings settings);

    /// <summary>Encodes a blob. Ends early, with null, as soon as the result is not smaller than the limit.</summary>
    /// <param name="target">The blob to encode.</param>
    /// <param name="baseline">The blob to refer to.</param>
    /// <param name="output">Where the result goes.</param>
    /// <param name="limit">Bytes the result must stay below.</param>
    /// <param name="settings">How to encode.</param>
    /// <param name="progress">Told of stages, and of the target's bytes as they are done; may be null.</param>
    /// <param name="cancellationToken">Ends the work at the next chunk.</param>
    /// <returns>The result's size in bytes; null where it would not be below the limit.</returns>
    long? Encode(SpooledBlob target, SpooledBlob baseline, Stream output, long limit, PatchSettings settings,
        EncodeProgress? progress, CancellationToken cancellationToken);

    /// <summary>
    /// Opens the blob that stored bytes stand for; a stored form that can't be decoded throws
    /// <see cref="InvalidDataException"/>.
    /// </summary>
    /// <param name="stored">What the archive holds; owned by the result.</param>
    /// <param name="baseline">The blob it refers to; must live until the result is disposed of.</param>
    Stream Decode(Stream stored, MappedFile baseline);
}

/// <summary>How to encode.</summary>
/// <param name="Level">zstd level, 1 to 22.</param>
/// <param name="WindowLog">zstd window, log2 bytes; null (auto) goes by the blob's size.</param>
internal sealed record PatchSettings(int Level, int? WindowLog);
