using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations;

/// <summary>What restoring needs, be it of one image or of a bundle's.</summary>
public abstract record RestoreRequest
{
    /// <summary>Absolute path of the delta archive.</summary>
    public required string ArchivePath { get; init; }

    /// <summary>
    /// Absolute path of a public key that the archive must be signed with, or what a user wrote that is no path (a KMS URI, which is
    /// refused as reserved); null looks at no signature.
    /// </summary>
    public string? VerificationKeyPath { get; init; }

    /// <summary>Which image of a baseline index is meant; null goes by the archive's platform.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Whether an image may be converted where the destination can't hold it as it is; its manifest's digest changes then.</summary>
    public bool AllowConvert { get; init; }

    /// <summary>Whether an image that is there already may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Absolute path of the folder to spool in; null is the folder of the destination.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>Absolute paths of further files that the command has read (configuration, lists of images), which no output may replace.</summary>
    public ImmutableArray<string> FilesInUse { get; init; } = [];
}
