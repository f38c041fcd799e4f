using System.Diagnostics;
using Diffah.Fuzz.Laws;

namespace Diffah.Fuzz.Running;

/// <summary>What became of one input.</summary>
/// <param name="Outcomes">How its operations ended.</param>
/// <param name="Broken">The law that it broke; null where all held.</param>
/// <param name="Time">How long they took.</param>
/// <param name="Allocated">Bytes they allocated on the managed heap.</param>
/// <param name="Growth">Bytes by which the process grew at its peak.</param>
internal sealed record InputResult(
    IReadOnlyCollection<string> Outcomes, LawBrokenException? Broken, TimeSpan Time, long Allocated, long Growth);

/// <summary>Runs one input under all laws.</summary>
/// <param name="folder">Absolute path of the folder that inputs are written below.</param>
/// <param name="watch">What measures memory.</param>
/// <param name="workers">Inputs that run at the same time: memory is that of all of them.</param>
internal sealed class InputRun(string folder, ResourceWatch watch, int workers)
{
    private long _last;

    public async Task<InputResult> RunAsync(FuzzClass inputClass, FuzzInput input)
    {
        using var trial = new Trial(Path.Combine(folder, $"i{Interlocked.Increment(ref _last)}"));
        Directory.CreateDirectory(trial.Input);
        input.WriteTo(trial.Input);
        var (memory, clock) = (watch.Begin(), Stopwatch.StartNew());
        LawBrokenException? broken = null;
        try
        {
            await inputClass.RunAsync(input, trial);
        }
        catch (LawBrokenException e)
        {
            broken = e;
        }
        catch (Exception e)
        {
            // So that one mistake here does not hide what else there is.
            broken = new LawBrokenException(Law.Own, "the fuzzer", e.ToString(),
                $"{e.GetType().Name} in {e.TargetSite?.Name}");
        }
        var result = new InputResult(trial.Outcomes, broken, clock.Elapsed, memory.Allocated, memory.Growth);
        return result with { Broken = broken ?? MemoryLaw(result) ?? TemporaryLaw() };
    }

    private LawBrokenException? MemoryLaw(InputResult result) =>
        result.Allocated > Bounds.Allocated * workers ? new(Law.Memory, "all operations",
            $"they allocated {result.Allocated >> 20} MiB", "too much is allocated")
        : result.Growth > Bounds.Growth * workers ? new(Law.Memory, "all operations",
            $"the process grew by {result.Growth >> 20} MiB", "the process grows too much")
        : null;

    /// <summary>
    /// What spools where the system says leaves nothing there. With several workers nobody knows whose it is.
    /// </summary>
    private LawBrokenException? TemporaryLaw()
    {
        if (workers > 1 || Directory.EnumerateFileSystemEntries(Path.GetTempPath(), ".diffah-*").FirstOrDefault()
            is not { } left)
            return null;
        Directory.Delete(left, recursive: true);
        return new(Law.Clean, "all operations", "a work folder is left in the system's temporary folder");
    }
}
