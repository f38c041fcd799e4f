using System.Text.Json;
using Diffah.Cli;
using Diffah.Cli.Hosting;
using Diffah.Engine.Transports;
using Diffah.Engine.Transports.Hosts;

namespace Diffah.Tests.Cli;

/// <summary>One run of the command line inside the test's process.</summary>
/// <param name="ExitCode">What the process would answer with.</param>
/// <param name="Output">All of standard output.</param>
/// <param name="Error">All of standard error.</param>
/// <param name="Operations">The operations it was given.</param>
internal sealed record CliRun(int ExitCode, string Output, string Error, FakeOperations Operations)
{
    /// <summary>The folder that relative paths start from.</summary>
    public const string Folder = "/srv/here";

    /// <summary>The data of the envelope on standard output.</summary>
    public JsonElement Data => Parse(Output).GetProperty("data");

    /// <summary>The error of the envelope on standard error, which holds nothing else.</summary>
    public JsonElement ErrorBody => Parse(Error).GetProperty("error");

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static Task<CliRun> OfAsync(params string[] args) => WithAsync(new FakeOperations(), args);

    public static Task<CliRun> WithAsync(FakeOperations operations, params string[] args) =>
        WithAsync(operations, new Dictionary<string, string>(), args);

    public static async Task<CliRun> WithAsync(
        FakeOperations operations, IReadOnlyDictionary<string, string> variables, params string[] args)
    {
        using var interruption = new Interruption();
        return await WithAsync(operations, variables, interruption, args);
    }

    public static Task<CliRun> WithAsync(
        FakeOperations operations, IReadOnlyDictionary<string, string> variables, Interruption interruption,
        params string[] args) =>
        OnAsync(operations, host => host with { ReadVariable = variables.GetValueOrDefault }, interruption, args);

    /// <summary>Runs on a host of another kind: with something on standard input, for example.</summary>
    public static async Task<CliRun> OnAsync(Func<CommandLineHost, CommandLineHost> change, params string[] args)
    {
        using var interruption = new Interruption();
        return await OnAsync(new FakeOperations(), change, interruption, args);
    }

    /// <summary>A run over the engine itself, in a folder, with nothing of this machine's user.</summary>
    public static Task<CliRun> InAsync(string folder, params string[] args) =>
        OnAsync(
            host => host with
            {
                CurrentDirectory = folder,
                OpenTransports = TransportCatalog.Create,
                Runner = new OperationRunner(),
                Registry = TransportEnvironment.None
            }, args);

    private static async Task<CliRun> OnAsync(
        FakeOperations operations, Func<CommandLineHost, CommandLineHost> change, Interruption interruption,
        string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var host = change(new CommandLineHost
        {
            Output = output,
            Error = TextWriter.Synchronized(error),
            CurrentDirectory = Folder,
            ReadVariable = _ => null,
            OpenTransports = operations.Reach,
            Runner = operations,
        });
        var exitCode = await DiffahCommandLine.RunAsync(args, host, interruption);
        return new CliRun(exitCode, output.ToString(), error.ToString(), operations);
    }

    private static JsonElement Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        Assert.Equal(1, document.RootElement.GetProperty("schema_version").GetInt32());
        Assert.Equal(2, document.RootElement.EnumerateObject().Count());
        Assert.Equal(text.Length - 1, text.IndexOf('\n', StringComparison.Ordinal));
        return document.RootElement.Clone();
    }
}
