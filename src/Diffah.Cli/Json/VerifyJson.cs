using Diffah.Engine.Operations;

namespace Diffah.Cli.Json;

/// <summary>The data of <c>verify</c>.</summary>
internal sealed record VerifyJson(string Archive, bool Valid, IReadOnlyList<FindingJson> Findings)
{
    public static VerifyJson Of(ArchiveVerification verification, string name) => new(name, verification.IsValid, [.. verification.Findings.Select(FindingJson.Of)]);
}

/// <summary>One check; the status is ok, skipped, warn or fail. The category is that of an error, and null without one.</summary>
internal sealed record FindingJson(string Check, string Status, string Subject, string Detail, string Hint, string? Category)
{
    public static FindingJson Of(ArchiveFinding finding) => new(
        finding.Check, StatusName(finding.Status), finding.Subject, finding.Detail, finding.Hint, finding.Error is { } error ? ErrorJson.CategoryName(error) : null);

    public static string StatusName(string status) => status.ToLowerInvariant();
}
