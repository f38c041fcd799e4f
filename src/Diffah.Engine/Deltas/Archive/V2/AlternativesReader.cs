using System.Collections.Immutable;
using System.Text.Json;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive.V2;

/// <summary>Reads the other ways in which an archive makes a content.</summary>
internal static class AlternativesReader
{
    /// <summary>The list's name in sidecars.</summary>
    public const string Name = "alternatives";

    /// <summary>Reads the list; empty where there is none.</summary>
    /// <param name="fields">What is said of the content.</param>
    /// <param name="first">Its first way.</param>
    /// <param name="what">The content, for people.</param>
    /// <param name="read">Reads a way.</param>
    /// <exception cref="Diagnostics.DiffahException">ArchiveInvalid, InvalidDigest.</exception>
    public static ImmutableArray<ContentPatch> Read(
        SidecarFields fields, ContentPatch first, string what, Func<JsonElement, ContentPatch> read)
    {
        var others = fields.OptionalArray(Name).Take(ContentPatch.MaximumWays)
            .Select((value, index) => read(value) with { Number = index + 1 }).ToImmutableArray();
        if (others.Length >= ContentPatch.MaximumWays)
            throw SidecarFields.TooMuch($"{what} is made in more than {ContentPatch.MaximumWays} ways");
        var sources = new HashSet<HashSet<Digest>>(HashSet<Digest>.CreateSetComparer());
        foreach (var way in others.Prepend(first))
        {
            if (!sources.Add([.. way.Sources]))
                throw SidecarFields.Invalid($"{what} is made in two ways of the same contents");
        }
        return others;
    }
}
