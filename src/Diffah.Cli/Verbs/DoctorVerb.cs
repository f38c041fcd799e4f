using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah doctor</c>: checks whether this machine is ready.</summary>
internal sealed class DoctorVerb : ImageVerb
{
    private readonly Option<string?> _probe = OptionFactory.Text("--probe", ValuePlaceholders.Image,
        "Check the network too, by asking for this image of a registry (docker://…); 15 seconds at most.");

    public DoctorVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "doctor", "Check whether this machine has what diffah needs; exit 3 where it has not.",
            KnobUse.Doctor) =>
        this.AddOptions(_probe, KnobOptions.New(Knobs.WorkDirectory, "the system's temporary folder"));

    public override string Example => """
        diffah doctor
        diffah doctor --workdir /var/tmp -o json
        diffah doctor --probe docker://registry.example/team/app:v1 --authfile ./auth.json
        """;

    protected override async Task<VerbResult> RunAsync(
        ParseResult parsed, TransportCatalog transports, EventSink events, CancellationToken cancellationToken)
    {
        var checks = await Host.Runner.RunAsync(
            Map(parsed), new CheckEnvironment(transports).RunAsync, events, cancellationToken);
        var failed = checks.Any(c => c.Status == CheckStatus.Fail);
        return new VerbResult(DoctorJson.Of(checks), output => DoctorText.Write(output, checks),
            failed ? ExitCodes.Environment : ExitCodes.Done);
    }

    // A file that can't be used is what a check is for.
    protected override void LoadConfiguration()
    {
        try
        {
            base.LoadConfiguration();
        }
        catch (DiffahException)
        {
        }
    }

    private CheckEnvironmentRequest Map(ParseResult parsed) => new()
    {
        WorkDirectory = KnobOptions.Read(parsed, Host).Get(Knobs.WorkDirectory),
        Registry = Registry.Read(parsed, Host),
        TransportEnvironment = Host.TransportEnvironment,
        ConfigurationFile = Host.ResolvedConfigurationFile,
        Probe = parsed.GetValue(_probe) is { } probe
            ? ImageReference.Parse(probe).ResolveAgainst(Host.CurrentDirectory)
            : null,
    };
}
