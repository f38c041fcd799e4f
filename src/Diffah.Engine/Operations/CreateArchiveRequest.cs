using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations;

/// <summary>What making an archive needs, be it of one image or of many.</summary>
public abstract record CreateArchiveRequest
{
    /// <summary>
    /// Absolute path of the archive to write. A signature goes beside it, to the same path with <c>.sig</c>.
    /// </summary>
    public required string OutputPath { get; init; }

    /// <summary>The encoding's knobs.</summary>
    public EncodingOptions Encoding { get; init; } = new();

    /// <summary>
    /// How the archive is compressed as a whole. Default None: what travels is mostly compressed already.
    /// </summary>
    public ArchiveCompression Compression { get; init; } = ArchiveCompression.None;

    /// <summary>
    /// The most bytes that the archive may have, or per cent of the target images as they are; null is no limit. A
    /// larger one is not published.
    /// </summary>
    public SizeLimit? MaximumSize { get; init; }

    /// <summary>The smallest volume that is written.</summary>
    public const long MinimumVolumeSize = 64 * 1024;

    /// <summary>
    /// Bytes of each volume that the archive is split into, at least <see cref="MinimumVolumeSize"/>; null writes one
    /// file. The volumes are <c>OutputPath.001</c> and so on, and together they are the archive.
    /// </summary>
    public long? VolumeSize { get; init; }

    /// <summary>The key to sign the archive with; null writes no signature.</summary>
    public SigningKeySource? SigningKey { get; init; }

    /// <summary>Whether files that are there already (archive, signature) may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>
    /// Absolute path of the folder to spool in; null is the folder of the output (the system's temporary folder for a
    /// plan).
    /// </summary>
    public string? WorkDirectory { get; init; }

    /// <summary>The archive's creation time; null is now. Fixed, the same inputs give the same bytes.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>
    /// Absolute paths of further files that the command has read (configuration, lists of images), which no output may
    /// replace.
    /// </summary>
    public ImmutableArray<string> FilesInUse { get; init; } = [];
}
