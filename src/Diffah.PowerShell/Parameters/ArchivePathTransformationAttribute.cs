using System.Collections;
using System.Management.Automation;
using Diffah.Engine.Deltas.Reports;

namespace Diffah.PowerShell.Parameters;

/// <summary>
/// Lets -Path take files, delta archives and rows with a Path, by value. A path that is known to be one is escaped, so
/// that brackets in a name are no wildcards; a row's Path is a pattern like one that is typed.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ArchivePathTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is IList many
            ? many.Cast<object>().Select(TransformOne).ToArray()
            : TransformOne(inputData);

    private static object TransformOne(object input) => input is null ? input! : PSObject.AsPSObject(input) switch
    {
        { BaseObject: string text } => text,
        { BaseObject: FileSystemInfo file } => WildcardPattern.Escape(file.FullName),
        { BaseObject: DeltaArchive archive } => WildcardPattern.Escape(archive.Path),
        var row => (Property(row, "PSPath") ?? Property(row, "LiteralPath")) is { } literal
            ? WildcardPattern.Escape(literal)
            : Property(row, "Path") ?? NoPath(row, input),
    };

    /// <summary>
    /// A row without a path is no archive: its text would be taken for one, in place of the image that it may name.
    /// After a cast that is invalid, and no other failure, PowerShell tries the other ways to bind it.
    /// </summary>
    private static object NoPath(PSObject row, object input) => row.BaseObject is PSCustomObject
        ? throw new PSInvalidCastException("The row has no Path.")
        : input;

    private static string? Property(PSObject row, string name) => row.Properties[name]?.Value?.ToString();
}
