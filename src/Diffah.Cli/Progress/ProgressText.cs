using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Progress;

/// <summary>Progress in words.</summary>
internal static class ProgressText
{
    /// <summary>How much of how much: 3/12 steps of the whole, 1.0 MiB/2.5 MiB of a part; empty where nobody knows.</summary>
    public static string Amount(ProgressEvent progress) => progress switch
    {
        { Total: null } => "",
        { Id: 0 } => $"{progress.Done}/{progress.Total}",
        _ => $"{Human.Size(progress.Done)}/{Human.Size(progress.Total.Value)}",
    };

    /// <summary>Bytes a second: 12.3 MiB/s; empty where nobody knows.</summary>
    public static string Rate(double? bytesPerSecond) => bytesPerSecond is { } rate ? Human.Rate(rate) : "";

    /// <summary>Activity, status, amount and rate in one line, as far as there are any.</summary>
    public static string Line(ProgressEvent progress, double? bytesPerSecond)
    {
        var status = progress.Completed ? "finished" : progress.Status.Length > 0 ? progress.Status : "started";
        var facts = Join(", ", progress.Completed ? "" : Amount(progress), Rate(bytesPerSecond));
        return facts.Length > 0 ? $"{progress.Activity}: {status} ({facts})" : $"{progress.Activity}: {status}";
    }

    /// <summary>The same beside a bar.</summary>
    public static string Label(ProgressEvent progress, double? bytesPerSecond) => Join(" ", progress.Activity, progress.Status, Amount(progress), Rate(bytesPerSecond));

    /// <summary>The part done, 0 to 1; null where nobody knows.</summary>
    public static double? Fraction(ProgressEvent progress) =>
        progress.Total is > 0 ? Math.Clamp((double)progress.Done / progress.Total.Value, 0, 1) : null;

    private static string Join(string separator, params string[] parts) => string.Join(separator, parts.Where(p => p.Length > 0));
}
