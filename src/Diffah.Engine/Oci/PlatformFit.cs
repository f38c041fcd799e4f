using System.Globalization;

namespace Diffah.Engine.Oci;

/// <summary>
/// How well an image for one platform does where another was asked for. The order is containerd's: the same variant,
/// then the nearest one below it, which runs there too.
/// </summary>
internal static class PlatformFit
{
    // Behind everything whose place in the order is known.
    private const int Last = 1_000_000;

    /// <summary>
    /// The lower, the better; null where the image does not do. An attestation's platform never does.
    /// </summary>
    /// <param name="offered">The platform of the image.</param>
    /// <param name="asked">The platform that was asked for.</param>
    public static int? Rank(Platform offered, Platform asked)
    {
        var architecture = Architecture(offered);
        if (offered.IsUnknown || OperatingSystem(offered) != OperatingSystem(asked)
            || architecture != Architecture(asked))
            return null;
        var (has, wanted) = (Variant(offered), Variant(asked));
        if (has == wanted)
            return 0;
        return wanted is null && asked.Variant is null
            ? RankOfAny(Level(architecture, has), Level(architecture, null))
            : RankBelow(Level(architecture, has), Level(architecture, wanted), has is null);
    }

    /// <summary>None was asked for: the base level, then what is below it, then what is above.</summary>
    private static int RankOfAny(int? has, int? plain) => (has, plain) switch
    {
        ({ } level, { } middle) => 1 + (level <= middle ? middle - level : Last / 2 + level - middle),
        _ => Last,
    };

    /// <summary>Of one level, the entry that says it comes before the one that implies it.</summary>
    private static int? RankBelow(int? has, int? wanted, bool isImplied) => (has, wanted) switch
    {
        ({ } level, { } top) when level <= top && !IsApart(level, top) =>
            1 + (2 * (top - level)) + (isImplied ? 1 : 0),
        _ => null,
    };

    // arm64: v9.0 runs what was made for v8.0 to v8.5, v9.1 also v8.6, and so on.
    private static bool IsApart(int level, int top) =>
        level is >= 800 and < 900 && top >= 900 && level % 100 > (top % 100) + 5;

    /// <summary>The level of a variant, a hundred for each major version; null where it has none.</summary>
    private static int? Level(string architecture, string? variant) => (architecture, variant) switch
    {
        ("amd64", null) => 100,
        ("arm", null) => 700,
        ("arm64", null) => 800,
        ("amd64" or "arm" or "arm64", { } text) => Version(text),
        _ => null,
    };

    private static int? Version(string variant)
    {
        var parts = variant.TrimStart('v').Split('.');
        return parts.Length <= 2 && Part(parts[0]) is { } major && (parts.Length == 1 ? 0 : Part(parts[1])) is { } minor
            ? (major * 100) + minor
            : null;
    }

    private static int? Part(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var part) && part < 100 ? part : null;

    private static string OperatingSystem(Platform platform) =>
        platform.OperatingSystem.ToLowerInvariant() is var name && name == "macos" ? "darwin" : name;

    private static string Architecture(Platform platform) => platform.Architecture.ToLowerInvariant() switch
    {
        "x86_64" or "x86-64" => "amd64",
        "aarch64" => "arm64",
        "armhf" or "armel" => "arm",
        "i386" => "386",
        var other => other,
    };

    /// <summary>The variant; null for the one that is meant where none is said, and that has one name only.</summary>
    private static string? Variant(Platform platform) =>
        (platform.Architecture.ToLowerInvariant(), platform.Variant?.ToLowerInvariant()) switch
        {
            ("armel", _) => "v6",
            ("armhf", _) => "v7",
            ("arm64" or "aarch64", "v8" or "8" or "v8.0") => null,
            ("arm", { Length: 1 } digit) when char.IsAsciiDigit(digit[0]) => $"v{digit}",
            (_, var variant) => variant,
        };
}
