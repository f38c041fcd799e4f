namespace Diffah.Bench.Scale;

/// <summary>The assumptions of a simulation. The defaults are those of docs/scale.md's first table.</summary>
internal sealed record ScaleOptions
{
    public int Seed { get; init; } = 17;
    public int Hosts { get; init; } = 10_000;
    public int Images { get; init; } = 50;

    /// <summary>Releases of an image in a year.</summary>
    public int ReleasesPerYear { get; init; } = 12;

    /// <summary>How many releases back deltas are made and kept.</summary>
    public int Window { get; init; } = 12;

    /// <summary>How many releases behind the newest a follower stays.</summary>
    public int Behind { get; init; }

    /// <summary>The part of hosts that follow behind.</summary>
    public double Followers { get; init; }

    /// <summary>In place of the exponents that were measured.</summary>
    public double? Exponent { get; init; }

    /// <summary>Multiplies the sizes of deltas between neighbours.</summary>
    public double Volatility { get; init; } = 1;

    /// <summary>How hosts update.</summary>
    public Rhythm[] Rhythms { get; init; } = Rhythm.Mixed;
}

/// <summary>Hosts that update alike.</summary>
/// <param name="Name">What they do.</param>
/// <param name="Part">Their part of all hosts.</param>
/// <param name="Every">Months from one update to the next.</param>
/// <param name="Missed">How often a host misses an update that is due, and takes the next.</param>
internal sealed record Rhythm(string Name, double Part, int Every, double Missed)
{
    public static Rhythm[] Mixed { get; } =
    [
        new("every month", 0.70, 1, 0.03),
        new("most months", 0.15, 1, 0.30),
        new("every quarter", 0.10, 3, 0.05),
        new("every half year", 0.04, 6, 0.05),
        new("once in fourteen months", 0.01, 14, 0),
    ];

    public static Rhythm[] Prompt { get; } = [new("every month", 1, 1, 0)];

    public static Rhythm[] Late { get; } =
    [
        new("most months", 0.40, 1, 0.40),
        new("every quarter", 0.40, 3, 0.10),
        new("every half year", 0.20, 6, 0.10),
    ];
}
