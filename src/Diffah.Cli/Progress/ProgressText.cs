using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Progress;

/// <summary>Progress in words.</summary>
internal static class ProgressText
{
    // Shorter work needs no clock beside it.
    private static readonly TimeSpan ShownElapsed = TimeSpan.FromSeconds(5);

    /// <summary>How much of how much: 3/12 steps of the whole, 1.0 MiB/2.5 MiB of a part; empty where nobody knows.</summary>
    public static string Amount(ProgressEvent progress) => progress switch
    {
        { Total: null } => "",
        { IsWhole: true } => $"{progress.Done}/{progress.Total}",
        _ => $"{Human.Size(progress.Done)}/{Human.Size(progress.Total.Value)}",
    };

    /// <summary>Bytes a second: 12.3 MiB/s; empty where nobody knows.</summary>
    public static string Rate(ProgressPace pace) => pace.BytesPerSecond is { } rate ? Human.Rate(rate) : "";

    /// <summary>What it still takes: 1m 20s left. Where nobody can tell, how long it has taken so far: 42s; nothing in the first seconds.</summary>
    public static string Clock(ProgressPace pace) => pace switch
    {
        { Remaining: { } remaining } => $"{ProgressPace.Words(remaining)} left",
        _ => pace.Elapsed >= ShownElapsed ? ProgressPace.Words(pace.Elapsed) : "",
    };

    /// <summary>Activity, status, amount, rate and time in one line, as far as there are any.</summary>
    public static string Line(ProgressEvent progress, ProgressPace pace)
    {
        var status = progress.Completed ? "finished" : progress.Status.Length > 0 ? progress.Status : "started";
        var facts = progress.Completed ? Rate(pace) : Join(", ", Amount(progress), Rate(pace), Clock(pace));
        return facts.Length > 0 ? $"{progress.Activity}: {status} ({facts})" : $"{progress.Activity}: {status}";
    }

    /// <summary>The same beside a bar.</summary>
    public static string Label(ProgressEvent progress, ProgressPace pace) =>
        Join(" ", progress.Activity, progress.Status, Amount(progress), Rate(pace), Clock(pace));

    /// <summary>The part done, 0 to 1; null where nobody knows.</summary>
    public static double? Fraction(ProgressEvent progress) =>
        progress.Total is > 0 ? Math.Clamp((double)progress.Done / progress.Total.Value, 0, 1) : null;

    private static string Join(string separator, params string[] parts) => string.Join(separator, parts.Where(p => p.Length > 0));
}
