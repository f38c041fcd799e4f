using System.Runtime.InteropServices;
using Diffah.Engine.Configuration;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Results;

/// <summary>The data of <c>doctor</c>.</summary>
internal sealed record DoctorJson(IReadOnlyList<CheckJson> Checks)
{
    public static DoctorJson Of(IEnumerable<EnvironmentCheck> checks) =>
        new([.. checks.Select(c => new CheckJson(c.Name, StatusName(c.Status), c.Detail, c.Hint))]);

    public static string StatusName(string status) => status.ToLowerInvariant();
}

/// <summary>One check; the status is ok, warn or fail.</summary>
internal sealed record CheckJson(string Name, string Status, string Detail, string Hint);

/// <summary>The result of <c>doctor</c> for people. Scripts read it: one line a check, not padded.</summary>
internal static class DoctorText
{
    public static void Write(TextWriter output, IEnumerable<EnvironmentCheck> checks)
    {
        foreach (var check in checks)
        {
            var detail = check.Detail.Length > 0 ? $" ({check.Detail})" : "";
            output.WriteLine($"{check.Name} {DoctorJson.StatusName(check.Status)}{detail}");
            if (check.Status != CheckStatus.Ok && check.Hint.Length > 0)
                output.WriteLine($"  hint: {check.Hint}");
        }
    }
}

/// <summary>The data of <c>version</c>.</summary>
/// <param name="Tool">diffah.</param>
/// <param name="Version">For example 0.1.0.</param>
/// <param name="Runtime">For example .NET 10.0.0.</param>
/// <param name="Platform">For example linux-x64.</param>
internal sealed record VersionJson(string Tool, string Version, string Runtime, string Platform)
{
    public static VersionJson Current => new("diffah", HostEnvironment.ProductVersion,
        RuntimeInformation.FrameworkDescription, RuntimeInformation.RuntimeIdentifier);
}
