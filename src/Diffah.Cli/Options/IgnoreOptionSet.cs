using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json;
using Diffah.Engine.Images.Comparison;

namespace Diffah.Cli.Options;

/// <summary>What a comparison passes over, as options: diffah's own, and diffoci's where they mean the same.</summary>
internal sealed class IgnoreOptionSet
{
    private static readonly Dictionary<string, IgnorableDifference> Words =
        IgnorableDifference.All.ToDictionary(
            d => JsonNamingPolicy.KebabCaseLower.ConvertName(d.Value.ToString()), StringComparer.Ordinal);

    private readonly Option<IgnoredDifferences> _ignore = NewIgnore();
    private readonly Option<bool> _semantic = OptionFactory.Flag("--semantic",
        "Pass over what two builds of one source differ in though they do the same: "
            + $"{string.Join(", ", WordsOf(IgnoredDifferences.Semantic))}.");

    // The options of diffoci that scripts have; --ignore is the one to learn.
    private readonly (Option<bool> Flag, IgnoredDifferences Value)[] _others =
    [
        (NewHidden("--ignore-timestamps"), IgnoredDifferences.Timestamp),
        (NewHidden("--ignore-history"), IgnoredDifferences.History),
        (NewHidden("--ignore-file-order"), IgnoredDifferences.FileOrder),
        (NewHidden("--ignore-image-name"), IgnoredDifferences.ImageName),
        (NewHidden("--ignore-tar-format"), IgnoredDifferences.TarFormat),
    ];

    /// <summary>The options, in the order of the help.</summary>
    public IEnumerable<Option> Options => [_ignore, _semantic, .. _others.Select(o => o.Flag)];

    /// <summary>What all of them come to.</summary>
    public IgnoredDifferences Read(ParseResult parsed) => _others.Where(o => parsed.GetValue(o.Flag))
        .Aggregate(parsed.GetValue(_ignore), (sum, other) => sum | other.Value)
        | (parsed.GetValue(_semantic) ? IgnoredDifferences.Semantic : IgnoredDifferences.None);

    private static Option<IgnoredDifferences> NewIgnore()
    {
        var option = new Option<IgnoredDifferences>("--ignore")
        {
            HelpName = ValuePlaceholders.Classes,
            Description = $"Pass over classes of differences: {OptionFactory.OneOf(Words.Keys)}; may be given again.",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = result =>
            {
                var classes = result.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries))
                    .ToList();
                if (classes.Find(c => !Words.ContainsKey(c)) is { } wrong)
                    result.AddError($"--ignore is '{wrong}'; it must be {OptionFactory.OneOf(Words.Keys)}.");
                return classes.Where(Words.ContainsKey)
                    .Aggregate(IgnoredDifferences.None, (sum, word) => sum | Words[word].Value);
            },
        };
        option.CompletionSources.Clear(); // the library would offer the members as C# spells them
        option.CompletionSources.Add(_ => Words.Select(w => new CompletionItem(w.Key, documentation: w.Value.Meaning)));
        return option;
    }

    private static IEnumerable<string> WordsOf(IgnoredDifferences classes) =>
        Words.Where(w => classes.HasFlag(w.Value.Value)).Select(w => w.Key);

    private static Option<bool> NewHidden(string name)
    {
        var option = OptionFactory.Flag(name, "The same as --ignore.");
        option.Hidden = true;
        return option;
    }
}
