using System.Diagnostics;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli;

/// <summary>The command line as a process of its own.</summary>
internal static class CliProcess
{
    /// <summary>Absolute path of the program's assembly.</summary>
    public static string Program => typeof(Diffah.Cli.Hosting.ExitCodes).Assembly.Location;

    public static Process Start(string folder, params string[] args) => Process.Start(Describe(folder, args))!;

    /// <summary>Runs it to its end.</summary>
    /// <param name="folder">The folder it is started in.</param>
    /// <param name="input">All of standard input.</param>
    /// <param name="args">The arguments.</param>
    public static Task<ExternalTool.Result> RunAsync(string folder, string input, params string[] args) => RunAsync(Describe(folder, args), input);

    private static async Task<ExternalTool.Result> RunAsync(ProcessStartInfo start, string input)
    {
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new ExternalTool.Result(process.ExitCode, await output, await error);
    }

    private static ProcessStartInfo Describe(string folder, string[] args) => new(Environment.ProcessPath!, [Program, .. args])
    {
        WorkingDirectory = folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}
