using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Json;
using Diffah.Cli.Options;
using Diffah.Cli.Rendering;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah doctor</c>: checks whether this machine is ready.</summary>
internal sealed class DoctorVerb : Verb
{
    private readonly Option<string?> _workDirectory = CommonOptions.WorkDirectory("the system's temporary folder");

    public DoctorVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "doctor", "Check whether this machine has what diffah needs; exit 3 where it has not.") => Add(_workDirectory);

    public override string Example => """
        diffah doctor
        diffah doctor --workdir /var/tmp -o json
        """;

    protected override async Task<VerbResult> RunAsync(ParseResult parsed, EventSink events, CancellationToken cancellationToken)
    {
        var checks = await Host.Operations.CheckEnvironmentAsync(parsed.ReadWorkDirectory(_workDirectory, Host), events, cancellationToken);
        var failed = checks.Any(c => c.Status == CheckStatus.Fail);
        return new VerbResult(DoctorJson.Of(checks), output => DoctorText.Write(output, checks), failed ? ExitCodes.Environment : ExitCodes.Done);
    }
}
