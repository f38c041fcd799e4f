using System.Collections;
using System.Management.Automation;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.PowerShell.Parameters;

/// <summary>
/// Makes an image reference of a string, or of an object that says where an image is, its path resolved against the
/// session's file system location. A list becomes a list.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ImageReferenceTransformationAttribute : ArgumentTransformationAttribute
{
    // What has just been written is where its Destination says.
    private static readonly string[] Properties = ["Reference", "Destination"];

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        ArgumentNullException.ThrowIfNull(engineIntrinsics);
        var paths = new SessionPaths(engineIntrinsics.SessionState);
        return Unwrap(inputData) is IList many
            ? many.Cast<object>().Select(one => TransformOne(paths, one)).ToArray()
            : TransformOne(paths, inputData);
    }

    private static ImageReference TransformOne(SessionPaths paths, object input)
    {
        try
        {
            return Unwrap(input) is ImageReference reference
                ? paths.Resolve(reference)
                : paths.ParseReference(Text(input));
        }
        catch (DiffahException e)
        {
            // PowerShell makes the error record of a failed binding itself; the message is all that can be given to it.
            throw new ArgumentTransformationMetadataException($"{e.Message} {e.NextAction}", e);
        }
    }

    private static object Unwrap(object input) => input is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : input;

    private static string Text(object input)
    {
        if (input is null || Unwrap(input) is string)
            return input?.ToString() ?? "";
        var properties = PSObject.AsPSObject(input).Properties;
        return (Properties.Select(name => properties[name]?.Value).FirstOrDefault(value => value is not null) ?? input).ToString() ?? "";
    }
}
