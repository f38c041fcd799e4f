using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Operations.Story;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations.Restoring;

/// <summary>Opens archives that are to be restored; where a key was given, only those that it signed.</summary>
internal static class TrustedArchive
{
    /// <summary>
    /// Opens the archive, and verifies the very bytes of its sidecar that are used, before anything behind them is read
    /// or decompressed.
    /// </summary>
    /// <param name="path">Absolute path of the archive, or the name of a standard stream.</param>
    /// <param name="keyPath">Absolute path of the public key; null looks at no signature.</param>
    /// <param name="streams">The standard streams.</param>
    /// <param name="work">Where to spool.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <param name="isOneOfSeveral">Whether a warning has to say which archive is meant.</param>
    /// <exception cref="DiffahException">SignatureMissing, SignatureInvalid, KeyInvalid, SigningReserved, and what the
    /// archive's reader throws.</exception>
    public static async Task<ArchiveReader> OpenAsync(
        string path, string? keyPath, StandardStreams streams, WorkDirectory work, EventSink events,
        CancellationToken cancellationToken, bool isOneOfSeveral = false)
    {
        // The key comes first: one that can't be used is a user's mistake, whatever the archive is like.
        using var verifier =
            keyPath is { } key ? await ArchiveVerifier.LoadAsync(key, cancellationToken) : null;
        SidecarCheck? check = verifier is null ? null : (s, ct) => verifier.VerifyAsync(path, s, ct);
        if (verifier is not null && StandardStreams.AreMeant(path))
            await ArchiveSignature.ReadAsync(path, cancellationToken); // refuses, before all is read
        var file = await ArchiveInput.FindWholeAsync(path, streams, work, events, cancellationToken);
        var archive = await ArchiveReader.OpenAsync(
            file, work, events, cancellationToken, check, shown: path);
        if (verifier is null)
            TellOfUnverified(archive.Path, isOneOfSeveral ? $"The archive '{archive.Path}'" : "The archive", events);
        StoryLines.TellOpened(events, archive, isVerified: verifier is not null);
        return archive;
    }

    /// <summary>
    /// Whether an archive has a signature, beside its file or in its registry; whether it fits is not looked at.
    /// </summary>
    /// <param name="archive">The archive.</param>
    public static bool IsSigned(ArchiveReader archive) =>
        archive.HasSignature || ArchiveSignature.IsBeside(archive.Path);

    private static void TellOfUnverified(string path, string what, EventSink events) => events.Warn(
        ArchiveSignature.IsBeside(path)
            ? $"{what} is signed, but no key was given: the signature was not looked at, "
                + "so nothing says who made the archive."
            : StandardStreams.AreMeant(path)
                ? "The archive came through standard input without a signature, so nothing says who made it."
                : $"{what} is not signed, so nothing says who made it.");
}
