using System.Management.Automation;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.PowerShell.Parameters;

/// <summary>
/// Reads image references out of what people pass: text, references, and objects that say where an image is.
/// </summary>
internal static class References
{
    // What has just been written is where its Destination says; a row of a comparison is about what is compared.
    private static readonly string[] Properties = ["Reference", "Destination", "DifferenceImage"];

    /// <summary>The reference that was passed, its path resolved against the session's file system location.</summary>
    /// <param name="paths">Resolves paths.</param>
    /// <param name="input">What was passed.</param>
    /// <exception cref="DiffahException">InvalidReference.</exception>
    public static ImageReference Read(SessionPaths paths, object? input) =>
        Unwrap(input) is ImageReference reference ? paths.Resolve(reference) : paths.ParseReference(Text(input));

    /// <summary>True for an object that says itself where an image is.</summary>
    /// <param name="input">What was passed.</param>
    public static bool SaysWhere(object input) => Property(input) is not null;

    /// <summary>What PowerShell has wrapped; an object that is made of properties alone is left as it is.</summary>
    /// <param name="input">What was passed.</param>
    public static object? Unwrap(object? input) =>
        input is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : input;

    /// <summary>
    /// The form an attribute reports an error in: PowerShell makes the record of a failed binding itself, and takes but
    /// a message.
    /// </summary>
    /// <param name="error">The error.</param>
    public static ArgumentTransformationMetadataException Refusal(DiffahException error) =>
        new($"{error.Message} {error.NextAction}", error);

    private static string Text(object? input)
    {
        if (input is null || Unwrap(input) is string)
            return input?.ToString() ?? "";
        return (Property(input) ?? input).ToString() ?? "";
    }

    private static object? Property(object input)
    {
        var properties = PSObject.AsPSObject(input).Properties;
        return Properties.Select(name => properties[name]?.Value).FirstOrDefault(value => value is not null);
    }
}
