using System.Diagnostics.CodeAnalysis;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Oci;

/// <summary>Operating system, architecture and variant (OCI image spec, image-index.md).</summary>
/// <param name="OperatingSystem">For example linux.</param>
/// <param name="Architecture">For example amd64 or arm64.</param>
/// <param name="Variant">For example v7; null where there is none.</param>
public sealed record Platform(string OperatingSystem, string Architecture, string? Variant = null)
{
    /// <summary>What is said for a platform that nobody knows.</summary>
    internal const string Unknown = "unknown";

    /// <summary>linux/amd64.</summary>
    public static Platform Default { get; } = new("linux", "amd64");

    /// <summary>Parses <c>os/arch[/variant]</c>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public static Platform Parse(string text) => TryParse(text, out var platform)
        ? platform
        : throw Refusal(text);

    /// <summary>Parses <c>os/arch[/variant]</c>, without throwing.</summary>
    /// <param name="text">The text, or null.</param>
    /// <param name="platform">The platform where the answer is true.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Platform? platform)
    {
        platform = null;
        var parts = text?.Split('/') ?? [];
        if (parts.Length is not (2 or 3) || parts.Any(p => p.Length == 0 || p.Length > 64
            || p.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))))
            return false;
        platform = new Platform(parts[0], parts[1], parts.Length == 3 ? parts[2] : null);
        return true;
    }

    /// <summary>The error for a text that is not a platform.</summary>
    internal static DiffahException Refusal(string text) =>
        new(DiffahErrors.InvalidArgument, $"'{text}' is not a platform.",
            "Write the platform as os/arch or os/arch/variant, for example linux/arm64 or linux/arm/v7.");

    /// <summary>
    /// True where an image of this platform satisfies a request: it is the same, or runs there. A request without a
    /// variant accepts any variant. Which of several is the best is for <see cref="PlatformFit"/> to say.
    /// </summary>
    /// <param name="requested">What was asked for.</param>
    public bool Satisfies(Platform requested)
    {
        ArgumentNullException.ThrowIfNull(requested);
        return PlatformFit.Rank(this, requested) is not null;
    }

    /// <summary>True for what runs nowhere: builders list attestations so.</summary>
    internal bool IsUnknown => OperatingSystem == Unknown || Architecture == Unknown;

    /// <summary>The platform as people are shown it: an image may say anything.</summary>
    internal string ToPrintable() => Printable.Line(ToString());

    /// <inheritdoc/>
    public override string ToString() =>
        Variant is null ? $"{OperatingSystem}/{Architecture}" : $"{OperatingSystem}/{Architecture}/{Variant}";
}
