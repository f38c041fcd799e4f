using System.Diagnostics.CodeAnalysis;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Oci;

/// <summary>Operating system, architecture and variant (OCI image spec, image-index.md).</summary>
/// <param name="OperatingSystem">For example linux.</param>
/// <param name="Architecture">For example amd64 or arm64.</param>
/// <param name="Variant">For example v7; null where there is none.</param>
public sealed record Platform(string OperatingSystem, string Architecture, string? Variant = null)
{
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
    /// True where an image of this platform satisfies a request. A request without a variant accepts any variant;
    /// arm64 and arm64/v8 are the same (containerd's normalisation).
    /// </summary>
    /// <param name="requested">What was asked for.</param>
    public bool Satisfies(Platform requested)
    {
        if (OperatingSystem != requested.OperatingSystem || Architecture != requested.Architecture)
            return false;
        return requested.Variant is null || Normal(this) == Normal(requested);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Variant is null ? $"{OperatingSystem}/{Architecture}" : $"{OperatingSystem}/{Architecture}/{Variant}";

    private static string? Normal(Platform p) => p is { Architecture: "arm64", Variant: "v8" } ? null : p.Variant;
}
