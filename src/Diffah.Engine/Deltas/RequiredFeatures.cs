using System.Collections.Immutable;

namespace Diffah.Engine.Deltas;

/// <summary>
/// What an archive may require of who reads it, beyond its version: each is a name in the list <c>requires</c> of its
/// sidecar. Who does not know one of them can't restore the archive. All names that this build knows are here.
/// </summary>
internal static class RequiredFeatures
{
    /// <summary>The most names that are read.</summary>
    public const int MaximumCount = 32;

    /// <summary>The longest name that is read, in characters.</summary>
    public const int MaximumLength = 64;

    /// <summary>
    /// Contents may be made in several ways (<see cref="ContentPatch.Alternatives"/>): who knows one of them only
    /// can't restore from all baselines.
    /// </summary>
    public const string Alternatives = "alternatives";

    /// <summary>Parts may be made of other parts of the archive (<see cref="PartNeeds"/>).</summary>
    public const string Chained = "chained";

    /// <summary>No names.</summary>
    public static ImmutableSortedSet<string> None { get; } =
        ImmutableSortedSet<string>.Empty.WithComparer(StringComparer.Ordinal);

    /// <summary>The names that this build knows.</summary>
    public static ImmutableSortedSet<string> Known { get; } = None.Add(Alternatives).Add(Chained);
}
