using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Images;

/// <summary>A transport whose places hold images by tag.</summary>
public interface ITagLister
{
    /// <summary>Lists the tags of a repository.</summary>
    /// <param name="reference">Any image of the repository, there or not; its tag or digest is not looked at.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    Task<IReadOnlyList<string>> ListTagsAsync(ImageReference reference, EventSink events, CancellationToken cancellationToken);
}
