using System.Collections.Immutable;

namespace Diffah.Tests.Signing.Support;

internal static class Sorted
{
    /// <summary>As requests take it.</summary>
    public static ImmutableSortedDictionary<string, T> ToImmutableSorted<T>(this Dictionary<string, T> pairs) =>
        pairs.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
