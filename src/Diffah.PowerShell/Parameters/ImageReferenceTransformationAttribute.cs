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
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        ArgumentNullException.ThrowIfNull(engineIntrinsics);
        var paths = new SessionPaths(engineIntrinsics.SessionState);
        return References.Unwrap(inputData) is IList many
            ? many.Cast<object>().Select(one => TransformOne(paths, one)).ToArray()
            : TransformOne(paths, inputData);
    }

    private static ImageReference TransformOne(SessionPaths paths, object input)
    {
        try
        {
            return References.Read(paths, input);
        }
        catch (DiffahException e)
        {
            throw References.Refusal(e);
        }
    }
}
