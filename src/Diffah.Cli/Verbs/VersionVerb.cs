using System.CommandLine;
using System.CommandLine.Invocation;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah version</c>, and <c>diffah --version</c>.</summary>
internal sealed class VersionVerb(CommandLineHost host, GlobalOptions globals)
    : Verb(host, globals, "version", "Show the version.")
{
    public override string Example => """
        diffah version
        diffah version -o json
        """;

    /// <summary>The option that shows the version, whatever else is on the line.</summary>
    public static Option<bool> NewOption(CommandLineHost host)
    {
        var option = OptionFactory.Flag("--version", "Show the version.");
        option.Action = new ShowVersion(host);
        return option;
    }

    protected override Task<VerbResult> RunAsync(
        ParseResult parsed, EventSink events, CancellationToken cancellationToken) =>
        Task.FromResult(new VerbResult(VersionJson.Current, WriteText));

    private static void WriteText(TextWriter output) => output.WriteLine($"diffah {HostEnvironment.ProductVersion}");

    private sealed class ShowVersion(CommandLineHost host) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            WriteText(host.Output);
            return ExitCodes.Done;
        }
    }
}
