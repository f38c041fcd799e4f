using System.Globalization;
using System.Management.Automation;
using Diffah.Engine.Diagnostics;

namespace Diffah.PowerShell.Parameters;

/// <summary>Lets a parameter take a number of bytes, 200MB or 1GiB, and per cent, 5%.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SizeLimitTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        // A number that PowerShell has read already, as of 200MB; 1.5GB is one with a fraction for it.
        var text = value switch
        {
            string or int or long or uint or ulong or short or ushort or byte or sbyte or decimal =>
                Convert.ToString(value, CultureInfo.InvariantCulture)!,
            double number => number.ToString("R", CultureInfo.InvariantCulture),
            _ => null,
        };
        if (text is null)
            return inputData;
        return SizeLimit.TryParse(text, out var limit)
            ? limit
            : throw new ArgumentTransformationMetadataException($"'{text}' is no size. Write {SizeLimit.Rule}.");
    }
}
