using System.CommandLine;
using System.Globalization;

namespace Diffah.Cli.Options;

/// <summary>Makes options that name themselves, the value and the rule where a value is wrong.</summary>
internal static class OptionFactory
{
    public static Option<bool> Flag(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description };

    /// <summary>A flag that can be turned off: <c>--name=false</c>.</summary>
    public static Option<bool> Switch(string name, string description, bool defaultValue)
    {
        var option = new Option<bool>(name)
        {
            HelpName = "true|false",
            Description = WithDefault(description, defaultValue ? "true" : "false"),
            DefaultValueFactory = _ => defaultValue,
        };
        option.CompletionSources.Clear(); // the library would offer the words with capitals
        option.CompletionSources.Add("true", "false");
        return option;
    }

    public static Option<string?> Text(string name, string placeholder, string description) =>
        Of<string?>(name, placeholder, description, "it must not be empty",
            (string text, out string? value) => (value = text).Length > 0);

    public static Option<int?> Number(string name, string description, int defaultValue) =>
        Number(name, description, defaultValue.ToString(CultureInfo.InvariantCulture));

    /// <summary>A whole number without a default of its own.</summary>
    public static Option<int?> Number(string name, string description, string fallback) =>
        Of<int?>(name, "N", WithDefault(description, fallback), "it must be a whole number", ParseNumber);

    /// <summary>One word of an enumeration, in lower case.</summary>
    public static Option<T?> Choice<T>(string name, string description, T? defaultValue, params string[] aliases)
        where T : struct, Enum
    {
        var words = Enum.GetValues<T>()
            .ToDictionary(v => v.ToString().ToLowerInvariant(), v => v, StringComparer.Ordinal);
        var text = defaultValue is { } d ? WithDefault(description, d.ToString().ToLowerInvariant()) : description;
        var option = Of<T?>(
            name, string.Join('|', words.Keys), text, $"it must be {OneOf(words.Keys)}", (string word, out T? value) =>
            {
                var known = words.TryGetValue(word, out var found);
                value = known ? found : null;
                return known;
            }, aliases);
        option.CompletionSources.Clear(); // of an enumeration it would offer the members as C# spells them
        option.CompletionSources.Add([.. words.Keys]);
        return option;
    }

    /// <summary>An option with a parser of its own.</summary>
    public static Option<T> Of<T>(
        string name, string placeholder, string description, string rule, TryParse<T> parse, params string[] aliases) =>
        new(name, aliases)
        {
            HelpName = placeholder,
            Description = description,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (!parse(text, out var value))
                    result.AddError($"{name} is '{text}'; {rule}.");
                return value;
            },
        };

    public static string WithDefault(string description, string defaultValue) =>
        $"{description} [default: {defaultValue}]";

    /// <summary>Words as a choice in a sentence: a, b or c.</summary>
    public static string OneOf(IReadOnlyCollection<string> words) =>
        $"{string.Join(", ", words.SkipLast(1))} or {words.Last()}";

    private static bool ParseNumber(string text, out int? value)
    {
        var valid = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        value = number;
        return valid;
    }

    public delegate bool TryParse<T>(string text, out T? value);
}

/// <summary>Adds several arguments or options to a command at once; the help shows them in this order.</summary>
internal static class CommandParts
{
    public static void AddArguments(this Command command, params IEnumerable<Argument> arguments)
    {
        foreach (var argument in arguments)
            command.Add(argument);
    }

    public static void AddOptions(this Command command, params IEnumerable<Option> options)
    {
        foreach (var option in options)
            command.Add(option);
    }
}

/// <summary>
/// What the help writes in the place of a value, where the value is of a kind that shells can complete.
/// </summary>
internal static class ValuePlaceholders
{
    /// <summary>An image reference.</summary>
    public const string Image = "IMAGE";

    /// <summary>A file.</summary>
    public const string File = "FILE";

    /// <summary>A file with a key.</summary>
    public const string Key = "KEY";

    /// <summary>A folder.</summary>
    public const string Folder = "DIR";

    /// <summary>Words of a list, with commas between them.</summary>
    public const string Classes = "CLASS[,CLASS...]";

    /// <summary>A platform.</summary>
    public const string Platform = "OS/ARCH[/VARIANT]";
}

/// <summary>An argument that is an image reference.</summary>
internal sealed class ImageArgument(string name) : Argument<string>(name);

/// <summary>An argument that is the path of a file.</summary>
internal sealed class PathArgument(string name) : Argument<string>(name);
