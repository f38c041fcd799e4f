using System.Text.Json;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Archive.V1;

/// <summary>The one place where a sidecar's version and feature are agreed on.</summary>
internal static class FormatVersion
{
    public const string V1 = "v1";

    public const string V2 = "v2";

    /// <summary>What people are told is read.</summary>
    private const string Supported = $"{V1} and {V2}";

    public const string Bundle = "bundle";

    /// <summary>The version of a sidecar; refuses what this build does not read.</summary>
    /// <exception cref="DiffahException">ArchiveVersionUnknown, ArchiveTooOld.</exception>
    public static string Negotiate(JsonElement root)
    {
        // An early-phase archive says v1 too, but has no feature; what it says else is of no use here.
        var feature = Text(root, "feature");
        var version = Text(root, "version");
        if (version is not null and not (V1 or V2))
            throw new DiffahException(DiffahErrors.ArchiveVersionUnknown,
                $"unknown bundle version '{Shown(version)}': this build supports {Supported}.");
        if (feature != Bundle)
            throw new DiffahException(DiffahErrors.ArchiveTooOld, feature is null
                ? "The archive was written by an early phase of the format, which is no longer read."
                : $"The archive has the feature '{Shown(feature)}', which this build does not know.");
        return version ?? throw new DiffahException(
            DiffahErrors.ArchiveVersionUnknown, $"The archive names no version: this build supports {Supported}.");
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Shown(string text) => ShortText.Cut(text, 40);
}
