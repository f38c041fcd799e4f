using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Images.Packages;

/// <summary>Tells what of an image's packages could not be read.</summary>
/// <param name="events">Whom to tell.</param>
/// <param name="image">The image, for the messages.</param>
/// <param name="maximum">How many are told one by one.</param>
internal sealed class PackageNotes(EventSink events, string image, int maximum)
{
    private int _count;

    /// <summary>A file or a layer was passed over, or read in part.</summary>
    /// <param name="what">Its name.</param>
    /// <param name="why">The reason, as the end of a sentence.</param>
    public void Skipped(string what, string why)
    {
        if (++_count <= maximum)
            events.Warn($"Not all packages of {ShortText.Cut(what, 200)} in {image} can be told: "
                + $"{ShortText.Cut(why, 300).TrimEnd('.')}.");
    }

    /// <summary>The image has more than what is read.</summary>
    /// <param name="why">The reason, as the end of a sentence.</param>
    public void Incomplete(string why) => events.Warn($"Not all packages of {image} can be told: {why}.");

    /// <summary>Says how many were not told one by one.</summary>
    public void Finish()
    {
        if (_count > maximum)
            events.Warn($"The same goes for {_count - maximum} more files of {image}.");
    }
}
