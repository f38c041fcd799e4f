using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Verbs;

/// <summary>A verb whose answer is a text in any format, and which needs no configuration.</summary>
internal abstract class TextVerb : Verb
{
    protected TextVerb(CommandLineHost host, GlobalOptions globals, string name, string description)
        : base(host, globals, name, description) => SetAction(parsed =>
        {
            Write(parsed);
            return ExitCodes.Done;
        });

    /// <summary>Writes the answer to the host's output.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    protected abstract void Write(ParseResult parsed);

    // The action above takes this one's place.
    protected sealed override Task<VerbResult> RunAsync(
        ParseResult parsed, EventSink events, CancellationToken cancellationToken) => throw new NotSupportedException();
}
