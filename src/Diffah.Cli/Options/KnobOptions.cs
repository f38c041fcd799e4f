using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Options;

/// <summary>The knobs that a verb takes, as options: made of the one table, and read into one record.</summary>
/// <param name="use">What the verb does.</param>
internal sealed class KnobOptions(KnobUse use)
{
    private readonly Dictionary<Knob, Option> _options = [];

    /// <summary>The option of a knob.</summary>
    /// <param name="knob">The knob.</param>
    /// <param name="fallback">What counts without it, in words, where that is the verb's to say.</param>
    public Option New(Knob knob, string? fallback = null)
    {
        var (text, byDefault) = knob.HelpOf(use);
        byDefault = fallback ?? byDefault;
        return _options[knob] = Make(knob, byDefault is null ? text : OptionFactory.WithDefault(text, byDefault));
    }

    /// <summary>The options of all knobs for the verb's use but some, in the order of the table.</summary>
    /// <param name="others">The knobs that are left out.</param>
    public IEnumerable<Option> NewAllBut(params Knob[] others) =>
        Knobs.All.Where(k => k.Uses.HasFlag(use)).Except(others).Select(k => New(k));

    /// <summary>What the line says. Paths are absolute.</summary>
    /// <exception cref="DiffahException">InvalidArgument: a value is none of its knob.</exception>
    public KnobValues Given(ParseResult parsed, CommandLineHost host) => _options
        .Where(pair => parsed.GetResult(pair.Value) is { Implicit: false })
        .Aggregate(KnobValues.None, (values, pair) => values.With(pair.Key, Value(pair.Key, pair.Value, parsed)))
        .ResolvePaths(host.Resolve);

    /// <summary>What counts: what the line says, over the environment, over the configuration file.</summary>
    /// <exception cref="DiffahException">InvalidArgument: a value of line or environment is none of its
    /// knob.</exception>
    public KnobValues Read(ParseResult parsed, CommandLineHost host) =>
        Given(parsed, host).Over(host.ReadEnvironment(_options.Keys)).Over(host.Configuration);

    private static Option Make(Knob knob, string description)
    {
        if (knob.IsSwitch)
            return OptionFactory.Flag(knob.Option, description);
        // What is read as a text has an error of its own.
        if (knob.IsPath || knob == Knobs.Platform)
            return OptionFactory.Text(knob.Option, knob.Placeholder, description);
        var option = OptionFactory.Of<object?>(
            knob.Option, knob.Placeholder, description, $"it must be {knob.OptionRule}", knob.TryReadOption);
        option.CompletionSources.Add([.. knob.Words]);
        return option;
    }

    private static object Value(Knob knob, Option option, ParseResult parsed) => option switch
    {
        Option<bool> flag => parsed.GetValue(flag),
        Option<string?> text => knob.Read(parsed.GetValue(text)!, knob.Option),
        _ => parsed.GetValue((Option<object?>)option)!,
    };
}
