using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Json;
using Diffah.Cli.Options;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah config init</c>: writes a configuration file to begin with.</summary>
internal sealed class ConfigInitVerb : ConfigVerb
{
    private readonly Argument<string> _file = File();
    private readonly Option<bool> _force = CommonOptions.Force("a file");

    public ConfigInitVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "init", "Write a configuration file with every key and its default in a comment.")
    {
        Add(_file);
        Add(_force);
    }

    public override string Example => """
        diffah config init
        diffah config init ./diffah.yaml --force
        """;

    protected override async Task<VerbResult> RunAsync(ParseResult parsed, EventSink events, CancellationToken cancellationToken)
    {
        var path = await WriteConfiguration.RunAsync(ReadFile(parsed, _file), parsed.GetValue(_force), cancellationToken);
        return new VerbResult(new ConfigInitJson(path), output => output.WriteLine($"wrote {path}"));
    }
}
