using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Packages.Versions;

namespace Diffah.Engine.Images.Packages;

/// <summary>Pairs the packages of two images.</summary>
internal static class PackageComparison
{
    /// <summary>What became of packages, by type and name.</summary>
    /// <param name="reference">Those of the reference image.</param>
    /// <param name="difference">Those of the other one.</param>
    public static ImmutableArray<PackageChange> Compare(
        IEnumerable<Package> reference, IEnumerable<Package> difference)
    {
        var (left, right) = (reference.ToLookup(KeyOf), difference.ToLookup(KeyOf));
        return
        [
            .. left.Select(g => g.Key).Union(right.Select(g => g.Key))
                .SelectMany(key => CompareOne(left[key], right[key]))
                .OrderBy(c => c.Type, StringComparer.Ordinal).ThenBy(c => c.Name, StringComparer.Ordinal)
                .ThenBy(c => c.Architecture, StringComparer.Ordinal)
                .ThenBy(c => c.ReferenceVersion ?? c.DifferenceVersion, StringComparer.Ordinal)
                .ThenBy(c => c.Kind),
        ];
    }

    // A package may be there in several versions, and each version at several places. A version that both images have
    // is no change. What is left is paired by its place, and where one is left on each side.
    private static IEnumerable<PackageChange> CompareOne(
        IEnumerable<Package> reference, IEnumerable<Package> difference)
    {
        var (old, now) = (Only(reference, difference), Only(difference, reference));
        foreach (var one in old.ToList())
        {
            if (now.Find(n => n.Path == one.Path) is not { } same || old.Count == 1)
                continue;
            old.Remove(one);
            now.Remove(same);
            yield return Pair(one, same);
        }
        if (old.Count == 1 && now.Count == 1)
        {
            yield return Pair(old[0], now[0]);
            yield break;
        }
        foreach (var one in old)
            yield return Change(PackageChangeKind.Removed, one, one.Version, null);
        foreach (var one in now)
            yield return Change(PackageChangeKind.Added, one, null, one.Version);
    }

    // Each version that only one side has, at its first place.
    private static List<Package> Only(IEnumerable<Package> one, IEnumerable<Package> other)
    {
        var versions = other.Select(p => p.Version).ToHashSet(StringComparer.Ordinal);
        return [.. one.OrderBy(p => p.Path, StringComparer.Ordinal).Where(p => versions.Add(p.Version))];
    }

    private static PackageChange Pair(Package old, Package now)
    {
        var kind = VersionOrder.Compare(now.Type, old.Version, now.Version) switch
        {
            null => PackageChangeKind.Changed,
            < 0 => PackageChangeKind.Upgraded,
            _ => PackageChangeKind.Downgraded,
        };
        return Change(kind, now, old.Version, now.Version);
    }

    // What leaves the engine is safe to show.
    private static PackageChange Change(string kind, Package package, string? old, string? now) =>
        new(kind, package.Type, Printable.Line(package.Name), Shown(old), Shown(now))
        {
            Architecture = Shown(package.Architecture),
            Path = Printable.Line(package.Path),
        };

    private static string? Shown(string? text) => text is null ? null : Printable.Line(text);

    // NuGet's names are the same in any case.
    private static (string Type, string Name, string? Architecture) KeyOf(Package package) => (package.Type,
        package.Type == "nuget" ? package.Name.ToLowerInvariant() : package.Name, package.Architecture);
}
