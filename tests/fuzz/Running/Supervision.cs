using System.Diagnostics;

namespace Diffah.Fuzz.Running;

/// <summary>
/// Runs this program once more and waits for it: what no code can catch (a stack that overflows, memory that is used
/// up) ends that process, and is told by this one.
/// </summary>
internal static class Supervision
{
    public const string Argument = "--supervised";

    private const int Known = 2;

    public static async Task<int> RunAsync(FuzzOptions options, IEnumerable<string> arguments)
    {
        CurrentInput.Clear(options.Failures);
        var temporary = Directory.CreateTempSubdirectory("diffah-fuzz-").FullName;
        try
        {
            var code = await StartAsync([Argument, .. arguments], temporary);
            if (code is >= 0 and <= Known)
                return code;
            Console.WriteLine($"BROKEN typed: the process ended with exit code {code}, at the inputs");
            foreach (var origin in CurrentInput.Left(options.Failures))
                Console.WriteLine($"  {origin}");
            Console.WriteLine("fuzz: 0 passed, 1 failed, 0 skipped");
            return 1;
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    private static async Task<int> StartAsync(IEnumerable<string> arguments, string temporary)
    {
        // By `dotnet FILE.dll` the process is dotnet, otherwise it is this program.
        var program = Environment.ProcessPath!;
        var isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        var start = new ProcessStartInfo(program,
            isHost ? [Path.Combine(AppContext.BaseDirectory, "Diffah.Fuzz.dll"), .. arguments] : arguments)
        {
            UseShellExecute = false,
        };
        // The engine spools below the system's temporary folder, where nobody else is to be mistaken for it.
        start.Environment["TMPDIR"] = temporary;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
