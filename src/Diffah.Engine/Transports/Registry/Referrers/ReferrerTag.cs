using System.Text.RegularExpressions;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.Registry.Referrers;

/// <summary>
/// The tag under which a repository of a registry without the referrers API lists what refers to a manifest
/// (distribution spec, "Referrers Tag Schema").
/// </summary>
internal static partial class ReferrerTag
{
    private const int MaximumAlgorithm = 32;
    private const int MaximumEncoded = 64;

    /// <summary>The tag of a manifest.</summary>
    /// <param name="subject">Its digest.</param>
    public static string Of(Digest subject) => NotOfTags().Replace(
        $"{Cut(subject.Algorithm, MaximumAlgorithm)}-{Cut(subject.Hex, MaximumEncoded)}", "-");

    private static string Cut(string text, int length) => text[..Math.Min(text.Length, length)];

    [GeneratedRegex("[^a-zA-Z0-9._-]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NotOfTags();
}
