using System.Diagnostics;
using System.Globalization;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;

namespace Diffah.Fuzz.Running;

/// <summary>Runs classes: kept seeds and hand-made inputs first, then random ones until the time is up.</summary>
/// <param name="options">How long, and from which seed.</param>
/// <param name="run">What runs one input.</param>
internal sealed class Runner(FuzzOptions options, InputRun run)
{
    public async Task<Statistics> RunAsync(FuzzClass inputClass, TimeSpan time)
    {
        var (statistics, clock) = (new Statistics(inputClass.Name), Stopwatch.StartNew());
        if (options.Only is { } only)
            await TryAsync(inputClass, Build(inputClass, only), statistics, "only");
        else
        {
            foreach (var input in Seeds.Of(inputClass.Name).Concat(inputClass.HandMade()))
                await TryAsync(inputClass, input, statistics, "kept");
            var number = -1L;
            await Task.WhenAll(Enumerable.Range(0, options.Workers).Select(worker => Task.Run(async () =>
            {
                while (clock.Elapsed < time)
                    await TryAsync(inputClass, Build(inputClass, Interlocked.Increment(ref number)), statistics,
                        $"{worker}");
            })));
        }
        statistics.Elapsed = clock.Elapsed;
        await MinimiseAsync(inputClass, statistics);
        return statistics;
    }

    /// <summary>Runs one saved input.</summary>
    public async Task<Statistics> ReplayAsync(FuzzClass inputClass, FuzzInput input)
    {
        var statistics = new Statistics(inputClass.Name);
        await TryAsync(inputClass, input, statistics, "replay", save: false);
        return statistics;
    }

    private FuzzInput Build(FuzzClass inputClass, long number) => inputClass.Build(
        Dice.For(options.Seed, inputClass.Name, number),
        $"--class {inputClass.Name} --seed {options.Seed} --only {number}");

    private async Task TryAsync(
        FuzzClass inputClass, FuzzInput input, Statistics statistics, string worker, bool save = true)
    {
        using var note = new CurrentInput(options.Failures, worker, input.Origin);
        var result = await run.RunAsync(inputClass, input);
        if (!statistics.Add(result) || result.Broken is not { } broken)
            return;
        var fault = statistics.Faults[broken.Fault];
        fault.Origin = input.Origin;
        if (save)
            fault.Path = Save(inputClass, input, broken);
    }

    private string Save(FuzzClass inputClass, FuzzInput input, LawBrokenException broken)
    {
        var digest = Unpacking.Digest(System.Text.Encoding.UTF8.GetBytes(broken.Fault))[7..19];
        var path = Path.Combine(options.Failures,
            string.Create(CultureInfo.InvariantCulture, $"{inputClass.Name}-{broken.LawName}-{digest}.json"));
        input.Save(path);
        return path;
    }

    /// <summary>Makes what was saved smaller, after the class's time; what is slow to show stays as it is.</summary>
    private async Task MinimiseAsync(FuzzClass inputClass, Statistics statistics)
    {
        foreach (var (name, fault) in statistics.Faults)
        {
            if (name.StartsWith(Law.Time, StringComparison.Ordinal)
                || name.StartsWith(Law.Memory, StringComparison.Ordinal))
                continue;
            var smaller = await new Minimiser(run, inputClass).MinimiseAsync(FuzzInput.Load(fault.Path), name);
            smaller.Save(fault.Path);
        }
    }
}
