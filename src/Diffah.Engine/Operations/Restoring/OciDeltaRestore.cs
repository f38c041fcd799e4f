using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.OciDelta;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations.Restoring;

/// <summary>
/// Restores an image from a delta of containers/oci-delta. Such a delta tells contents of layers, not how these were
/// compressed: the image keeps its id and its diff ids, and where a layer is made of a patch its manifest changes. So
/// that is a conversion, and has to be allowed.
/// </summary>
/// <param name="transports">Where images come from and go to.</param>
/// <param name="request">What is asked for.</param>
/// <param name="context">What may be used.</param>
internal sealed class OciDeltaRestore(
    ITransportCatalog transports, RestoreImageRequest request, TransportContext context)
{
    private const string ImageName = "default";

    /// <summary>Restores the image; null where the archive is no oci-delta.</summary>
    /// <exception cref="DiffahException">ConversionRefused, SignatureMissing, and what the delta's own classes and
    /// transports throw.</exception>
    public async Task<RestoredImage?> RunAsync(CancellationToken cancellationToken)
    {
        if (await OpenAsync(cancellationToken) is not { } found)
            return null;
        await using var source = found.Source;
        return await RestoreAsync(
            await OciDeltaArtifact.ReadAsync(source, found.Root, cancellationToken), cancellationToken);
    }

    /// <summary>Refuses an oci-delta where it is only to be said what would be done.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public async Task RefuseAsync(CancellationToken cancellationToken)
    {
        if (await OpenAsync(cancellationToken) is not { } found)
            return;
        await found.Source.DisposeAsync();
        throw new DiffahException(DiffahErrors.InvalidArgument,
            $"'{request.ArchivePath}' is an oci-delta: whether it can be applied shows only when it is.",
            "Restore it without WhatIf (--dry-run): nothing is left behind where it fails.");
    }

    private async Task<(IImageSource Source, RawManifest Root)?> OpenAsync(CancellationToken cancellationToken)
    {
        if (StandardStreams.AreMeant(request.ArchivePath) || !request.PrecedingArchivePaths.IsEmpty
            || !await IsLayoutAsync(cancellationToken))
            return null;
        var reference = ImageReference.Parse(TransportNames.OciArchive + ":" + request.ArchivePath);
        IImageSource? source = null;
        try
        {
            source = await transports.Get(reference).OpenSourceAsync(reference, context, cancellationToken);
            if (await OciDeltaArtifact.FindAsync(source, cancellationToken) is { } root)
                return (source, root);
        }
        catch (DiffahException)
        {
            // Whatever it is, it is no delta: who reads it as a delta archive says so.
        }
        await (source?.DisposeAsync() ?? ValueTask.CompletedTask);
        return null;
    }

    private async Task<RestoredImage> RestoreAsync(OciDeltaArtifact delta, CancellationToken cancellationToken)
    {
        if (request.VerificationKeyPath is not null)
            throw new DiffahException(DiffahErrors.SignatureMissing,
                $"'{request.ArchivePath}' is an oci-delta, which can't be signed with a key of Diffah's.",
                "Leave the key out where you trust the file, or get a delta archive that is signed.");
        context.Events.Warn("An oci-delta is not signed, so nothing says who made it.");
        await transports.Get(request.Destination)
            .CheckDestinationAsync(request.Destination, request.Overwrite, context, cancellationToken);
        var platform = request.Platform ?? delta.Config.Platform ?? Platform.Default;
        await using var opened = new OpenedImages(transports, platform, request.Platform is not null, context);
        var baseline = await opened.GetAsync(request.Baseline, cancellationToken);
        using var layers = new OciDeltaLayers(delta, baseline, context);
        layers.RequireBaseline();
        if (!layers.IsExact && !request.AllowConvert)
            throw new DiffahException(DiffahErrors.ConversionRefused,
                $"The oci-delta '{request.ArchivePath}' says what is in layers, and not how they were compressed: the "
                    + "image gets another manifest digest.",
                "Allow it with AllowConvert (--allow-convert): the image keeps its id and the contents of its layers, "
                    + "which are checked.");
        var made = await layers.MakeAsync(cancellationToken);
        await using var blobs = new OciDeltaBlobs(delta, layers, request.Baseline);
        await using var target = blobs.With(made);
        return await WriteAsync(delta, made, await Image.OpenAsync(target, platform, cancellationToken),
            cancellationToken);
    }

    private async Task<RestoredImage> WriteAsync(
        OciDeltaArtifact delta, OciDeltaLayer[] made, Image image, CancellationToken cancellationToken)
    {
        var delivery = new ImageDelivery(transports, request, context);
        var tree = ImageTree.Of(image);
        await delivery.CheckAsync(tree, request.Destination, cancellationToken);
        await using var destination = await delivery.OpenAsync(request.Destination, cancellationToken);
        var delivered = await delivery.WriteAsync(tree, destination, cancellationToken);
        await delivered.Staged.CommitAsync(cancellationToken);
        var written = delivered.Written.Tree.Manifests;
        return new RestoredImage(ImageName, request.Destination.ToString(), written.Root.Digest.ToString(),
            written.Root.MediaType, made.Length, made.Count(l => l.Origin == OciDeltaOrigin.Baseline),
            made.Count(l => l.Origin == OciDeltaOrigin.Patch), made.Count(l => l.Origin == OciDeltaOrigin.Whole),
            written.TotalBytes)
        {
            ArchiveBytes = delta.Bytes,
            ImageId = image.Manifest.Config.Digest.ToString(),
            Conversion = Conversion(delta, made, written.Root, delivered.Written.Conversion),
        };
    }

    /// <summary>What became of the image that the delta was made of, up to what was written.</summary>
    private static ImageConversion? Conversion(
        OciDeltaArtifact delta, OciDeltaLayer[] made, RawManifest written, ImageConversion? further)
    {
        if (written.Digest == delta.Target.Digest)
            return null;
        var layers = made.Select((l, i) => further is { } f
            ? f.Layers[i] with
            {
                OriginalDigest = l.Blob.Before.Digest.ToString(),
                OriginalMediaType = l.Blob.Before.MediaType,
            }
            : new ConvertedLayer(l.Blob.Before.Digest.ToString(), l.Blob.Before.MediaType,
                l.Blob.After.Digest.ToString(), l.Blob.After.MediaType, l.Blob.After.Size));
        return new ImageConversion(delta.Target.Digest.ToString(), delta.Target.MediaType,
            written.Digest.ToString(), written.MediaType, [.. layers]);
    }

    /// <summary>Whether the archive is a tar that begins as no delta archive does, and has a layout's index.</summary>
    private async Task<bool> IsLayoutAsync(CancellationToken cancellationToken)
    {
        // What is no file at all is told of by who reads it as a delta archive, after the key.
        if (!File.Exists(request.ArchivePath))
            return false;
        using var file = await ArchiveOpening.OpenAsync(request.ArchivePath, cancellationToken);
        await using var stream = new SeekableBytes(file);
        return LayoutMark.IsIn(stream, cancellationToken);
    }
}
