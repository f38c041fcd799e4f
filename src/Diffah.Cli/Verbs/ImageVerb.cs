using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports;

namespace Diffah.Cli.Verbs;

/// <summary>A verb whose images may be in registries: it takes the options for these.</summary>
internal abstract class ImageVerb : Verb
{
    /// <param name="host">The host.</param>
    /// <param name="globals">The options of every verb.</param>
    /// <param name="name">The verb.</param>
    /// <param name="description">What it does.</param>
    /// <param name="use">Which knobs it takes.</param>
    protected ImageVerb(CommandLineHost host, GlobalOptions globals, string name, string description, KnobUse use)
        : base(host, globals, name, description)
    {
        KnobOptions = new KnobOptions(use);
        Registry = new RegistryOptionSet(KnobOptions);
        Registry.AddTo(this);
    }

    /// <summary>How registries are spoken to.</summary>
    public RegistryOptionSet Registry { get; }

    /// <summary>The knobs that the verb takes.</summary>
    protected KnobOptions KnobOptions { get; }

    protected sealed override async Task<VerbResult> RunAsync(
        ParseResult parsed, EventSink events, CancellationToken cancellationToken)
    {
        using var transports = Host.OpenTransports(Registry.Read(parsed, Host), Host.TransportEnvironment);
        return await RunAsync(parsed, transports, events, cancellationToken);
    }

    /// <summary>Does the verb's work, with transports that reach registries as the options say.</summary>
    protected abstract Task<VerbResult> RunAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken);

    /// <summary>
    /// The platform of a baseline; null where the archive's is meant, whatever the configuration says.
    /// </summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    protected Platform? ReadBaselinePlatform(ParseResult parsed) =>
        KnobOptions.Given(parsed, Host) is var given && given.Says(Knobs.Platform) ? given.Get(Knobs.Platform) : null;
}
