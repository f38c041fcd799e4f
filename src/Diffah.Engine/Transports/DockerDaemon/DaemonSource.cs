using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.DockerArchive;
using Diffah.Engine.Transports.OciLayout;

namespace Diffah.Engine.Transports.DockerDaemon;

/// <summary>
/// Reads an image of an engine: its export is written to the work directory, once, and read from there.
/// </summary>
internal static class DaemonSource
{
    private const int CopyBuffer = 1 << 17;

    /// <summary>Exports an image, and opens it.</summary>
    /// <param name="client">The engine.</param>
    /// <param name="reference">Which image.</param>
    /// <param name="context">What may be used.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">ImageNotFound, DaemonUnreachable, AccessDenied, DaemonFailure,
    /// DaemonProtocol, DiskFull, InvalidImage, InvalidManifest.</exception>
    public static async Task<IImageSource> OpenAsync(
        EngineClient client, ImageReference reference, TransportContext context, CancellationToken cancellationToken)
    {
        var kind = await client.GetKindAsync(cancellationToken);
        var image = await FindAsync(client, reference, cancellationToken)
            ?? throw await NotFoundAsync(client, reference, cancellationToken);
        var path = await ExportAsync(client, reference, image, kind, context, cancellationToken);
        return kind.KeepsBlobs
            ? await OciArchiveTransport.OpenAsync(reference, path, context, cancellationToken)
            : await DockerArchiveSource.OpenAsync(reference, path, context, cancellationToken);
    }

    /// <summary>
    /// NAME@DIGEST is the digest of a manifest to an engine; the id of an image of that name will do too.
    /// </summary>
    private static async Task<StoredImage?> FindAsync(
        EngineClient client, ImageReference reference, CancellationToken cancellationToken)
    {
        if (await client.FindImageAsync(reference.Location, cancellationToken) is { } image)
            return image;
        if (reference.FullName is not { Digest: { } id } name)
            return null;
        var named = (await client.ListImagesAsync(cancellationToken)).Any(
            i => i.Id == id && i.Names.Any(n => ImageName.TryParse(n)?.Name == name.Name));
        return named ? await client.FindImageAsync(id.ToString(), cancellationToken) : null;
    }

    private static async Task<string> ExportAsync(
        EngineClient client, ImageReference reference, StoredImage image, EngineKind kind, TransportContext context,
        CancellationToken cancellationToken)
    {
        context.Work.RequireRoom(image.Size, $"'{reference}'");
        var path = context.Work.NewFilePath("image.tar");
        // What a tag means is asked once, so the id counts; containerd's store exports no name with an id.
        var asked = kind.KeepsBlobs && reference.FullName is { Digest: null }
            ? reference.Location
            : image.Id.ToString();
        var events = context.Events.For("transports");
        events.Debug($"{reference} is {image.Id}; the {client.Engine} exports it to the work directory.");
        using var progress = events.BeginPart(reference.Location, "exporting", image.Size > 0 ? image.Size : null);
        await client.GuardAsync(async () =>
        {
            await using var export = await client.OpenExportAsync(asked, cancellationToken);
            await using var file = new FileStream(
                path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            var buffer = new byte[CopyBuffer];
            int read;
            while ((read = await export.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await WriteAsync(file, buffer.AsMemory(0, read), cancellationToken);
                progress.Advance(read);
            }
            return true;
        }, cancellationToken);
        progress.EndStage();
        return path;
    }

    // A failure of the disk here is not one of the engine.
    private static async Task WriteAsync(
        FileStream file, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await file.WriteAsync(bytes, cancellationToken);
        }
        catch (IOException e)
        {
            throw DiffahException.From(e);
        }
    }

    private static async Task<DiffahException> NotFoundAsync(
        EngineClient client, ImageReference reference, CancellationToken cancellationToken)
    {
        var names = (await client.ListImagesAsync(cancellationToken)).SelectMany(i => i.Names).ToArray();
        var near = EditDistance.Nearest(reference.Location, names);
        return new DiffahException(DiffahErrors.ImageNotFound,
            $"The {client.Engine} has no image '{reference.Location}'. "
                + (names.Length == 0 ? "It has none with a name." : $"It has: {ShortText.List(names)}."),
            near is null ? null : $"Did you mean {reference.Traits.Prefix}{near}?");
    }
}
