using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Engine.Operations.Restoring;

/// <summary>An image of an archive that is to be restored.</summary>
/// <param name="Entry">What the archive says of it.</param>
/// <param name="Baseline">Its baseline; null where none was given.</param>
/// <param name="Destination">Where it goes; null where nobody said.</param>
internal sealed record AskedImage(ArchiveImage Entry, ImageReference? Baseline, ImageReference? Destination)
{
    public string Name => Entry.Name;

    /// <summary>What was not given for it; null where nothing is missing.</summary>
    public DiffahException? WhySkipped => (Baseline, Destination) switch
    {
        (null, null) => NotGiven("neither baseline nor destination is"),
        (null, _) => NotGiven("no baseline is"),
        (_, null) => NotGiven("no destination is"),
        _ => null,
    };

    private DiffahException NotGiven(string what) => new(DiffahErrors.InvalidArgument, $"For image '{Name}' {what} given.",
        $"Give a baseline and a destination for '{Name}', or restore only the images that have both, without strict mode.");
}
