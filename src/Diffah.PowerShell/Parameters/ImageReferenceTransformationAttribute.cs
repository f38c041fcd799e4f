using System.Management.Automation;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.PowerShell.Parameters;

/// <summary>
/// Makes an image reference of a string, or of an object with a Reference property, its path resolved against the
/// session's file system location.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ImageReferenceTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        ArgumentNullException.ThrowIfNull(engineIntrinsics);
        var paths = new SessionPaths(engineIntrinsics.SessionState);
        try
        {
            return Unwrap(inputData) is ImageReference reference
                ? paths.Resolve(reference)
                : paths.ParseReference(Text(inputData));
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
        var reference = Unwrap(input) is string ? null : PSObject.AsPSObject(input).Properties["Reference"]?.Value;
        return (reference ?? input)?.ToString() ?? "";
    }
}
