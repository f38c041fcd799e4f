using System.Management.Automation;
using Diffah.Engine.Diagnostics;

namespace Diffah.PowerShell.Parameters;

/// <summary>Lets a parameter of bytes take 8GiB beside PowerShell's own 8GB.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ByteSizeTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        if ((inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is not string text)
            return inputData;
        return ByteSize.TryParse(text, out var bytes)
            ? bytes
            : throw new ArgumentTransformationMetadataException(
                $"'{text}' is not a number of bytes. Write a number, with a unit if you like: 8GiB, 512MB, 0.");
    }
}
