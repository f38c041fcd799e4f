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
            : Property(row, "Path") ?? input,
    };

    private static string? Property(PSObject row, string name) => row.Properties[name]?.Value?.ToString();
}
