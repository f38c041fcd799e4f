using System.Collections.Immutable;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Inventories;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Inventories;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations;

/// <summary>What an inventory is to list, and where it goes.</summary>
public sealed record ExportInventoryRequest
{
    /// <summary>The images and places, at least one. Paths in them are absolute.</summary>
    public required ImmutableArray<InventoryPlace> Places { get; init; }

    /// <summary>Absolute path of the inventory to write.</summary>
    public required string OutputPath { get; init; }

    /// <summary>Which image of an index is meant.</summary>
    public Platform Platform { get; init; } = Platform.Default;

    /// <summary>Whether all layers are read, and the digests of their files listed.</summary>
    public bool IncludeFiles { get; init; }

    /// <summary>Whether an existing file may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Absolute path of the folder to spool in; null is the system's temporary folder.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>
    /// Bytes that a layer, or an image archive that is compressed as a whole, may expand to; 0 is no limit.
    /// </summary>
    public long MaxLayerSize { get; init; } = DecompressionBounds.DefaultMaximumContent;

    /// <summary>When the inventory says that it was made; null is now.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Absolute paths of further files that the command has read, which the output may not replace.</summary>
    public ImmutableArray<string> FilesInUse { get; init; } = [];
}

/// <summary>An inventory that was written.</summary>
/// <param name="Path">Absolute path of the file.</param>
/// <param name="Digest">SHA-256 of the file.</param>
/// <param name="CreatedAt">When it says that it was made, in UTC.</param>
/// <param name="Images">The images that it lists.</param>
/// <param name="LayerCount">Distinct layers.</param>
/// <param name="FileCount">Distinct contents of files; 0 where they were not asked for.</param>
/// <param name="Bytes">Size of the file.</param>
public sealed record ExportedInventory(
    string Path, string Digest, DateTimeOffset CreatedAt, ImmutableArray<ExportedInventoryImage> Images, int LayerCount,
    int FileCount, long Bytes)
{
    /// <summary>Images that it lists.</summary>
    public int ImageCount => Images.Length;

    /// <summary>The file.</summary>
    public override string ToString() => Path;
}

/// <summary>An image that an inventory lists.</summary>
/// <param name="Name">What the site calls it.</param>
/// <param name="Platform">Platform, <c>os/arch[/variant]</c>; null where it does not say.</param>
/// <param name="Digest">Digest of its manifest; null where the store makes that up when the image is read.</param>
/// <param name="ConfigDigest">Digest of its configuration: the image id.</param>
/// <param name="LayerCount">Its layers.</param>
/// <param name="Size">Bytes of its layers, as they are stored.</param>
public sealed record ExportedInventoryImage(
    string Name, string? Platform, string? Digest, string ConfigDigest, int LayerCount, long Size)
{
    /// <summary>What the site calls it.</summary>
    public override string ToString() => Name;
}

/// <summary>Lists what a site has, by digests alone.</summary>
/// <param name="transports">Where images are.</param>
public sealed class ExportInventory(ITransportCatalog transports)
{
    /// <summary>Writes the inventory.</summary>
    /// <param name="request">Of what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<ExportedInventory> RunAsync(
        ExportInventoryRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(request, events, cancellationToken));

    private async Task<ExportedInventory> RunHereAsync(
        ExportInventoryRequest request, EventSink events, CancellationToken cancellationToken)
    {
        CheckRequest(request);
        using var progress = events.BeginOperation("Exporting an inventory", "reading images", null);
        await using var output = new AtomicFile(request.OutputPath, request.Overwrite);
        using var work = new WorkDirectory(request.WorkDirectory ?? Path.GetTempPath());
        var context = new TransportContext(work, events) { Bounds = new(request.MaxLayerSize) };
        var taken = await new InventoryTaking(transports, request.Platform, request.IncludeFiles, context)
            .RunAsync(request.Places, cancellationToken);
        var created = (request.CreatedAt ?? DateTimeOffset.UtcNow).ToUniversalTime();
        var bytes = InventoryWriter.Write(taken with { CreatedAt = created });
        await output.Stream.WriteAsync(bytes, cancellationToken);
        await output.FinishAsync(cancellationToken);
        // Read back as any reader would: what it refuses is not published.
        var inventory = await InventoryReader.ReadAsync(output.TemporaryPath, cancellationToken);
        output.Commit();
        return Describe(inventory, request.OutputPath, bytes.Length);
    }

    private static ExportedInventory Describe(Inventory inventory, string path, long bytes) => new(
        path, inventory.Digest.ToString(), inventory.CreatedAt,
        [.. inventory.Images.Select(i => new ExportedInventoryImage(
            Printable.Line(i.Name), i.Platform, i.Manifest.Digest?.ToString(), i.Config.Digest.ToString(),
            i.Layers.Length, ByteSize.Sum(i.Layers.Select(l => l.Blob.Size))))],
        inventory.Images.SelectMany(i => i.Layers).Select(l => l.Blob.Digest).Distinct().Count(),
        inventory.Files?.Count ?? 0, bytes);

    private void CheckRequest(ExportInventoryRequest request)
    {
        if (request.Places.IsDefaultOrEmpty)
            throw new DiffahException(
                DiffahErrors.InvalidArgument, "No image is given.", "Name images, or all of a place with :*.");
        RequestGuard.AbsolutePath(request.OutputPath);
        var inUse = new FilesInUse(request.FilesInUse, transports);
        foreach (var place in request.Places)
        {
            RequestGuard.AbsolutePath(place.Reference);
            inUse.Add("the image", place.Reference);
        }
        inUse.RequireFree(request.OutputPath);
    }
}
