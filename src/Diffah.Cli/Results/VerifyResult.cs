using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Results;

/// <summary>The data of <c>verify</c>.</summary>
internal sealed record VerifyJson(string Archive, bool Valid, IReadOnlyList<FindingJson> Findings)
{
    public static VerifyJson Of(ArchiveVerification verification, string name) =>
        new(name, verification.IsValid, [.. verification.Findings.Select(FindingJson.Of)]);
}

/// <summary>
/// One check; the status is ok, skipped, warn or fail. The category is that of an error, and null without one.
/// </summary>
internal sealed record FindingJson(
    string Check, string Status, string Subject, string Detail, string Hint, string? Category)
{
    public static FindingJson Of(ArchiveFinding finding) => new(
        finding.Check, StatusName(finding.Status), finding.Subject, finding.Detail, finding.Hint,
        finding.Error is { } error ? ErrorJson.CategoryName(error) : null);

    public static string StatusName(string status) => status.ToLowerInvariant();
}

/// <summary>The result of <c>verify</c> for people.</summary>
internal static class VerifyText
{
    public static void Write(TextWriter output, ArchiveVerification verification, string name)
    {
        var table = new TextTable("CHECK", "STATUS", "SUBJECT", "DETAIL");
        foreach (var finding in verification.Findings)
            table.Add(finding.Check, FindingJson.StatusName(finding.Status),
                Digest.TryParse(finding.Subject, out _)
                    ? ShortText.DigestAndAlgorithm(finding.Subject)
                    : finding.Subject, finding.Detail);
        table.Write(output, "");
        foreach (var hint in verification.Findings.Where(f => f.Status != FindingStatus.Ok && f.Hint.Length > 0)
            .Select(f => f.Hint).Distinct())
            output.WriteLine($"hint: {hint}");
        output.WriteLine($"{name}: {(verification.IsValid ? "valid" : "NOT valid")}");
    }
}
