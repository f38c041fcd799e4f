using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Engine.Configuration;
using Diffah.Engine.Deltas.Publishing;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Signing;

namespace Diffah.Cli.Options;

/// <summary>Which deltas a policy is to make for a new version, and how, as options.</summary>
/// <param name="knobs">The verb's knobs.</param>
internal sealed class PolicyOptionSet(KnobOptions knobs)
{
    private static readonly Knob[] Encoding =
        [Knobs.Platform, Knobs.Effort, Knobs.Workers, Knobs.MemoryBudget, Knobs.MaxLayerSize];

    private readonly Option<string?> _name = OptionFactory.Of<string?>(
        "--policy", string.Join('|', DeltaPolicy.Names),
        "Make the deltas that this policy wants for IMAGE, a new version, and publish those that are not there. The "
            + "argument is IMAGE alone then, with its tag.",
        $"it must be one of {string.Join(", ", DeltaPolicy.Names)}",
        (string text, out string? name) => DeltaPolicy.Names.Contains(name = text));
    private readonly Option<string[]> _previous = new("--previous")
    {
        HelpName = "TAG",
        Description = "A version before IMAGE in its repository, the oldest first; may be given again for others. "
            + "Without it: the tags that are versions in numbers as IMAGE's is. With --policy.",
    };
    private readonly Option<bool> _dryRun = OptionFactory.Flag(
        "--dry-run", "Say from which versions deltas would be made, and make none. With --policy.", "-n");
    private readonly SigningOptionSet _signing = new();
    private SigningKeySource? _signingKey;

    public void AddTo(Command command)
    {
        _name.CompletionSources.Add([.. DeltaPolicy.Names]);
        command.AddOptions(_name, _previous);
        command.AddOptions([.. Encoding.Select(k => knobs.New(k))]);
        _signing.AddTo(command);
        command.AddOptions(_dryRun);
    }

    public bool IsGiven(ParseResult parsed) => IsOnLine(parsed, _name);

    public bool IsDryRun(ParseResult parsed) => parsed.GetValue(_dryRun);

    /// <summary>Asks for the passphrase of a key, before anything is begun.</summary>
    /// <exception cref="DiffahException">What reading the options of signing throws.</exception>
    public async Task PrepareAsync(ParseResult parsed, CommandLineHost host, CancellationToken cancellationToken) =>
        _signingKey = await _signing.ReadAsync(parsed, host, cancellationToken);

    /// <summary>Refuses what only a policy has a use for, where none is given.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public void RequireNone(ParseResult parsed)
    {
        var option = _signingKey is not null ? "--sign-key"
            : ((Option[])[_previous, _dryRun]).FirstOrDefault(o => IsOnLine(parsed, o))?.Name;
        if (option is not null)
            throw new DiffahException(DiffahErrors.InvalidArgument, $"{option} is given without --policy.",
                "Say with --policy which deltas to make, or leave it out to publish DELTA as it is.");
    }

    /// <summary>What the options ask for.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public PublishByPolicyRequest Map(ParseResult parsed, ImageReference image, CommandLineHost host)
    {
        var read = knobs.Read(parsed, host);
        var encoding = read.ToEncodingOptions() with
        {
            RequirePlatform = knobs.Given(parsed, host).Says(Knobs.Platform),
        };
        encoding.Validate();
        return new PublishByPolicyRequest
        {
            Image = image,
            Previous = [.. parsed.GetValue(_previous) ?? []],
            Policy = parsed.GetValue(_name)!,
            Encoding = encoding,
            SigningKey = _signingKey,
            CreatedAt = host.SourceDate(),
            WorkDirectory = read.Get(Knobs.WorkDirectory),
        };
    }

    private static bool IsOnLine(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
