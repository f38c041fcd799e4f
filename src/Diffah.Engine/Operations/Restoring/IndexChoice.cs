using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Restoring;

/// <summary>Finds what is meant of an archive that has the images of an index.</summary>
internal static class IndexChoice
{
    /// <summary>
    /// The index, where it is meant with all its images: nobody asked for one of them, and the destination holds an
    /// index. Null otherwise.
    /// </summary>
    /// <param name="indexes">The archive's indexes.</param>
    /// <param name="request">What was asked for.</param>
    public static ArchiveIndex? Whole(IReadOnlyList<ArchiveIndex> indexes, RestoreImageRequest request) =>
        request is { ImageName: null, Platform: null } && request.Destination.Traits.HoldsIndex && indexes is [var only]
            ? only
            : null;

    /// <summary>The image of an index for a platform.</summary>
    /// <param name="session">The archive.</param>
    /// <param name="index">The index.</param>
    /// <param name="asked">The platform that was asked for; null goes by the archive's.</param>
    /// <param name="destination">Where it goes.</param>
    /// <exception cref="DiffahException">PlatformNotFound.</exception>
    public static ArchiveImage One(
        RestoreSession session, ArchiveIndex index, Platform? asked, ImageReference destination)
    {
        var platform = asked ?? session.Platform;
        var best = index.Images
            .Select(i => (Image: i, Rank: i.Platform is { } own ? PlatformFit.Rank(own, platform) : null))
            .Where(i => i.Rank is not null).OrderBy(i => i.Rank).Select(i => i.Image).FirstOrDefault();
        if (best is null)
            throw new DiffahException(DiffahErrors.PlatformNotFound,
                $"'{session.ArchivePath}' has no image for {platform}. It has: {Listing(index)}.");
        if (asked is null && index.Images.Length > 1)
            session.Events.Info($"{destination.Traits.Prefix} holds one image: that for {best.Platform} is restored. "
                + $"The archive has: {Listing(index)}.");
        return session.Images.Single(i => i.Name == best.Name);
    }

    private static string Listing(ArchiveIndex index) =>
        ShortText.List([.. index.Images.Select(i => i.Platform?.ToPrintable() ?? i.Name)]);
}
