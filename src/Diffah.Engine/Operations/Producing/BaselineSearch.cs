using System.Collections.Immutable;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.BaseImages;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations.Producing;

/// <summary>Finds the image that a target is built on, where nobody names it.</summary>
internal abstract record BaselineSearch
{
    /// <summary>Absolute path of the file that is read for it; null for none.</summary>
    public virtual string? FilePath => null;

    /// <summary>Finds and opens the baseline of a target, and tells which it is.</summary>
    /// <param name="images">Opens it.</param>
    /// <param name="target">The target.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">BaselineUnknown, DockerfileInvalid, what opening the image
    /// throws.</exception>
    public async Task<(Image Baseline, ChosenBaseline Chosen)> FindAsync(
        OpenedImages images, Image target, EventSink events, CancellationToken cancellationToken)
    {
        var platform = images.PlatformOf(target);
        var said = await FindNameAsync(target, platform, events, cancellationToken);
        var (baseline, chosen) = await OpenAsync(
            images, said, target.Source.Reference, said.Platform ?? platform, events, cancellationToken);
        events.Info($"The baseline is {chosen.Reference}: {chosen.Reason}.");
        if (!IsBuiltOn(target, baseline))
            events.Warn($"{target.Source.Reference} is not built on {chosen.Reference} as it is now: the layers at its "
                + "bottom are others. It is the baseline all the same; name another one if the other side has that.");
        return (baseline, chosen);
    }

    /// <summary>Finds what the target is built on.</summary>
    protected abstract Task<BaseImage> FindNameAsync(
        Image target, Platform platform, EventSink events, CancellationToken cancellationToken);

    private static async Task<(Image, ChosenBaseline)> OpenAsync(
        OpenedImages images, BaseImage said, ImageReference target, Platform platform, EventSink events,
        CancellationToken cancellationToken)
    {
        var absent = new List<ImageReference>();
        var places = said.PlacesFor(target).ToArray();
        foreach (var place in places)
        {
            try
            {
                var image = await images.GetAsync(place, platform, cancellationToken);
                var reason = absent.Count == 0 ? said.Origin : $"{said.Origin}; {absent[0].Traits.Prefix} lacks it";
                return (image, new ChosenBaseline(place, reason));
            }
            catch (DiffahException e) when (e.Error == DiffahErrors.ImageNotFound && place != places[^1])
            {
                events.Verbose($"{place} is not there; the registry is asked next.");
                absent.Add(place);
            }
            catch (DiffahException e)
            {
                throw new DiffahException(e.Error,
                    $"The baseline {place} ({said.Origin}) can't be opened: {e.Message}", e.NextAction, e);
            }
        }
        throw new InvalidOperationException("A base image has a place at least.");
    }

    // By contents where both say them: the same layer may be compressed in another way.
    private static bool IsBuiltOn(Image target, Image baseline)
    {
        var (above, below) = (ContentsOf(target), ContentsOf(baseline));
        return above.Take(below.Length).SequenceEqual(below);
    }

    private static ImmutableArray<Digest> ContentsOf(Image image) =>
        [.. image.Layers.Select(l => l.DiffId ?? l.Digest)];
}

/// <summary>The image that the last stage of a Dockerfile is built on.</summary>
/// <param name="Path">Absolute path of the file.</param>
/// <param name="Arguments">What the build was given.</param>
internal sealed record DockerfileSearch(string Path, ImmutableSortedDictionary<string, string> Arguments)
    : BaselineSearch
{
    /// <inheritdoc/>
    public override string? FilePath => Path;

    /// <inheritdoc/>
    protected override async Task<BaseImage> FindNameAsync(
        Image target, Platform platform, EventSink events, CancellationToken cancellationToken)
    {
        var file = await Dockerfile.ReadAsync(Path, cancellationToken);
        foreach (var name in file.Undeclared(Arguments.Keys))
            events.Warn($"No ARG of '{Path}' declares '{name}', so what is given for it counts for nothing.");
        return file.FindBase(platform, Arguments);
    }
}

/// <summary>The image that the target says it is built on.</summary>
internal sealed record MarksSearch : BaselineSearch
{
    /// <inheritdoc/>
    protected override Task<BaseImage> FindNameAsync(
        Image target, Platform platform, EventSink events, CancellationToken cancellationToken) =>
        Task.FromResult(BaseImageMarks.Read(target));
}
