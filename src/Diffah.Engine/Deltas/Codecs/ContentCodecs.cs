using Diffah.Engine.Deltas.Codecs.Content;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Codecs;

/// <summary>The codecs that make contents, by the names in archives.</summary>
internal static class ContentCodecs
{
    /// <summary>Files of a layer by files of the baseline; the streams are compressed with zstd.</summary>
    public static IContentCodec Zstd { get; } = new FilesCodec("files-zstd");

    /// <summary>The codec that makes new patches.</summary>
    /// <param name="effort">How much work it may put into them.</param>
    public static IContentCodec For(EncodingEffort effort) => effort switch
    {
        EncodingEffort.Fast or EncodingEffort.Compact or EncodingEffort.Full => Zstd,
        _ => throw new ArgumentOutOfRangeException(nameof(effort), effort, null),
    };

    /// <exception cref="DiffahException">ArchiveInvalid, for a name nobody knows.</exception>
    public static IContentCodec Get(string name) => name == Zstd.Name ? Zstd : throw LayerCodecs.Unknown(name);
}
