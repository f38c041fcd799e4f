using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Codecs;

/// <summary>A way of making a content of others. The archive names it for each content that it makes.</summary>
/// <param name="Name">The name in archives.</param>
internal sealed record ContentCodec(string Name);

/// <summary>The codecs that make contents, by the names in archives.</summary>
internal static class ContentCodecs
{
    /// <summary>Files of a layer by files of the baseline; the streams are compressed with zstd.</summary>
    public static ContentCodec Zstd { get; } = new("files-zstd");

    /// <exception cref="DiffahException">ArchiveInvalid, for a name nobody knows.</exception>
    public static ContentCodec Get(string name) => name == Zstd.Name
        ? Zstd
        : throw new DiffahException(DiffahErrors.ArchiveInvalid,
            $"The archive uses the codec '{ShortText.Cut(name, 40)}', which this build does not know.",
            "Upgrade Diffah, or make the delta again with a codec this build knows.");
}
