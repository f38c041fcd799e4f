using System.Globalization;
using System.Management.Automation;

namespace Diffah.PowerShell.Parameters;

/// <summary>
/// Makes a plain number a time span of so many seconds; PowerShell alone would take it for ticks, or for days.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecondsTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value is string or int or long or double or decimal
            && double.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), NumberStyles.Float,
                CultureInfo.InvariantCulture, out var seconds)
            ? ToTimeSpan(seconds)
            : inputData;
    }

    private static TimeSpan ToTimeSpan(double seconds) => Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds
        ? TimeSpan.FromSeconds(seconds)
        : throw new ArgumentTransformationMetadataException(
            "A time is a number of seconds, or a TimeSpan such as 00:00:05.");
}
