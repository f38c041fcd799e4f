using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations.Verification;

/// <summary>Checks an archive's <c>signature</c>.</summary>
internal static class SignatureCheck
{
    private const string Signature = "signature";

    public static async Task RunAsync(
        ArchiveReader archive, ArchiveVerifier? verifier, FindingList findings, CancellationToken cancellationToken)
    {
        if (verifier is null)
        {
            TellUnasked(archive, findings);
            return;
        }
        await findings.CheckAsync(Signature, findings.ArchiveName, async () =>
        {
            await verifier.VerifyAsync(archive.Path, archive.ManifestBytes, cancellationToken);
            return "signed with the key that was given";
        });
    }

    private static void TellUnasked(ArchiveReader archive, FindingList findings)
    {
        if (ArchiveSignature.IsBeside(archive.Path))
            findings.Skipped(Signature, findings.ArchiveName,
                "there is a signature, and no key was given to verify it with",
                "Give the public key of whoever made the archive.");
        else
            findings.Skipped(Signature, findings.ArchiveName, "not signed, and no key was given", "");
    }
}
