namespace Diffah.Bench.Scale;

/// <summary>What a policy costs in a year.</summary>
internal sealed record ScaleResult(string Policy)
{
    /// <summary>Deltas that the publisher makes.</summary>
    public int Made { get; init; }

    /// <summary>Processor time that making them takes.</summary>
    public double MakingSeconds { get; init; }

    /// <summary>Deltas that are there at the end of the year.</summary>
    public int Kept { get; init; }

    /// <summary>Their bytes.</summary>
    public double KeptBytes { get; init; }

    /// <summary>Merges of deltas, where all but the one between neighbours are merged, not made.</summary>
    public int Merges { get; init; }

    /// <summary>What all hosts fetch.</summary>
    public double WireBytes { get; init; }

    /// <summary>What the host in the middle fetches.</summary>
    public double MedianHostBytes { get; init; }

    /// <summary>What a hundredth of hosts fetch at least.</summary>
    public double MostHostBytes { get; init; }

    /// <summary>Requests to the registry.</summary>
    public long Requests { get; init; }

    /// <summary>Deltas that an update applies, on the average of those that apply any.</summary>
    public double MeanSteps { get; init; }

    /// <summary>The most deltas that an update applies.</summary>
    public int MostSteps { get; init; }

    /// <summary>Updates that fetch the image as a plain pull does.</summary>
    public int Pulls { get; init; }

    /// <summary>Processor time that all hosts spend on restoring.</summary>
    public double RestoringSeconds { get; init; }
}
