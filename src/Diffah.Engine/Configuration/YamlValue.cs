using System.Text.RegularExpressions;

namespace Diffah.Engine.Configuration;

/// <summary>What a scalar is taken for (YAML 1.2, core schema).</summary>
internal enum YamlKind
{
    Null,
    Boolean,
    Number,
    Text,
}

/// <summary>A scalar of a YAML file.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Kind">What it is taken for; what is quoted is text.</param>
internal sealed partial record YamlValue(string Text, YamlKind Kind)
{
    /// <summary>The value of a scalar.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="isPlain">True where it is not quoted.</param>
    public static YamlValue Of(string text, bool isPlain) => new(text, isPlain ? KindOf(text) : YamlKind.Text);

    private static YamlKind KindOf(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => YamlKind.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => YamlKind.Boolean,
        _ => NumberForm().IsMatch(text) ? YamlKind.Number : YamlKind.Text,
    };

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NumberForm();
}

/// <summary>A line <c>key: value</c> of a YAML file.</summary>
/// <param name="Key">The key.</param>
/// <param name="Line">The line of the key, counted from 1.</param>
/// <param name="Value">The value; null where it is no scalar.</param>
internal sealed record YamlEntry(string Key, int Line, YamlValue? Value);
