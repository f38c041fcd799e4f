using Diffah.Cli.Json;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Rendering;

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
