using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Registry;
using Diffah.Libraries;

namespace Diffah.Engine.Configuration;

/// <summary>The kinds of commands that take a knob.</summary>
[Flags]
public enum KnobUse
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Those that may speak to registries.</summary>
    Registry = 1,

    /// <summary>Those that make archives.</summary>
    Produce = 2,

    /// <summary>Those that rebuild images.</summary>
    Restore = 4,

    /// <summary>The one that copies images.</summary>
    Copy = 8,

    /// <summary>The one that shows an image.</summary>
    Show = 16,

    /// <summary>Those that look into archives, with their baselines or without.</summary>
    Verify = 32,

    /// <summary>The one that checks the machine.</summary>
    Doctor = 64,

    /// <summary>The one that compares images.</summary>
    Compare = 128,

    /// <summary>The one that writes a report.</summary>
    Report = 256,

    /// <summary>The one that publishes deltas.</summary>
    Publish = 1 << 12,

    /// <summary>The one that finds published deltas.</summary>
    Find = 1 << 13,
}

/// <summary>What the help of the command line says of a knob.</summary>
/// <param name="Text">What the knob does.</param>
/// <param name="Default">What counts without it; null where the command says so, or there is nothing to say.</param>
public sealed record KnobHelp(string Text, string? Default = null);

/// <summary>
/// One thing that users set: by an option, a parameter, an environment variable or the configuration file. A row of
/// <see cref="Knobs"/>.
/// </summary>
public abstract class Knob
{
    private protected Knob(string name, string parameter) => (Name, Parameter) = (name, parameter);

    /// <summary>The key in the configuration file.</summary>
    public string Name { get; }

    /// <summary>The option of the command line.</summary>
    public string Option => "--" + Name;

    /// <summary>The parameter of the cmdlets.</summary>
    public string Parameter { get; }

    /// <summary>The environment variable that wins over the file; null where there is none.</summary>
    public string? Variable { get; init; }

    /// <summary>Which commands take it.</summary>
    public required KnobUse Uses { get; init; }

    /// <summary>What the help says where <see cref="HelpOf"/> has no words for the use.</summary>
    public required KnobHelp Help { private get; init; }

    /// <summary>Words of the help for uses that need words of their own.</summary>
    public ImmutableDictionary<KnobUse, KnobHelp> HelpFor { private get; init; } =
        ImmutableDictionary<KnobUse, KnobHelp>.Empty;

    /// <summary>What the configuration file to begin with says of it, in a line.</summary>
    internal string Comment { get; init; } = "";

    /// <summary>
    /// A value as it is written in the file: the built-in default, or an example where there is none.
    /// </summary>
    internal string Sample { get; init; } = "";

    /// <summary>What a value must be, to follow "it must be".</summary>
    public string Rule { get; init; } = "";

    /// <summary>The same for an option, whose range is checked at once.</summary>
    public string OptionRule { get => field ?? Rule; init; }

    /// <summary>What the help writes in the place of a value.</summary>
    public string Placeholder { get; init; } = "";

    /// <summary>The only values there are; empty where there are more than can be listed.</summary>
    public ImmutableArray<string> Words { get; init; } = [];

    /// <summary>Whether a value is a path, which the face makes absolute.</summary>
    public bool IsPath { get; init; }

    /// <summary>Whether it is turned on or off.</summary>
    public virtual bool IsSwitch => false;

    /// <summary>The built-in default; null where there is none, so that something else decides.</summary>
    internal abstract object? DefaultValue { get; }

    /// <summary>What the help says for a use.</summary>
    public KnobHelp HelpOf(KnobUse use) => HelpFor.GetValueOrDefault(use, Help);

    /// <summary>
    /// Reads the text of an option. Ranges that it does not check are checked with the operation's options.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The value, where the answer is true.</param>
    public abstract bool TryReadOption(string text, out object? value);

    /// <summary>Reads the value of a parameter, or the text of a variable.</summary>
    /// <param name="given">The value, or a text of it.</param>
    /// <param name="source">What it was given by, for the error.</param>
    /// <exception cref="DiffahException">InvalidArgument: it is no value of the knob.</exception>
    public abstract object Read(object given, string source);

    /// <summary>Reads a value of the file; null where it is none of the knob. Ranges are checked elsewhere.</summary>
    internal abstract object? ReadFile(YamlValue value, ConfigurationFile file);

    internal abstract EncodingOptions Apply(EncodingOptions options, object? value);

    internal abstract RegistryOptions Apply(RegistryOptions options, object? value);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A knob with values of a type.</summary>
/// <typeparam name="T">The type; one that may be null where something else decides without the knob.</typeparam>
public sealed class Knob<T> : Knob
{
    private readonly Func<string, object?> _parse;

    /// <param name="name">The key in the configuration file.</param>
    /// <param name="parameter">The parameter of the cmdlets.</param>
    /// <param name="builtIn">The built-in default.</param>
    /// <param name="parse">Reads a text; null where it is no value.</param>
    internal Knob(string name, string parameter, T builtIn, Func<string, object?> parse)
        : base(name, parameter) => (Default, _parse) = (builtIn, parse);

    /// <summary>The built-in default.</summary>
    public T Default { get; }

    /// <inheritdoc/>
    public override bool IsSwitch => typeof(T) == typeof(bool);

    internal override object? DefaultValue => Default;

    /// <summary>Which values of YAML are of the right kind.</summary>
    internal Func<YamlValue, bool> IsKind { private get; init; } = _ => true;

    /// <summary>Which values an option takes, beyond what can be read.</summary>
    internal Func<T, bool> IsInRange { private get; init; } = _ => true;

    /// <summary>The error for a text that is no value, where it has words of its own.</summary>
    internal Func<string, DiffahException>? Refuse { private get; init; }

    /// <summary>Turns it on the encoding's options; null where it is none of these.</summary>
    internal Func<EncodingOptions, T, EncodingOptions>? OnEncoding { private get; init; }

    /// <summary>Turns it on the registries' options; null where it is none of these.</summary>
    internal Func<RegistryOptions, T, RegistryOptions>? OnRegistry { private get; init; }

    /// <inheritdoc/>
    public override bool TryReadOption(string text, out object? value)
    {
        value = Words.IsEmpty || Words.Contains(text) ? _parse(text) : null;
        return value is T read && IsInRange(read);
    }

    /// <inheritdoc/>
    public override object Read(object given, string source) => given switch
    {
        T value => value,
        string text when _parse(text) is { } value => value,
        _ when Refuse is not null => throw Refuse($"{given}"),
        _ => throw new DiffahException(DiffahErrors.InvalidArgument, $"{source} is '{given}'; it must be {Rule}."),
    };

    internal override object? ReadFile(YamlValue value, ConfigurationFile file) => !IsKind(value) ? null
        : IsPath && _parse(value.Text) is not null ? file.Resolve(value.Text) : _parse(value.Text);

    internal override EncodingOptions Apply(EncodingOptions options, object? value) =>
        OnEncoding is null ? options : OnEncoding(options, (T)value!);

    internal override RegistryOptions Apply(RegistryOptions options, object? value) =>
        OnRegistry is null ? options : OnRegistry(options, (T)value!);
}
