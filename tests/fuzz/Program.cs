using Diffah.Fuzz.Classes;
using Diffah.Fuzz.Running;

namespace Diffah.Fuzz;

/// <summary>
/// Gives hostile inputs to the engine. Exit code 1 where a law is broken, 2 for a mistake in the call.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        try
        {
            var isSupervised = arguments is [Supervision.Argument, ..];
            var options = FuzzOptions.Parse(isSupervised ? arguments[1..] : arguments);
            var classes = options.Classes.Count == 0 ? FuzzClasses.All : [.. options.Classes.Select(FuzzClasses.Get)];
            return isSupervised ? await RunAsync(options, classes) : await Supervision.RunAsync(options, arguments);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            Console.Error.WriteLine($"{e.Message}\n\n{FuzzOptions.Usage}");
            return 2;
        }
    }

    private static async Task<int> RunAsync(FuzzOptions options, IReadOnlyList<FuzzClass> classes)
    {
        using var watch = new ResourceWatch();
        var folder = Directory.CreateTempSubdirectory("diffah-fuzz-inputs-").FullName;
        var runner = new Runner(options, new InputRun(folder, watch, options.Workers));
        var done = new List<Statistics>();
        if (options.Replay is { } path)
        {
            var input = FuzzInput.Load(path);
            done.Add(await runner.ReplayAsync(FuzzClasses.Get(input.Class), input));
        }
        else
        {
            foreach (var inputClass in classes)
                done.Add(await runner.RunAsync(inputClass, TimeSpan.FromSeconds(options.Seconds / classes.Count)));
        }
        Tell(options, done);
        return done.Any(one => one.Faults.Count > 0) ? 1 : 0;
    }

    private static void Tell(FuzzOptions options, List<Statistics> done)
    {
        var report = Report.Of(options, done);
        Console.WriteLine(report);
        if (options.Report is { } path)
            File.WriteAllText(path, report);
        var failed = done.Count(one => one.Faults.Count > 0);
        Console.WriteLine($"fuzz: {done.Count - failed} passed, {failed} failed, 0 skipped");
    }
}
