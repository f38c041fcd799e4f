using System.Globalization;
using Diffah.Engine.Deltas.Publishing;

namespace Diffah.Bench.Scale;

/// <summary>
/// Plays a year of a fleet by each policy, and again with other assumptions. Nothing is measured here: the figures of
/// <see cref="Families"/> were, and the same answer comes out on every machine.
/// </summary>
internal static class ScaleBenchmark
{
    public const string Verb = "--scale";

    private static readonly (string Name, ScaleOptions Options)[] Variations =
    [
        ("as above", new()),
        ("all hosts prompt", new() { Rhythms = Rhythm.Prompt }),
        ("most hosts late", new() { Rhythms = Rhythm.Late }),
        ("weekly releases", new() { ReleasesPerYear = 52, Window = 52 }),
        ("weekly, every-pair's reach only", new() { ReleasesPerYear = 52, Window = 12 }),
        ("exponent 0.5", new() { Exponent = 0.5 }),
        ("exponent 1", new() { Exponent = 1 }),
        ("deltas four times as large", new() { Volatility = 4 }),
        ("deltas a quarter as large", new() { Volatility = 0.25 }),
        ("30 % of hosts one release behind", new() { Followers = 0.3, Behind = 1 }),
        ("window of 6", new() { Window = 6 }),
        ("another seed", new() { Seed = 18 }),
    ];

    public static int Run(TextWriter output)
    {
        var cost = new MakingCost(Families.All.SelectMany(f => f.Measured));
        foreach (var family in Families.All)
        {
            var (share, exponent) = family.Growth();
            output.WriteLine(Invariant($"{family.Name}: a delta takes {share:P2} of the image × distance^{exponent:F2}")
                + $" ({family.Measured.Length} deltas)");
        }
        output.WriteLine($"making: {cost}");
        output.WriteLine();
        WriteTable(output, Results(new(), cost));
        output.WriteLine();
        output.WriteLine(
            "| assumption | policy | wire, TB | over the least | p99 host, GB | most steps | made | kept, GB |");
        output.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var (name, options) in Variations)
            WriteRows(output, name, Results(options, cost)[1..]);
        return 0;
    }

    private static ScaleResult[] Results(ScaleOptions options, MakingCost cost)
    {
        var simulation = new ScaleSimulation(new SimulatedFleet(Families.All, options), cost);
        return [simulation.Run(null), .. DeltaPolicy.All.Select(simulation.Run)];
    }

    private static void WriteTable(TextWriter output, ScaleResult[] results)
    {
        output.WriteLine("| a year | " + string.Join(" | ", results.Select(r => r.Policy)) + " |");
        output.WriteLine("| --- |" + string.Concat(results.Select(_ => " ---: |")));
        Row("over the wire, TB", r => Invariant($"{r.WireBytes / 1e12:F2}"));
        Row("part of plain pulls", r => Invariant($"{r.WireBytes / results[0].WireBytes:P1}"));
        Row("median host, GB", r => Invariant($"{r.MedianHostBytes / 1e9:F2}"));
        Row("p99 host, GB", r => Invariant($"{r.MostHostBytes / 1e9:F2}"));
        Row("requests, millions", r => Invariant($"{r.Requests / 1e6:F2}"));
        Row("updates that pull", r => Invariant($"{r.Pulls}"));
        Row("steps, mean / most", r => Invariant($"{r.MeanSteps:F2} / {r.MostSteps}"));
        Row("hosts' processor time, days", r => Invariant($"{r.RestoringSeconds / 86400:F0}"));
        Row("deltas made", r => Invariant($"{r.Made}"));
        Row("publisher's processor time, hours", r => Invariant($"{r.MakingSeconds / 3600:F0}"));
        Row("of these could be merged", r => Invariant($"{r.Merges}"));
        Row("deltas kept", r => Invariant($"{r.Kept}"));
        Row("kept, GB", r => Invariant($"{r.KeptBytes / 1e9:F2}"));

        void Row(string name, Func<ScaleResult, string> text) =>
            output.WriteLine($"| {name} | {string.Join(" | ", results.Select(text))} |");
    }

    private static void WriteRows(TextWriter output, string name, ScaleResult[] results)
    {
        var least = results.Min(r => r.WireBytes);
        foreach (var r in results)
        {
            output.WriteLine(Invariant(
                $"| {name} | {r.Policy} | {r.WireBytes / 1e12:F2} | {(r.WireBytes / least) - 1:+0.0 %} ")
                + Invariant($"| {r.MostHostBytes / 1e9:F2} | {r.MostSteps} | {r.Made} | {r.KeptBytes / 1e9:F1} |"));
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
