using System.Diagnostics;

namespace Diffah.Bench;

/// <summary>What runs of a program took.</summary>
/// <param name="Bytes">Size of what they made; 0 where nothing is counted.</param>
/// <param name="Seconds">Wall time, added up.</param>
/// <param name="PeakMebibytes">Most resident memory of any of them; mapped files count.</param>
internal sealed record Measured(long Bytes, double Seconds, long PeakMebibytes)
{
    public static Measured Nothing { get; } = new(0, 0, 0);

    /// <summary>Runs one after the other.</summary>
    public Measured Then(Measured next) => new(Bytes + next.Bytes, Seconds + next.Seconds, Math.Max(PeakMebibytes, next.PeakMebibytes));

    /// <summary>Runs a program to its end; null where it is not installed.</summary>
    /// <param name="output">The file it makes, whose size counts; null for none.</param>
    /// <param name="program">Name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<Measured?> RunAsync(string? output, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        var watch = Stopwatch.StartNew();
        using var process = TryStart(start);
        if (process is null)
            return null;
        var peak = WatchPeakAsync(process);
        var error = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var seconds = watch.Elapsed.TotalSeconds;
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} exited {process.ExitCode}: {await error}");
        return new Measured(output is null ? 0 : new FileInfo(output).Length, seconds, await peak);
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

    /// <summary>The kernel keeps the highest resident size; the last look before the end is within 20 ms of it.</summary>
    private static async Task<long> WatchPeakAsync(Process process)
    {
        var (status, peak) = ($"/proc/{process.Id}/status", 0L);
        try
        {
            while (true)
            {
                var line = (await File.ReadAllLinesAsync(status)).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
                if (line is null)
                    return peak;
                peak = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) >> 10;
                await Task.Delay(20);
            }
        }
        catch (IOException)
        {
            return peak; // the process has ended, or there is no /proc
        }
    }
}
