using System.Text.RegularExpressions;

namespace Diffah.Engine.Diagnostics;

/// <summary>Who speaks to the user.</summary>
public enum Face
{
    /// <summary>A program that uses the engine: hints name both a parameter and an option.</summary>
    Library,

    /// <summary>The module: hints name parameters and cmdlets.</summary>
    PowerShell,

    /// <summary>The command line: hints name options and verbs.</summary>
    CommandLine,
}

/// <summary>
/// Puts hints into the words of the face in use. The engine writes a parameter as <c>AuthFile (--authfile)</c>, one
/// with a value as <c>IntraLayer Required (--intra-layer required)</c>, and a cmdlet as <c>Get-DiffahImage (diffah
/// image)</c>.
/// </summary>
public static partial class Wording
{
    private static readonly AsyncLocal<Face?> Flowing = new();
    private static Face _everywhere = Face.Library;

    /// <summary>The face in use.</summary>
    public static Face Current => Flowing.Value ?? _everywhere;

    /// <summary>Sets the face for all of the process that says nothing else.</summary>
    /// <param name="face">The face.</param>
    public static void UseEverywhere(Face face) => _everywhere = face;

    /// <summary>Sets the face for the caller's asynchronous flow.</summary>
    /// <param name="face">The face.</param>
    public static void Use(Face face) => Flowing.Value = face;

    /// <summary>A hint in the words of the face in use.</summary>
    /// <param name="hint">The hint as the engine writes it.</param>
    internal static string Of(string hint) => Current switch
    {
        Face.PowerShell => Cmdlet().Replace(Parameter().Replace(hint, "-${parameter}"), "${cmdlet}"),
        Face.CommandLine => Cmdlet().Replace(Parameter().Replace(hint, "${option}"), "${verb}"),
        _ => hint,
    };

    // The word before belongs to the parameter only where the option has a value too.
    [GeneratedRegex(
        @"\b(?<parameter>[A-Z][A-Za-z]+(?= \(--[a-z-]+(?:=[a-z]+)?\))"
            + @"|[A-Z][A-Za-z]+ [A-Z][a-z]+(?= \(--[a-z-]+ [a-z]+\))) \((?<option>--[^)]+)\)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\b(?<cmdlet>[A-Z][a-z]+-Diffah[A-Za-z]+(?: -[A-Z][A-Za-z]+)?) \((?<verb>diffah [a-z]+)\)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Cmdlet();
}
