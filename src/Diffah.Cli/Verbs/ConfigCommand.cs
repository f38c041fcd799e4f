using System.CommandLine;
using Diffah.Cli.Help;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;

namespace Diffah.Cli.Verbs;

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
