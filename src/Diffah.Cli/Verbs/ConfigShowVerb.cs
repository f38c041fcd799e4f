using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Json;
using Diffah.Cli.Options;
using Diffah.Cli.Rendering;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah config show</c>: says what counts where no option says otherwise, and why.</summary>
internal sealed class ConfigShowVerb(CommandLineHost host, GlobalOptions globals)
    : ConfigVerb(host, globals, "show", "Show the values that count where no option says otherwise, and where each comes from.")
{
    public override string Example => """
        diffah config show
        diffah config show -o json | jq .data.workers
        """;

    protected override Task<VerbResult> RunAsync(ParseResult parsed, EventSink events, CancellationToken cancellationToken)
    {
        var environment = Host.ReadEnvironment(Knobs.All);
        var file = Host.ResolvedConfigurationFile;
        var configuration = ReadConfiguration.Explain(file, environment);
        foreach (var problem in configuration.Problems)
            events.Warn(problem.Describe(file!.Path));
        return Task.FromResult(new VerbResult(ConfigJson.Of(configuration), output => ConfigText.Write(output, configuration)));
    }
}
