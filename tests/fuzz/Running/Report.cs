using System.Globalization;
using System.Text;

namespace Diffah.Fuzz.Running;

/// <summary>The report: a table of classes, how operations ended, and each fault.</summary>
internal static class Report
{
    public static string Of(FuzzOptions options, IReadOnlyCollection<Statistics> classes)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Seed {options.Seed}, workers {options.Workers}.\n");
        text.AppendLine(
            "| class | inputs | inputs/s | operations | ok | typed | most allocated | most grown | slowest | faults |");
        text.AppendLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var line in classes.Select(Line))
            text.AppendLine(line);
        text.AppendLine();
        foreach (var one in classes)
            text.AppendLine($"{one.Name}: {string.Join(", ", one.Outcomes.Select(o => $"{o.Key} {o.Value}"))}");
        foreach (var (name, fault) in classes.SelectMany(c => c.Faults))
            text.AppendLine(CultureInfo.InvariantCulture,
                $"\nBROKEN {name}\n  {fault.Count} inputs; the first: {fault.Origin}\n"
                    + $"  {fault.Path}\n  {Indented(fault.Message)}");
        return text.ToString();
    }

    private static string Line(Statistics one)
    {
        var untyped = one.Outcomes.Where(o => o.Key == Laws.Trial.Untyped).Sum(o => o.Value);
        var ok = one.Outcomes.Where(o => o.Key == "ok").Sum(o => o.Value);
        var errors = one.Operations - ok;
        string[] cells =
        [
            one.Name, $"{one.Inputs}", $"{one.Inputs / Math.Max(0.001, one.Elapsed.TotalSeconds):F0}",
            $"{one.Operations}", $"{ok}", $"{(errors == 0 ? 1 : 1 - ((double)untyped / errors)):P1}",
            $"{one.WorstAllocated >> 20} MiB", $"{one.WorstGrowth >> 20} MiB",
            $"{one.WorstTime.TotalMilliseconds:F0} ms", $"{one.Faults.Count}",
        ];
        return $"| {string.Join(" | ", cells)} |";
    }

    private static string Indented(string message) =>
        string.Join("\n    ", message.Split('\n').Take(14).Select(line => line.TrimEnd()));
}
