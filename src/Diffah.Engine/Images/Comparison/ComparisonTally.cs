namespace Diffah.Engine.Images.Comparison;

/// <summary>Counts while images are compared.</summary>
internal sealed class ComparisonTally
{
    // Of the layer that is compared: a path that is there twice may be told of in two places.
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private (string? Platform, int? Layer) _layer;

    /// <summary>What was counted.</summary>
    public ComparisonCounts Counts { get; private set; } = new();

    /// <summary>Counts files that both have.</summary>
    /// <param name="files">How many.</param>
    public void AddCompared(long files) => Counts = Counts with { ComparedFiles = Counts.ComparedFiles + files };

    /// <summary>Counts layers that need not be read.</summary>
    /// <param name="layers">How many.</param>
    public void AddSame(int layers) => Counts = Counts with { SameLayers = Counts.SameLayers + layers };

    /// <summary>Counts the files of a layer that only one image has.</summary>
    /// <param name="files">How many.</param>
    /// <param name="areRemoved">Whether they are the reference image's.</param>
    public void AddLayer(int files, bool areRemoved) => Counts = areRemoved
        ? Counts with { RemovedFiles = Counts.RemovedFiles + files }
        : Counts with { AddedFiles = Counts.AddedFiles + files };

    /// <summary>Counts a difference that is told. Those of one layer come together.</summary>
    /// <param name="difference">The difference.</param>
    public void Add(ImageDifference difference)
    {
        Counts = Counts with { Differences = Counts.Differences + 1 };
        if (difference.Kind != DifferenceKind.File)
            return;
        if (difference.Property == DifferenceProperty.Presence)
            AddLayer(1, difference.Difference is null);
        else if (IsFirstOf(difference))
            Counts = Counts with { ChangedFiles = Counts.ChangedFiles + 1 };
    }

    private bool IsFirstOf(ImageDifference difference)
    {
        if (_layer != (difference.Platform, difference.Layer))
            _changed.Clear();
        _layer = (difference.Platform, difference.Layer);
        return _changed.Add(difference.Path!);
    }
}
