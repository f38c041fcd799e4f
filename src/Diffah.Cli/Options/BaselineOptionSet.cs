using System.Collections.Immutable;
using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations.Specs;

namespace Diffah.Cli.Options;

/// <summary>The baselines of an archive that nothing is restored of, as options.</summary>
internal sealed class BaselineOptionSet
{
    private readonly Option<string?> _baseline;
    private readonly Option<string?> _spec = OptionFactory.Text("--baseline-spec", ValuePlaceholders.File,
        """The same for a bundle, as JSON: {"baselines":{name:reference}}.""");
    private readonly Option<string[]> _additional = CommonOptions.AdditionalBaselines();

    /// <param name="description">What the baseline does to the verb.</param>
    public BaselineOptionSet(string description) =>
        _baseline = OptionFactory.Text("--baseline", ValuePlaceholders.Image, description);

    public void AddTo(Command command) => command.AddOptions(_baseline, _spec, _additional);

    /// <summary>The first option that is given; null where none is.</summary>
    public string? Given(ParseResult parsed) =>
        ((Option[])[_baseline, _spec, _additional])
            .FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false })?.Name;

    /// <summary>The values that may be standard streams.</summary>
    public IEnumerable<StreamedValue> Streamed(ParseResult parsed) =>
    [
        StreamedValue.Image(_baseline.Name, parsed.GetValue(_baseline)),
        .. (parsed.GetValue(_additional) ?? []).Select(value => StreamedValue.Image(_additional.Name, value)),
    ];

    /// <summary>The baseline of the only image; null where none is given.</summary>
    /// <exception cref="DiffahException">InvalidArgument: there are baselines by name, too.
    /// InvalidReference.</exception>
    public ImageReference? Only(ParseResult parsed, CommandLineHost host)
    {
        if (parsed.GetValue(_baseline) is not { } baseline)
            return null;
        return parsed.GetValue(_spec) is null
            ? CommonOptions.ResolveReference(baseline, host)
            : throw new DiffahException(DiffahErrors.InvalidArgument,
                "--baseline and --baseline-spec contradict each other.", "Leave one of them out.");
    }

    /// <summary>The baselines by the images' names.</summary>
    /// <exception cref="DiffahException">SpecFileInvalid, FileNotFound.</exception>
    public ImmutableSortedDictionary<string, ImageReference> ByName(ParseResult parsed, CommandLineHost host) =>
        parsed.ReadPath(_spec, host) is { } spec
            ? host.Runner.ReadSpec(spec, SpecFiles.ReadBaselines, host.Interrupted)
            : ImmutableSortedDictionary<string, ImageReference>.Empty;

    /// <summary>Images beside the baselines.</summary>
    /// <exception cref="DiffahException">InvalidReference.</exception>
    public ImmutableArray<ImageReference> Additional(ParseResult parsed, CommandLineHost host) =>
        parsed.ReadReferences(_additional, host);
}
