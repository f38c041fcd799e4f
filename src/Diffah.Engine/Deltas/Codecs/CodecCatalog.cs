using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Codecs;

/// <summary>The codecs this build knows, by the names sidecars use.</summary>
internal static class CodecCatalog
{
    private static readonly Dictionary<string, IBlobCodec> Codecs =
        new IBlobCodec[] { ZstdPatch }.ToDictionary(c => c.Name, StringComparer.Ordinal);

    public static IBlobCodec ZstdPatch => ZstdPatchCodec.Instance;

    /// <exception cref="DiffahException">ArchiveInvalid, for a name nobody knows.</exception>
    public static IBlobCodec Get(string name) => Codecs.TryGetValue(name, out var codec)
        ? codec
        : throw new DiffahException(DiffahErrors.ArchiveInvalid, $"The archive uses the codec '{ShortText.Cut(name, 40)}', which this build does not know.",
            "Upgrade Diffah, or make the delta again with a codec this build knows.");
}
