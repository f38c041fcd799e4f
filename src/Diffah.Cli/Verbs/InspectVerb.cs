using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah inspect</c>: shows what a delta archive says of itself.</summary>
internal sealed class InspectVerb : Verb
{
    private readonly Argument<string> _archive = CommonOptions.File(
        "ARCHIVE", "The delta archive; - is standard input.");

    private readonly Option<bool> _files = OptionFactory.Flag(
        "--files", "List the changed files of each layer and what they take, the costliest first.");

    public InspectVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "inspect", "Show what is in a delta archive, and what it spares.")
    {
        Add(_archive);
        Add(_files);
    }

    public override string Example => """
        diffah inspect ./app-v1-v2.delta.tar
        diffah inspect ./app-v1-v2.delta.tar --files
        diffah inspect ./app-v1-v2.delta.tar -o json | jq .data.savings
        """;

    protected override IEnumerable<StreamedValue> Streamed(ParseResult parsed) =>
        [StreamedValue.Archive(_archive.Name, parsed.GetValue(_archive))];

    protected override async Task<VerbResult> RunAsync(
        ParseResult parsed, EventSink events, CancellationToken cancellationToken)
    {
        var archive = await Host.Runner.RunAsync(
            parsed.ReadArchive(_archive, Host),
            (path, sink, token) => InspectArchive.RunAsync(path, Host.NewStreams(), sink, token), events,
            cancellationToken);
        var name = parsed.GetRequiredValue(_archive);
        var withFiles = parsed.GetValue(_files);
        return new VerbResult(
            InspectJson.Of(archive, name, withFiles), output => InspectText.Write(output, archive, name, withFiles));
    }
}
