using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Verbs;

/// <summary>A verb about the configuration file, which therefore need not be one that can be used.</summary>
internal abstract class ConfigVerb(CommandLineHost host, GlobalOptions globals, string name, string description) : Verb(host, globals, name, description)
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
            return new ConfigurationFile(parsed.ReadPath(argument, Host), IsNamed: true) { HomeFolder = HostEnvironment.HomeFolder };
        return Host.ResolvedConfigurationFile ?? throw new DiffahException(DiffahErrors.InvalidArgument, "There is no home folder that the configuration file could be in.", "Name a file, or set DIFFAH_CONFIG.");
    }

    protected override void LoadConfiguration()
    {
    }
}
