using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Verbs;

/// <summary>A verb whose images may be in registries: it takes the options for these.</summary>
internal abstract class ImageVerb : Verb
{
    protected ImageVerb(CommandLineHost host, GlobalOptions globals, string name, string description)
        : base(host, globals, name, description) => Registry.AddTo(this);

    /// <summary>How registries are spoken to.</summary>
    public RegistryOptionSet Registry { get; } = new();

    protected sealed override async Task<VerbResult> RunAsync(ParseResult parsed, EventSink events, CancellationToken cancellationToken)
    {
        using var operations = Host.OpenOperations(Registry.Read(parsed, Host));
        return await RunAsync(parsed, operations, events, cancellationToken);
    }

    /// <summary>Does the verb's work, with operations that reach registries as the options say.</summary>
    protected abstract Task<VerbResult> RunAsync(ParseResult parsed, IOperations operations, EventSink events, CancellationToken cancellationToken);
}
