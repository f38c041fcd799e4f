using System.Collections.Immutable;
using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Cli.Verbs;

/// <summary>The arguments of <c>diff</c>: three, or two where an option says what the baseline is.</summary>
internal sealed class DiffArguments
{
    private readonly Argument<string> _baseline = CommonOptions.Reference(
        "BASELINE", "The image that the other side has, as transport:location; left out where --baseline-manifest, "
            + "--dockerfile or --baseline-from-image says it.");
    private readonly Argument<string> _target = CommonOptions.Reference(
        "TARGET", "The image that the other side is to get, as transport:location.");
    private readonly Argument<string> _output = CommonOptions.File(
        "DELTA-OUT", "The delta archive to write; - is standard output.");
    private readonly Option<string[]> _buildArguments = new("--build-arg")
    {
        HelpName = "NAME[=VALUE]",
        Description = "What the build was given for an ARG of the Dockerfile; may be given again for others. Without "
            + "a value, that of the environment variable.",
    };

    private readonly Option<string[]> _orBaselines = new("--or-baseline")
    {
        HelpName = ValuePlaceholders.Image,
        Description = "An image that the other side may have instead of BASELINE: the archive is restored from any one "
            + "of them; may be given again for others.",
    };
    private readonly Option<string[]> _andBaselines = new("--and-baseline")
    {
        HelpName = ValuePlaceholders.Image,
        Description = "An image that the other side has beside BASELINE: the archive is restored from all of them "
            + "together; may be given again for others.",
    };

    public DiffArguments() => _output.Arity = ArgumentArity.ZeroOrOne;

    /// <summary>The file with the manifest.</summary>
    public Option<string?> BaselineManifest { get; } = OptionFactory.Text("--baseline-manifest", ValuePlaceholders.File,
        "The baseline's manifest, where no more is left of it: its layers need not travel, "
            + "but none can be patched from. The arguments are TARGET DELTA-OUT then.");

    /// <summary>The file that the target was built by.</summary>
    public Option<string?> Dockerfile { get; } = OptionFactory.Text("--dockerfile", ValuePlaceholders.File,
        "The target's Dockerfile: the baseline is the image that its last stage is built on. The arguments are "
            + "TARGET DELTA-OUT then.");

    /// <summary>Whether the target says it.</summary>
    public Option<bool> BaselineFromImage { get; } = OptionFactory.Flag("--baseline-from-image",
        "The baseline is the image that the target says it is built on, by annotation or label "
            + "org.opencontainers.image.base.name. The arguments are TARGET DELTA-OUT then.");

    /// <summary>Whether the images of all platforms are meant.</summary>
    public Option<bool> AllPlatforms { get; } = OptionFactory.Flag("--all-platforms",
        "Make the archive of the images of all platforms that TARGET's index lists, and of the index itself.");

    /// <summary>Whether what refers to the target travels too.</summary>
    public Option<bool> IncludeReferrers { get; } = OptionFactory.Flag("--include-referrers",
        "Take along what refers to TARGET: signatures, SBOMs and attestations.");

    public void AddTo(Command command)
    {
        command.AddArguments(_baseline, _target, _output);
        command.AddOptions(
            _orBaselines, _andBaselines, BaselineManifest, Dockerfile, _buildArguments, BaselineFromImage, AllPlatforms,
            IncludeReferrers);
    }

    /// <summary>Names of the arguments that a line lacks.</summary>
    public IEnumerable<string> Missing(ParseResult parsed) =>
        Names(parsed).Skip(Given(parsed).Length).Select(a => a.Name);

    /// <summary>The image that the other side has; null where an option says it.</summary>
    public string? Baseline(ParseResult parsed) => InsteadOfBaseline(parsed) is null ? Value(parsed, _baseline) : null;

    /// <summary>The image that the other side is to get.</summary>
    public string Target(ParseResult parsed) => Value(parsed, _target);

    /// <summary>The archive to write.</summary>
    public string Output(ParseResult parsed) => Value(parsed, _output);

    /// <summary>Whether all baselines are needed.</summary>
    public bool NeedsAllBaselines(ParseResult parsed) => parsed.GetValue(_andBaselines) is { Length: > 0 };

    /// <summary>The images beside the baseline, as the user wrote them.</summary>
    public IEnumerable<string> OtherBaselines(ParseResult parsed) =>
        [.. parsed.GetValue(_orBaselines) ?? [], .. parsed.GetValue(_andBaselines) ?? []];

    /// <summary>The same, with absolute paths.</summary>
    /// <exception cref="DiffahException">InvalidReference; InvalidArgument: both kinds are given.</exception>
    public ImmutableArray<ImageReference> ReadOtherBaselines(ParseResult parsed, CommandLineHost host)
    {
        var (either, beside) = (parsed.ReadReferences(_orBaselines, host), parsed.ReadReferences(_andBaselines, host));
        return either.IsEmpty || beside.IsEmpty
            ? [.. either, .. beside]
            : throw new DiffahException(DiffahErrors.InvalidArgument,
                "--or-baseline and --and-baseline are both given.",
                "Give the one where any one of the images will do, or the other where all are there.");
    }

    /// <summary>What the build was given. As with docker build, a variable that is not set gives nothing.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public ImmutableSortedDictionary<string, string> BuildArguments(ParseResult parsed, CommandLineHost host)
    {
        var arguments = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var text in parsed.GetValue(_buildArguments) ?? [])
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? text : text[..equals];
            if (name.Length == 0)
                throw new DiffahException(DiffahErrors.InvalidArgument, "--build-arg names no ARG.",
                    "Write --build-arg NAME=VALUE.");
            if ((equals < 0 ? host.ReadVariable(name) : text[(equals + 1)..]) is { } value)
                arguments[name] = value;
        }
        return arguments.ToImmutable();
    }

    private string Value(ParseResult parsed, Argument<string> argument)
    {
        var (names, given) = (Names(parsed), Given(parsed));
        if (given.Length == names.Length)
            return given[Array.IndexOf(names, argument)];
        var option = InsteadOfBaseline(parsed);
        throw new DiffahException(DiffahErrors.InvalidArgument,
            $"With {option} there is no BASELINE, and the arguments are TARGET DELTA-OUT.",
            $"Leave BASELINE or {option} out.");
    }

    private Argument<string>[] Names(ParseResult parsed) =>
        InsteadOfBaseline(parsed) is null ? [_baseline, _target, _output] : [_target, _output];

    private string[] Given(ParseResult parsed) =>
        [.. new[] { _baseline, _target, _output }.SelectMany(a => parsed.GetResult(a)?.Tokens ?? [])
            .Select(t => t.Value)];

    private string? InsteadOfBaseline(ParseResult parsed) =>
        ((Option[])[BaselineManifest, Dockerfile, BaselineFromImage])
        .FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false })?.Name;
}
