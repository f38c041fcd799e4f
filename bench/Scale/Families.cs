namespace Diffah.Bench.Scale;

/// <summary>Deltas of real images at several distances; docs/scale.md says how they were made.</summary>
internal static class Families
{
    public static Family Runtime { get; } = new("a runtime in its monthly service releases",
    [
        new(1, 1052160, 43694080, 21.8),
        new(1, 756224, 43653120, 19.2),
        new(1, 754176, 43632640, 18.8),
        new(2, 1106944, 43694080, 21.0),
        new(3, 2431488, 43694080, 41.3),
        new(4, 2446848, 43694080, 42.2),
        new(5, 2448896, 43694080, 41.4),
        new(34, 6239744, 43694080, 75.1),
    ], []);

    public static Family Application { get; } = new("node_modules, newest versions month by month",
    [
        new(1, 355328, 23111680, 20.0),
        new(1, 356352, 27412480, 18.8),
        new(1, 1499136, 34693120, 37.1),
        new(1, 2379776, 42813440, 44.6),
        new(1, 2585600, 41226240, 43.3),
        new(2, 4441600, 42813440, 60.7),
        new(2, 6178816, 34365440, 77.5),
        new(4, 8339456, 42813440, 110.1),
        new(4, 9803776, 33966080, 64.5),
        new(4, 14711808, 38973440, 92.8),
        new(6, 16340480, 42813440, 88.6),
        new(8, 19109888, 42813440, 84.6),
        new(12, 22917632, 42813440, 97.7),
    ],
    [
        new(4441600, 2585600, 2379776),
        new(19109888, 14711808, 8339456),
        new(19109888, 6178816, 16340480),
        new(22917632, 9803776, 19109888),
    ]);

    public static Family[] All { get; } = [Runtime, Application];
}
