using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Verbs;

/// <summary>A verb about the configuration file, which therefore need not be one that can be used.</summary>
internal abstract class ConfigVerb(CommandLineHost host, GlobalOptions globals, string name, string description)
    : Verb(host, globals, name, description)
{
    /// <summary>The file that a verb is about, where it can be named.</summary>
    protected static Argument<string> File() => new PathArgument("PATH")
    {
        Description = OptionFactory.WithDefault("The file (env: DIFFAH_CONFIG).", "~/.diffah/config.yaml"),
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>The file of the argument, or the one that every other verb reads.</summary>
    /// <exception cref="DiffahException">InvalidArgument: no path, or no home folder.</exception>
    protected ConfigurationFile ReadFile(ParseResult parsed, Argument<string> argument)
    {
        if (parsed.GetResult(argument) is { Tokens.Count: > 0 })
            return new ConfigurationFile(
                parsed.ReadPath(argument, Host), IsNamed: true)
            { HomeFolder = HostEnvironment.HomeFolder };
        return Host.ResolvedConfigurationFile ?? throw new DiffahException(DiffahErrors.InvalidArgument,
            "There is no home folder that the configuration file could be in.", "Name a file, or set DIFFAH_CONFIG.");
    }

    protected override void LoadConfiguration()
    {
    }
}

/// <summary><c>diffah config</c>: the verbs about the configuration file.</summary>
internal sealed class ConfigCommand : Command
{
    public ConfigCommand(CommandLineHost host, GlobalOptions globals)
        : base("config", "Show, write and check the configuration file.")
    {
        Add(new ConfigShowVerb(host, globals));
        Add(new ConfigInitVerb(host, globals));
        Add(new ConfigValidateVerb(host, globals));
        SetAction(_ => HelpPage.Write(this, host));
    }
}

/// <summary><c>diffah config show</c>: says what counts where no option says otherwise, and why.</summary>
internal sealed class ConfigShowVerb(CommandLineHost host, GlobalOptions globals)
    : ConfigVerb(
        host, globals, "show", "Show the values that count where no option says otherwise, and where each comes from.")
{
    public override string Example => """
        diffah config show
        diffah config show -o json | jq .data.workers
        """;

    protected override Task<VerbResult> RunAsync(
        ParseResult parsed, EventSink events, CancellationToken cancellationToken)
    {
        var environment = Host.ReadEnvironment(Knobs.All);
        var file = Host.ResolvedConfigurationFile;
        var configuration = ReadConfiguration.Explain(file, environment, cancellationToken);
        foreach (var problem in configuration.Problems)
            events.Warn(problem.Describe(file!.Path));
        return Task.FromResult(
            new VerbResult(ConfigJson.Of(configuration), output => ConfigText.Write(output, configuration)));
    }
}

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

    protected override async Task<VerbResult> RunAsync(
        ParseResult parsed, EventSink events, CancellationToken cancellationToken)
    {
        var path = await WriteConfiguration.RunAsync(
            ReadFile(parsed, _file), parsed.GetValue(_force), cancellationToken);
        return new VerbResult(new ConfigInitJson(path), output => output.WriteLine($"wrote {path}"));
    }
}

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

    protected override Task<VerbResult> RunAsync(
        ParseResult parsed, EventSink events, CancellationToken cancellationToken)
    {
        var check = CheckConfiguration.Run(ReadFile(parsed, _file), cancellationToken);
        return Task.FromResult(new VerbResult(ConfigCheckJson.Of(check), output => ConfigText.Write(output, check),
            check.IsValid ? ExitCodes.Done : DiffahErrors.ConfigurationInvalid.ExitCode));
    }
}
