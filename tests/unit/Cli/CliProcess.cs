using System.Diagnostics;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli;

/// <summary>The command line as a process of its own.</summary>
internal static class CliProcess
{
    /// <summary>Absolute path of the program's assembly.</summary>
    public static string Program => typeof(Diffah.Cli.Hosting.ExitCodes).Assembly.Location;

    public static Process Start(string folder, params string[] args) => Process.Start(Describe(folder, args))!;

    /// <summary>
    /// Starts it with a variable in its environment, and as a shell starts what people wait for: a job in the
    /// background, as this may be, passes on that SIGINT is ignored.
    /// </summary>
    public static Process StartInterruptible(string variable, string value, string folder, params string[] args)
    {
        var start = Describe(folder, args);
        start.Environment[variable] = value;
        if (OperatingSystem.IsLinux())
        {
            start.ArgumentList.Insert(0, start.FileName);
            start.ArgumentList.Insert(0, "--default-signal=INT");
            start.FileName = "env";
        }
        return Process.Start(start)!;
    }

    /// <summary>Runs it to its end.</summary>
    /// <param name="folder">The folder it is started in.</param>
    /// <param name="input">All of standard input.</param>
    /// <param name="args">The arguments.</param>
    public static Task<ExternalTool.Result> RunAsync(string folder, string input, params string[] args) =>
        RunAsync(Describe(folder, args), input);

    /// <summary>Runs it with a variable in its environment.</summary>
    public static Task<ExternalTool.Result> WithVariableAsync(
        string variable, string value, string folder, params string[] args)
    {
        var start = Describe(folder, args);
        start.Environment[variable] = value;
        return RunAsync(start, "");
    }

    /// <summary>
    /// Runs it as somebody whom file permissions stop: where this is root, without root's right to pass over them.
    /// </summary>
    public static Task<ExternalTool.Result> WithoutPrivilegeAsync(string folder, params string[] args) =>
        WithoutPrivilegeAsync([], folder, args);

    /// <summary>The same, with variables in its environment.</summary>
    public static Task<ExternalTool.Result> WithoutPrivilegeAsync(
        Dictionary<string, string> variables, string folder, params string[] args)
    {
        var start = Describe(folder, args);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        if (Environment.UserName == "root")
        {
            Skip.IfNot(ExternalTool.Exists("setpriv"),
                "Root may read and write everything, and setpriv, which takes that from it, "
                    + "is not installed on this machine.");
            start.ArgumentList.Insert(0, start.FileName);
            start.ArgumentList.Insert(0, "--bounding-set=-dac_override,-dac_read_search");
            start.FileName = "setpriv";
        }
        return RunAsync(start, "");
    }

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

    private static ProcessStartInfo Describe(string folder, string[] args) =>
        new(Environment.ProcessPath!, [Program, .. args])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
}
