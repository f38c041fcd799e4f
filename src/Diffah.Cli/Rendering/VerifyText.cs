using Diffah.Cli.Json;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Rendering;

/// <summary>The result of <c>verify</c> for people.</summary>
internal static class VerifyText
{
    public static void Write(TextWriter output, ArchiveVerification verification, string name)
    {
        var table = new TextTable("CHECK", "STATUS", "SUBJECT", "DETAIL");
        foreach (var finding in verification.Findings)
            table.Add(finding.Check, FindingJson.StatusName(finding.Status), Digest.TryParse(finding.Subject, out _) ? ShortDigest.Of(finding.Subject) : finding.Subject, finding.Detail);
        table.Write(output, "");
        foreach (var hint in verification.Findings.Where(f => f.Status != FindingStatus.Ok && f.Hint.Length > 0).Select(f => f.Hint).Distinct())
            output.WriteLine($"hint: {hint}");
        output.WriteLine($"{name}: {(verification.IsValid ? "valid" : "NOT valid")}");
    }
}
