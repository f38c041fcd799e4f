using System.Collections.Immutable;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Deltas.Restoring;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Requests;

/// <summary>
/// The baselines of an archive's images, with those that were given beside them. From version 2 on what one lacks may
/// come from another; version 1 goes by one manifest, so others are of no use to it.
/// </summary>
internal sealed class GivenBaselines
{
    private readonly OpenedImages _opened;
    private readonly ImmutableArray<ImageReference> _others;

    /// <param name="opened">Opens images.</param>
    /// <param name="others">What was given beside the baselines.</param>
    /// <param name="version">The version of the archive's format.</param>
    /// <param name="events">Told where others are of no use.</param>
    public GivenBaselines(
        OpenedImages opened, ImmutableArray<ImageReference> others, string version, EventSink events)
    {
        (_opened, _others) = (opened, version == FormatVersion.V1 ? [] : others);
        if (_others.Length < others.Length)
            events.Warn("The archive is of version 1, which restores from the baseline that it was made from and from "
                + "no other image: additional baselines are not looked at.");
    }

    /// <summary>Opens a baseline, and what was given beside it.</summary>
    /// <param name="baseline">The baseline.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">What opening an image throws.</exception>
    public Task<BaselineImages> OpenAsync(ImageReference baseline, CancellationToken cancellationToken) =>
        OpenAsync(baseline, r => _opened.GetAsync(r, cancellationToken), r => _opened.GetAsync(r, cancellationToken));

    /// <summary>
    /// Opens the baseline of an image that an index lists: the image that it was made from where the baseline has it,
    /// and otherwise the one for the same platform; and what was given beside it.
    /// </summary>
    /// <param name="baseline">The baseline.</param>
    /// <param name="exact">Digest of the manifest that the image was made from.</param>
    /// <param name="platform">What that image is for.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">What opening an image throws.</exception>
    public Task<BaselineImages> OpenAsync(
        ImageReference baseline, Digest exact, Platform platform, CancellationToken cancellationToken) =>
        OpenAsync(baseline, r => _opened.GetAsync(r, platform, exact, cancellationToken),
            r => _opened.GetAsync(r, platform, cancellationToken));

    private async Task<BaselineImages> OpenAsync(
        ImageReference baseline, Func<ImageReference, Task<Image>> openFirst,
        Func<ImageReference, Task<Image>> openOther)
    {
        var first = await openFirst(baseline);
        var others = new List<Image>(_others.Length);
        foreach (var other in _others.Where(o => o != baseline).Distinct())
            others.Add(await openOther(other));
        return new BaselineImages(first, others);
    }
}
