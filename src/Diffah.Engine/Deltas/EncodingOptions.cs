using Diffah.Engine.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas;

/// <summary>Whether changed layers are patched from baseline layers.</summary>
public enum IntraLayerMode
{
    /// <summary>Patch where it pays; where a baseline has only its manifest left, warn and ship layers whole.</summary>
    Auto,

    /// <summary>Ship every changed layer whole.</summary>
    Off,

    /// <summary>As <see cref="Auto"/>, but fail where a baseline has only its manifest left.</summary>
    Required,
}

/// <summary>
/// How much work is put into patches of contents, in archives of version 2: what is smaller is slower to write and to
/// restore.
/// </summary>
public enum EncodingEffort
{
    /// <summary>Compress with zstd.</summary>
    Fast,

    /// <summary>Compress with the compact model of the context-mixing coder.</summary>
    Compact,

    /// <summary>Compress with its full model.</summary>
    Full,
}

/// <summary>The producer's knobs. The defaults are those of both faces.</summary>
public sealed record EncodingOptions
{
    /// <summary>The default of <see cref="MemoryBudget"/>: 8 GiB.</summary>
    public const long DefaultMemoryBudget = DecompressionBounds.DefaultMemoryBudget;

    /// <summary>The version of the format that is written when nothing else is asked for.</summary>
    public const int DefaultFormatVersion = 2;

    /// <summary>
    /// The version of the format: 1 patches layers as they are stored, 2 patches what is in them. Default 2.
    /// </summary>
    public int FormatVersion { get; init; } = DefaultFormatVersion;

    /// <summary>How much work is put into patches of contents; says nothing for version 1. Default Compact.</summary>
    public EncodingEffort Effort { get; init; } = EncodingEffort.Compact;

    /// <summary>Which image of an index is meant. Default linux/amd64.</summary>
    public Platform Platform { get; init; } = Platform.Default;

    /// <summary>
    /// Whether the user asked for the platform, so that an image that is in no index and is for another one is refused.
    /// Default false.
    /// </summary>
    public bool RequirePlatform { get; init; }

    /// <summary>Whether layers are patched. Default Auto.</summary>
    public IntraLayerMode IntraLayer { get; init; } = IntraLayerMode.Auto;

    /// <summary>
    /// Layers read and encoded at the same time, 1 or more. Never changes the bytes produced. Default 8.
    /// </summary>
    public int Workers { get; init; } = 8;

    /// <summary>Baseline layers tried for each changed layer, 1 or more. Default 3.</summary>
    public int Candidates { get; init; } = 3;

    /// <summary>zstd level, 1 to 22. Default 22.</summary>
    public int ZstdLevel { get; init; } = 22;

    /// <summary>zstd window, log2 bytes, 10 to 31; null (auto) goes by the layer's size. Default auto.</summary>
    public int? ZstdWindowLog { get; init; }

    /// <summary>
    /// Bytes that all encodes running at the same time may be estimated at; 0 is no limit. Default 8 GiB.
    /// </summary>
    public long MemoryBudget { get; init; } = DefaultMemoryBudget;

    /// <summary>
    /// Bytes that a layer, or an image archive that is compressed as a whole, may expand to; 0 is no limit. Default 128
    /// GiB; at the default, what is beyond 4 GiB may not have more than 200 times its stored bytes either.
    /// </summary>
    public long MaxLayerSize { get; init; } = DecompressionBounds.DefaultMaximumContent;

    /// <summary>What decompressing may cost.</summary>
    internal DecompressionBounds Decompression => new(MaxLayerSize, MemoryBudget);

    /// <summary>Refuses values out of range.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public void Validate()
    {
        Require(FormatVersion is 1 or 2, $"The format version is {FormatVersion}; it must be 1 or 2.");
        Require(Enum.IsDefined(Effort), $"The effort is {Effort}; it must be Fast, Compact or Full.");
        Require(Workers is >= 1 and <= 1024, $"Workers is {Workers}; it must be between 1 and 1024.");
        Require(Candidates is >= 1 and <= 1024, $"Candidates is {Candidates}; it must be between 1 and 1024.");
        Require(ZstdLevel is >= 1 and <= 22, $"The zstd level is {ZstdLevel}; it must be between 1 and 22.");
        Require(ZstdWindowLog is null or (>= 10 and <= 31),
            $"The zstd window log is {ZstdWindowLog}; it must be auto or between 10 and 31.");
        Require(MemoryBudget >= 0, $"The memory budget is {MemoryBudget} bytes; it must be 0 (no limit) or more.");
        Decompression.Validate();
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
            throw new DiffahException(DiffahErrors.InvalidArgument, message);
    }
}

/// <summary>How a delta archive is compressed as a whole.</summary>
public enum ArchiveCompression
{
    /// <summary>It is a plain tar.</summary>
    None,

    /// <summary>It is a tar in one zstd stream; every reader recognises it by its first bytes.</summary>
    Zstd,
}
