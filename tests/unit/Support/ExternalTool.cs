using System.Diagnostics;

namespace Diffah.Tests.Support;

/// <summary>A program that is a second opinion; tests that need it skip, loudly, without it.</summary>
internal static class ExternalTool
{
    public sealed record Result(int ExitCode, string Output, string Error);

    /// <summary>Runs a program to its end; a failure of the program fails the test.</summary>
    public static async Task<string> RunAsync(string name, params string[] arguments)
    {
        var result = await TryRunAsync(name, arguments);
        Assert.True(
            result.ExitCode == 0, $"{name} {string.Join(' ', arguments)} exited {result.ExitCode}: {result.Error}");
        return result.Output;
    }

    /// <summary>Runs a program to its end and gives what it said.</summary>
    public static async Task<Result> TryRunAsync(string name, params string[] arguments)
    {
        Skip.IfNot(Exists(name), $"{name} is not installed on this machine.");
        var start = new ProcessStartInfo(name,
            arguments)
        { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await process.WaitForExitAsync(limit.Token);
        return new Result(process.ExitCode, await output, await error);
    }

    public static bool Exists(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, name)));
}
