using System.Collections.Immutable;
using Diffah.Engine.Deltas.Codecs.ZstdPatch;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Codecs;

/// <summary>The codecs that this build knows, by the names in archives.</summary>
internal static class LayerCodecs
{
    /// <summary>All of them, in the order in which they are asked to encode.</summary>
    public static ImmutableArray<ILayerCodec> All { get; } = [new ZstdPatchCodec()];

    /// <exception cref="DiffahException">ArchiveInvalid, for a name nobody knows.</exception>
    public static ILayerCodec Get(string name) => All.FirstOrDefault(c => c.Name == name)
        ?? throw new DiffahException(DiffahErrors.ArchiveInvalid,
            $"The archive uses the codec '{ShortText.Cut(name, 40)}', which this build does not know.",
            "Upgrade Diffah, or make the delta again with a codec this build knows.");
}
