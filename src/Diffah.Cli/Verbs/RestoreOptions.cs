using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Verbs;

/// <summary>The options of the verbs that rebuild images, of one or of many.</summary>
/// <param name="destination">Name of the argument that says where images go.</param>
internal sealed class RestoreOptions(string destination)
{
    private readonly VerificationOptionSet _verification = new("Public key that the archive must be signed with; nothing is written otherwise.");
    private readonly Option<bool> _convert = CommonOptions.AllowConvert();
    private readonly Option<string?> _platform = EncodingOptionSet.PlatformOption(OptionFactory.WithDefault("Which image of a baseline index is meant.", "the archive's"), null);
    private readonly Option<string?> _workDirectory = CommonOptions.WorkDirectory($"beside {destination}");
    private readonly Option<bool> _dryRun = CommonOptions.DryRun();
    private readonly Option<bool> _force = CommonOptions.Force("an image");

    public void AddTo(Command command)
    {
        _verification.AddTo(command);
        foreach (var option in new Option[] { _convert, _platform, _workDirectory, _dryRun, _force })
            command.Add(option);
    }

    public bool IsDryRun(ParseResult parsed) => parsed.GetValue(_dryRun);

    /// <summary>The request with what the options say.</summary>
    /// <exception cref="DiffahException">SigningReserved, InvalidArgument.</exception>
    public T Complete<T>(T request, ParseResult parsed, CommandLineHost host)
        where T : RestoreRequest => (T)((RestoreRequest)request with
        {
            VerificationKeyPath = _verification.Read(parsed, host),
            Platform = parsed.GetValue(_platform) is { } platform ? Platform.Parse(platform) : null,
            AllowConvert = parsed.GetValue(_convert),
            Overwrite = parsed.GetValue(_force),
            WorkDirectory = parsed.ReadWorkDirectory(_workDirectory, host),
        });
}
