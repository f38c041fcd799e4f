namespace Diffah.Bench.Scale;

/// <summary>Deltas of real images at several distances; docs/scale.md says how they were made.</summary>
internal static class Families
{
    public static Family Runtime { get; } = new("a runtime in its monthly service releases",
    [
        new(1, 1052160, 43694080, 21.8),
        new(2, 1106944, 43694080, 21.0),
        new(4, 2446848, 43694080, 42.2),
    ]);

    public static Family Application { get; } = new("node_modules, newest versions month by month",
    [
        new(1, 2379776, 42813440, 44.6),
        new(2, 4441600, 42813440, 60.7),
        new(4, 8339456, 42813440, 110.1),
        new(8, 19109888, 42813440, 84.6),
    ]);

    public static Family[] All { get; } = [Runtime, Application];
}
