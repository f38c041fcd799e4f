using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations;

/// <summary>What to check of an archive.</summary>
public sealed record VerifyArchiveRequest
{
    /// <summary>Absolute path of the delta archive.</summary>
    public required string ArchivePath { get; init; }

    /// <summary>
    /// Absolute path of a public key that the archive must be signed with, or what a user wrote that is no path (a KMS URI, which is
    /// refused as reserved); null looks at no signature.
    /// </summary>
    public string? VerificationKeyPath { get; init; }

    /// <summary>The baseline of an archive of one image: the image is rebuilt in memory bounds, and nothing is written. Null rebuilds nothing.</summary>
    public ImageReference? Baseline { get; init; }

    /// <summary>Baselines by the images' names: these images are rebuilt. Not together with <see cref="Baseline"/>.</summary>
    public ImmutableSortedDictionary<string, ImageReference> Baselines { get; init; } = ImmutableSortedDictionary<string, ImageReference>.Empty;

    /// <summary>Whether an image without a baseline is a failure, so that every image must have been rebuilt.</summary>
    public bool RequireBaseline { get; init; }

    /// <summary>Which image of a baseline index is meant; null goes by the archive's platform.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Absolute path of the folder to spool in; null is the system's temporary folder.</summary>
    public string? WorkDirectory { get; init; }
}

/// <summary>How a check ended.</summary>
public enum FindingStatus
{
    /// <summary>It is right.</summary>
    Ok,

    /// <summary>It could not be checked with what was given.</summary>
    Skipped,

    /// <summary>It is right, with something worth knowing.</summary>
    Warn,

    /// <summary>It is wrong.</summary>
    Fail,
}

/// <summary>One check of an archive.</summary>
/// <param name="Check">What was checked: <c>container</c>, <c>sidecar</c>, <c>signature</c>, <c>manifest</c>, <c>blob</c>, <c>patch</c>, <c>baseline</c>, <c>rebuild</c>.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Subject">What it is about: an image's name or a blob's digest; the archive's file name otherwise.</param>
/// <param name="Detail">What was found, for people.</param>
/// <param name="Hint">What to do; empty where nothing need be done.</param>
/// <param name="Error">The error's row in <see cref="DiffahErrors"/>; null unless it failed.</param>
public sealed record ArchiveFinding(string Check, FindingStatus Status, string Subject, string Detail, string Hint, DiffahError? Error = null);

/// <summary>What checking an archive found.</summary>
/// <param name="Path">Absolute path of the archive.</param>
/// <param name="Findings">Every check, in the order they were made.</param>
public sealed record ArchiveVerification(string Path, ImmutableArray<ArchiveFinding> Findings)
{
    /// <summary>True where nothing failed.</summary>
    public bool IsValid => Findings.All(f => f.Status != FindingStatus.Fail);
}

/// <summary>Checks an archive as far as it can be checked with what is there.</summary>
/// <param name="transports">Where baselines come from.</param>
public sealed class VerifyArchive(ITransportCatalog transports)
{
    /// <summary>Checks container, sidecar, signature, every blob that needs no baseline, and with baselines the images rebuilt. What is wrong with the archive is a finding, not an error.</summary>
    /// <param name="request">What to check.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the checks.</param>
    /// <exception cref="DiffahException">What keeps from checking at all: FileNotFound, AccessDenied, InvalidArgument, KeyInvalid, SigningReserved.</exception>
    public Task<ArchiveVerification> RunAsync(VerifyArchiveRequest request, EventSink events, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{transports}");
}
