using System.Diagnostics;
using System.Globalization;

namespace Diffah.Bench;

/// <summary>What runs of a program took.</summary>
/// <param name="Bytes">Size of what they made; 0 where nothing is counted.</param>
/// <param name="Seconds">Wall time, added up.</param>
/// <param name="UserSeconds">Processor time in user mode, added up; looked at every 20 ms.</param>
/// <param name="SystemSeconds">Processor time of the kernel for them, likewise.</param>
/// <param name="PeakMebibytes">Most resident memory of any of them; mapped files count.</param>
internal sealed record Measured(
    long Bytes, double Seconds, double UserSeconds, double SystemSeconds, long PeakMebibytes)
{
    public static Measured Nothing { get; } = new(0, 0, 0, 0, 0);

    /// <summary>All processor time.</summary>
    public double ProcessorSeconds => UserSeconds + SystemSeconds;

    /// <summary>This program itself, or dotnet with its assembly.</summary>
    public static string[] Self => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [Environment.ProcessPath!, typeof(Measured).Assembly.Location]
        : [Environment.ProcessPath!];

    /// <summary>Runs one after the other.</summary>
    public Measured Then(Measured next) => new(Bytes + next.Bytes, Seconds + next.Seconds,
        UserSeconds + next.UserSeconds, SystemSeconds + next.SystemSeconds,
        Math.Max(PeakMebibytes, next.PeakMebibytes));

    /// <summary>Runs a program to its end; null where it is not installed.</summary>
    /// <param name="output">The file it makes, whose size counts; null for none.</param>
    /// <param name="program">Name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Task<Measured?> RunAsync(string? output, string program, params string[] arguments) =>
        RunAsync(output, input: null, program, arguments);

    /// <summary>Runs a program to its end; null where it is not installed.</summary>
    /// <param name="output">The file it makes, whose size counts; null for none.</param>
    /// <param name="input">What it is given to read; null for nothing of ours.</param>
    /// <param name="program">Name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Task<Measured?> RunAsync(
        string? output, Stream? input, string program, params string[] arguments) =>
        RunAsync(output, input, [0], program, arguments);

    /// <summary>Runs a program to its end; null where it is not installed.</summary>
    /// <param name="output">The file it makes, whose size counts; null for none.</param>
    /// <param name="input">What it is given to read; null for nothing of ours.</param>
    /// <param name="answers">Exit codes that are no failure.</param>
    /// <param name="program">Name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<Measured?> RunAsync(
        string? output, Stream? input, int[] answers, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = input is not null,
        };
        var watch = Stopwatch.StartNew();
        using var process = TryStart(start);
        if (process is null)
            return null;
        var watched = WatchAsync(process);
        var error = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        if (input is not null)
            await GiveAsync(input, process.StandardInput);
        await process.WaitForExitAsync();
        var seconds = watch.Elapsed.TotalSeconds;
        if (!answers.Contains(process.ExitCode))
            throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} exited {process.ExitCode}: {await error}");
        var (peak, user, system) = await watched;
        return new Measured(output is null ? 0 : new FileInfo(output).Length, seconds, user, system, peak);
    }

    /// <summary>A program that ends before it has read all says why itself.</summary>
    private static async Task GiveAsync(Stream input, StreamWriter target)
    {
        try
        {
            await input.CopyToAsync(target.BaseStream, 1 << 20);
            target.Close();
        }
        catch (IOException)
        {
            // The pipe is closed at the other end.
        }
    }

    private static Process? TryStart(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>
    /// The kernel keeps the highest resident size and the time; the last look before the end is within 20 ms of it.
    /// </summary>
    private static async Task<(long PeakMebibytes, double UserSeconds, double SystemSeconds)> WatchAsync(
        Process process)
    {
        const double ticksPerSecond = 100; // USER_HZ, the same on every architecture that .NET runs on
        var (folder, peak, user, system) = ($"/proc/{process.Id}", 0L, 0.0, 0.0);
        try
        {
            while (true)
            {
                var line = (await File.ReadAllLinesAsync($"{folder}/status"))
                    .FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
                if (line is null)
                    return (peak, user, system);
                peak = long.Parse(
                    line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) >> 10;
                var stat = await File.ReadAllTextAsync($"{folder}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                user = long.Parse(fields[11], CultureInfo.InvariantCulture) / ticksPerSecond;
                system = long.Parse(fields[12], CultureInfo.InvariantCulture) / ticksPerSecond;
                await Task.Delay(20);
            }
        }
        catch (IOException)
        {
            return (peak, user, system); // the process has ended, or there is no /proc
        }
    }
}
