using System.Collections.Immutable;
using Diffah.Engine.Deltas.Codecs.Wrapped;
using Diffah.Engine.Deltas.Codecs.ZstdPatch;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Codecs;

/// <summary>The codecs that this build knows, by the names in archives.</summary>
internal static class LayerCodecs
{
    /// <summary>All of them, in the order in which they are asked to encode.</summary>
    public static ImmutableArray<ILayerCodec> All { get; } = [new ZstdPatchCodec()];

    /// <summary>What encodes for a version of the format, in the order in which it is asked.</summary>
    /// <param name="budget">What may be used.</param>
    /// <param name="events">Whom to tell.</param>
    public static ImmutableArray<ILayerEncoder> EncodersOf(EncodingBudget budget, EventSink events)
    {
        var options = budget.Options;
        ILayerEncoder[] wrapped = options.FormatVersion == 1
            ? []
            : [new WrappedLayerEncoder(ContentCodecs.For(options.Effort), budget, events)];
        return [.. wrapped, .. All.Select(c => c.CreateEncoder(budget))];
    }

    /// <exception cref="DiffahException">ArchiveInvalid, for a name nobody knows.</exception>
    public static ILayerCodec Get(string name) => All.FirstOrDefault(c => c.Name == name) ?? throw Unknown(name);

    /// <summary>The error of a codec that nobody knows, be it of layers or of contents.</summary>
    /// <param name="name">Its name.</param>
    public static DiffahException Unknown(string name) => new(DiffahErrors.ArchiveInvalid,
        $"The archive uses the codec '{ShortText.Cut(name, 40)}', which this build does not know.",
        "Upgrade Diffah, or make the delta again with a codec this build knows.");
}
