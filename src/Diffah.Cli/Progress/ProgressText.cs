using Diffah.Cli.Rendering;
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
        _ => $"{HumanSize.Of(progress.Done)}/{HumanSize.Of(progress.Total.Value)}",
    };

    /// <summary>Activity, status and amount in one line, as far as there are any.</summary>
    public static string Line(ProgressEvent progress)
    {
        var status = progress.Completed ? "finished" : progress.Status.Length > 0 ? progress.Status : "started";
        var amount = progress.Completed ? "" : Amount(progress);
        return amount.Length > 0 ? $"{progress.Activity}: {status} ({amount})" : $"{progress.Activity}: {status}";
    }

    /// <summary>The part done, 0 to 1; null where nobody knows.</summary>
    public static double? Fraction(ProgressEvent progress) =>
        progress.Total is > 0 ? Math.Clamp((double)progress.Done / progress.Total.Value, 0, 1) : null;
}
