using Mono.Cecil;

namespace Diffah.Tests.Architecture;

/// <summary>
/// Namespaces that use each other in a circle. Below each namespace, what stands right in it is one part, and each
/// namespace one level down, with all that is below that, is another.
/// </summary>
internal static class Circles
{
    /// <summary>The part that is a namespace's own types.</summary>
    public const string Itself = "(itself)";

    /// <summary>The circles, each as the parts that can all be reached from one another.</summary>
    public static IEnumerable<Circle> Find(AssemblyScan scan, string root)
    {
        var uses = scan.Uses.Select(u => (User: Space(u.User), Used: Space(u.Used))).Distinct()
            .Where(u => u.User != u.Used && IsBelow(u.User, root) && IsBelow(u.Used, root)).ToList();
        return uses.SelectMany(u => Outer(u.User, root)).Distinct()
            .SelectMany(space => Find(space, uses)).OrderBy(c => c.ToString(), StringComparer.Ordinal);
    }

    /// <summary>For each two parts of a circle of which one uses the other, a use that shows it.</summary>
    public static IEnumerable<string> Explain(AssemblyScan scan, Circle circle) =>
        from use in scan.Uses
        where IsBelow(Space(use.User), circle.Space) && IsBelow(Space(use.Used), circle.Space)
        group use by (User: Part(Space(use.User), circle.Space), Used: Part(Space(use.Used), circle.Space)) into pair
        where pair.Key.User != pair.Key.Used
        where circle.Parts.Contains(pair.Key.User) && circle.Parts.Contains(pair.Key.Used)
        let shown = pair.First()
        select $"{pair.Key.User} uses {pair.Key.Used}: {shown.User.Name} uses {shown.Used.Name}";

    private static IEnumerable<Circle> Find(string space, IEnumerable<(string User, string Used)> uses)
    {
        var next = uses.Where(u => IsBelow(u.User, space) && IsBelow(u.Used, space))
            .Select(u => (User: Part(u.User, space), Used: Part(u.Used, space))).Where(u => u.User != u.Used)
            .ToLookup(u => u.User, u => u.Used);
        var reached = next.ToDictionary(n => n.Key, n => Reach(n.Key, next));
        return reached.Keys.Where(part => reached[part].Contains(part))
            .GroupBy(part => string.Join(", ", reached[part].Where(p => IsBack(p, part)).Order(StringComparer.Ordinal)))
            .Select(parts => new Circle(space, [.. parts.Order(StringComparer.Ordinal)]));

        bool IsBack(string from, string to) => reached.TryGetValue(from, out var all) && all.Contains(to);
    }

    private static HashSet<string> Reach(string start, ILookup<string, string> next)
    {
        var (reached, open) = (new HashSet<string>(StringComparer.Ordinal), new Stack<string>(next[start]));
        while (open.TryPop(out var part))
        {
            if (!reached.Add(part))
                continue;
            foreach (var further in next[part])
                open.Push(further);
        }
        return reached;
    }

    // A namespace and those around it, as far out as the root.
    private static IEnumerable<string> Outer(string space, string root)
    {
        for (; space.Length > root.Length; space = space[..space.LastIndexOf('.')])
            yield return space;
        yield return root;
    }

    private static string Space(TypeReference type) => TypeReferences.NamespaceOf(type);

    private static bool IsBelow(string space, string root) =>
        space == root || space.StartsWith(root + ".", StringComparison.Ordinal);

    private static string Part(string space, string root) =>
        space == root ? Itself : space[(root.Length + 1)..].Split('.')[0];
}

/// <summary>Parts of a namespace that use each other.</summary>
internal sealed record Circle(string Space, string[] Parts)
{
    public override string ToString() => $"{Space}: {string.Join(", ", Parts)}";
}
