using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations.Story;

namespace Diffah.Engine.Operations.Restoring;

/// <summary>Restores images of a bundle that were checked before.</summary>
/// <param name="delivery">Brings them to their destinations.</param>
/// <param name="progress">Told of images.</param>
/// <param name="events">Told of images that can't be restored.</param>
internal sealed class BundleDelivery(ImageDelivery delivery, ProgressScope progress, EventSink events)
{
    private const string Refused = "Not all images can be restored, so nothing was written";

    /// <summary>Restores what can be restored, image by image.</summary>
    /// <exception cref="DiffahException">None was restored.</exception>
    public async Task<ImmutableArray<RestoreOutcome>> EachAsync(
        ImmutableArray<PreparedImage> images, CancellationToken cancellationToken)
    {
        var outcomes = ImmutableArray.CreateBuilder<RestoreOutcome>(images.Length);
        var problems = new ImageProblems();
        foreach (var image in images)
        {
            if (image.Problem is null)
                progress.BeginStep($"rebuilding {image.Asked.Name}");
            var (outcome, error) = await DeliverAsync(image, cancellationToken);
            outcomes.Add(outcome);
            if (error is null)
                continue;
            problems.Add(image.Asked.Name, error);
            events.Warn($"Image '{image.Asked.Name}' was not restored: {error.Message}");
        }
        return outcomes.Any(o => o.Status == RestoreStatus.Restored)
            ? outcomes.ToImmutable()
            : throw problems.ToError("No image was restored");
    }

    /// <summary>Restores all images, or none: every one is written whole before the first becomes visible.</summary>
    /// <exception cref="DiffahException">One can't be restored.</exception>
    public async Task<ImmutableArray<RestoreOutcome>> AllAsync(
        ImmutableArray<PreparedImage> images, CancellationToken cancellationToken)
    {
        var problems = new ImageProblems();
        foreach (var image in images.Where(i => i.Problem is not null))
            problems.Add(image.Asked.Name, image.Problem!);
        if (problems.Any)
            throw problems.ToError(Refused);
        var opened = new Stack<IImageDestination>();
        try
        {
            var delivered = await WriteAllAsync(images, opened, cancellationToken);
            await CommitAsync(delivered, cancellationToken);
            return [.. delivered.Select(d => Restored(d.Image, d.Delivered))];
        }
        finally
        {
            // The last first: what one made for all in the same folder goes when the others' are gone.
            while (opened.TryPop(out var destination))
                await destination.DisposeAsync();
        }
    }

    private async Task<List<(PreparedImage Image, DeliveredImage Delivered)>> WriteAllAsync(
        ImmutableArray<PreparedImage> images, Stack<IImageDestination> opened, CancellationToken cancellationToken)
    {
        var delivered = new List<(PreparedImage, DeliveredImage)>();
        foreach (var image in images)
        {
            progress.BeginStep($"rebuilding {image.Asked.Name}");
            try
            {
                opened.Push(await delivery.OpenAsync(image.Destination!, cancellationToken));
                delivered.Add((image, await delivery.WriteAsync(image.Tree!, opened.Peek(), cancellationToken)));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw Failed(image, e, Refused);
            }
        }
        return delivered;
    }

    /// <summary>
    /// Once one is visible there is no way back, so nothing stops the others any more. Registries can fail best, and
    /// come first.
    /// </summary>
    private static async Task CommitAsync(
        List<(PreparedImage Image, DeliveredImage Delivered)> images, CancellationToken cancellationToken)
    {
        var visible = new List<string>();
        foreach (var (image, delivered) in images.OrderBy(i => i.Image.Asked.Destination!.IsFile))
        {
            try
            {
                await delivered.Staged.CommitAsync(visible.Count == 0 ? cancellationToken : CancellationToken.None);
                visible.Add(image.Asked.Name);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw Failed(
                    image, e, visible.Count == 0
                        ? Refused
                        : $"Not all images could be made visible; these are in place: {ShortText.List(visible)}");
            }
        }
    }

    private async Task<(RestoreOutcome Outcome, DiffahException? Error)> DeliverAsync(
        PreparedImage image, CancellationToken cancellationToken)
    {
        if (image.Problem is { } problem)
            return (image.Failed(problem), problem);
        try
        {
            await using var destination = await delivery.OpenAsync(image.Destination!, cancellationToken);
            var delivered = await delivery.WriteAsync(image.Tree!, destination, cancellationToken);
            await delivered.Staged.CommitAsync(cancellationToken);
            return (Restored(image, delivered), null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var error = DiffahException.From(e);
            return (image.Failed(error), error);
        }
    }

    private RestoreOutcome Restored(PreparedImage image, DeliveredImage delivered)
    {
        var bytes = delivered.Written.Tree.Manifests.TotalBytes;
        events.Verbose($"Wrote {image.Asked.Destination}: image '{image.Asked.Name}', {Human.Size(bytes)}.");
        return image.Restored(delivered);
    }

    private static DiffahException Failed(PreparedImage image, Exception error, string what)
    {
        var problems = new ImageProblems();
        problems.Add(image.Asked.Name, DiffahException.From(error));
        return problems.ToError(what);
    }
}
