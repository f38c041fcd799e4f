using Diffah.Engine.Operations;

namespace Diffah.Cli.Json;

/// <summary>The data of <c>doctor</c>.</summary>
internal sealed record DoctorJson(IReadOnlyList<CheckJson> Checks)
{
    public static DoctorJson Of(IEnumerable<EnvironmentCheck> checks) =>
        new([.. checks.Select(c => new CheckJson(c.Name, StatusName(c.Status), c.Detail, c.Hint))]);

    public static string StatusName(string status) => status.ToLowerInvariant();
}

/// <summary>One check; the status is ok, warn or fail.</summary>
internal sealed record CheckJson(string Name, string Status, string Detail, string Hint);
