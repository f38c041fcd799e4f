using Diffah.Engine.Deltas.Codecs.Content;
using Diffah.Engine.Deltas.Codecs.Content.Models;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Codecs;

/// <summary>The codecs that make contents, by the names in archives.</summary>
internal static class ContentCodecs
{
    // Context mixing. A patch says itself how large its models are.
    private const string Mixed = "files-cm";

    /// <summary>Files of a layer by files of the baseline; the streams are compressed with zstd.</summary>
    public static IContentCodec Zstd { get; } = new FilesCodec("files-zstd", ModelSize.None);

    /// <summary>The same; the streams are coded by models with few contexts.</summary>
    public static IContentCodec Compact { get; } = new FilesCodec(Mixed, ModelSize.Compact);

    /// <summary>The same; the streams are coded by models with many contexts.</summary>
    public static IContentCodec Full { get; } = new FilesCodec(Mixed, ModelSize.Full);

    /// <summary>The codec that makes new patches.</summary>
    /// <param name="effort">How much work it may put into them.</param>
    public static IContentCodec For(EncodingEffort effort) => effort switch
    {
        EncodingEffort.Fast => Zstd,
        EncodingEffort.Compact => Compact,
        EncodingEffort.Full => Full,
        _ => throw new ArgumentOutOfRangeException(nameof(effort), effort, null),
    };

    /// <exception cref="DiffahException">ArchiveInvalid, for a name nobody knows.</exception>
    public static IContentCodec Get(string name) => name switch
    {
        _ when name == Zstd.Name => Zstd,
        Mixed => Compact,
        _ => throw LayerCodecs.Unknown(name),
    };
}
