using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Json;
using Diffah.Cli.Options;
using Diffah.Cli.Rendering;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah config validate</c>: lists what is wrong with a configuration file.</summary>
internal sealed class ConfigValidateVerb : ConfigVerb
{
    private readonly Argument<string> _file = File();

    public ConfigValidateVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "validate", "Check a configuration file; exit 2 where it can't be used.") => Add(_file);

    public override string Example => """
        diffah config validate
        diffah config validate ./diffah.yaml -o json
        """;

    protected override Task<VerbResult> RunAsync(ParseResult parsed, EventSink events, CancellationToken cancellationToken)
    {
        var check = CheckConfiguration.Run(ReadFile(parsed, _file));
        return Task.FromResult(new VerbResult(ConfigCheckJson.Of(check), output => ConfigText.Write(output, check), check.IsValid ? ExitCodes.Done : DiffahErrors.ConfigurationInvalid.ExitCode));
    }
}
