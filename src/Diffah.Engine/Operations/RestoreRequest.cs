using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
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

    /// <summary>Layers that are rebuilt and written at the same time, 1 to 1024, as far as the destination takes several; null is as many as it takes.</summary>
    public int? Workers { get; init; }

    /// <summary>Bytes of memory that patches being applied at the same time may be estimated at; 0 is no limit. Default 8 GiB.</summary>
    public long MemoryBudget { get; init; } = EncodingOptions.DefaultMemoryBudget;

    /// <summary>Absolute paths of further files that the command has read (configuration, lists of images), which no output may replace.</summary>
    public ImmutableArray<string> FilesInUse { get; init; } = [];

    /// <summary>Refuses values out of range.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    internal void Validate()
    {
        if (Workers is < 1 or > 1024)
            throw new DiffahException(DiffahErrors.InvalidArgument, $"Workers is {Workers}; it must be between 1 and 1024.");
        if (MemoryBudget < 0)
            throw new DiffahException(DiffahErrors.InvalidArgument, $"The memory budget is {MemoryBudget} bytes; it must be 0 (no limit) or more.");
    }
}
