using System.Globalization;

namespace Diffah.Engine.Deltas;

/// <summary>A zstd window as people write it: auto, or log2 of its bytes.</summary>
/// <param name="Log">log2 bytes, not checked yet; null for auto, which goes by the layer's size.</param>
public readonly record struct WindowLog(int? Log)
{
    /// <summary>The word that leaves the window to the size of the layer.</summary>
    public const string Auto = "auto";

    /// <summary>
    /// Reads auto, in any case, or a whole number; <see cref="EncodingOptions.Validate"/> checks its range.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="window">The window where the answer is true.</param>
    public static bool TryParse(string text, out WindowLog window)
    {
        ArgumentNullException.ThrowIfNull(text);
        window = default;
        if (text.Equals(Auto, StringComparison.OrdinalIgnoreCase))
            return true;
        var valid = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var log);
        window = valid ? new WindowLog(log) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Log?.ToString(CultureInfo.InvariantCulture) ?? Auto;
}
