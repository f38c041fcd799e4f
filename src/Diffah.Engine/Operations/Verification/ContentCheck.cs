using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.Accounts;
using Diffah.Engine.Deltas.Codecs;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Verification;

/// <summary>
/// Checks what can be checked of an archive's content without any baseline: <c>manifest</c>, <c>blob</c>,
/// <c>patch</c>, <c>content</c>, <c>recipe</c> and <c>files</c>.
/// </summary>
/// <param name="archive">The archive; not owned.</param>
/// <param name="findings">Where findings go.</param>
/// <param name="events">Told of blobs.</param>
internal sealed class ContentCheck(ArchiveReader archive, FindingList findings, EventSink events)
{
    /// <summary>
    /// Checks every image's manifest, then every blob once. Gives the manifests that could be read, by image.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, ImageManifest>> RunAsync(CancellationToken cancellationToken)
    {
        var manifests = new Dictionary<string, ImageManifest>(StringComparer.Ordinal);
        foreach (var image in archive.Manifest.Images)
            await findings.CheckAsync("manifest", image.Name, () => ManifestAsync(image, manifests, cancellationToken));
        foreach (var (digest, blob) in archive.Manifest.Blobs)
        {
            await findings.CheckAsync(blob.Origin == BlobOrigin.Full ? "blob" : "patch", digest.ToString(),
                () => blob.Origin == BlobOrigin.Full
                    ? BlobAsync(digest, blob, cancellationToken)
                    : PatchAsync(digest, blob, cancellationToken));
        }
        foreach (var (diffId, patch) in archive.Manifest.Contents)
            foreach (var way in patch.Ways)
                await findings.CheckAsync(
                    "content", diffId.ToString(), () => ContentAsync(diffId, way, cancellationToken));
        foreach (var (digest, layer) in archive.Manifest.Reused)
            await findings.CheckAsync("recipe", digest.ToString(),
                () => RecipeAsync(digest, layer.Size, layer.Form, cancellationToken));
        if (archive.Manifest.Account is not null)
            await findings.CheckAsync("files", findings.ArchiveName, () => AccountAsync(cancellationToken));
        return manifests;
    }

    private async Task<string> AccountAsync(CancellationToken cancellationToken)
    {
        var accounts = await AccountReader.ReadAsync(archive, cancellationToken);
        return $"the account of {accounts.Values.Sum(a => a.Files.Length)} changed file(s) of "
            + $"{accounts.Count} content(s)";
    }

    private async Task<string> ManifestAsync(
        ArchiveImage image, Dictionary<string, ImageManifest> manifests, CancellationToken cancellationToken)
    {
        var manifest = await archive.ReadManifestAsync(image, cancellationToken);
        manifests[image.Name] = manifest;
        if (archive.Manifest.Blobs.GetValueOrDefault(manifest.Config.Digest) is not { Origin: BlobOrigin.Full })
            throw new DiffahException(DiffahErrors.ArchiveInvalid,
                $"The configuration {manifest.Config.Digest} of image '{image.Name}' is not in the "
                    + "archive as a whole blob.");
        foreach (var layer in manifest.Layers.Append(manifest.Config))
        {
            if (archive.Manifest.Blobs.GetValueOrDefault(layer.Digest) is { } stored && stored.Size != layer.Size)
                throw new DiffahException(DiffahErrors.ArchiveInvalid,
                    $"Blob {layer.Digest} has {layer.Size} bytes in the manifest of image '{image.Name}' and "
                        + $"{stored.Size} in the sidecar.");
        }
        return $"{manifest.Digest}, {manifest.Layers.Length} layers";
    }

    private async Task<string> BlobAsync(Digest digest, StoredBlob blob, CancellationToken cancellationToken)
    {
        using var progress = events.BeginPart($"blob {digest.ShortHex}", "verifying", blob.Size);
        await archive.FetchAsync(ArchivePart.Blob(digest), cancellationToken);
        using var stream = archive.OpenFull(digest);
        await stream.CopyToAsync(Stream.Null, progress.Advance, cancellationToken);
        return $"{blob.Size} bytes, as their digest says";
    }

    private async Task<string> PatchAsync(Digest digest, StoredBlob blob, CancellationToken cancellationToken)
    {
        if (blob.Form is { } form)
            return await RecipeAsync(digest, blob.Size, form, cancellationToken);
        var codec = LayerCodecs.Get(blob.Codec!);
        await archive.FetchAsync(ArchivePart.Blob(digest), cancellationToken);
        var start = await archive.ReadStartAsync(digest, codec.StartLength, cancellationToken);
        if (codec.WhyWrong(blob, start) is { } wrong)
            throw new DiffahException(DiffahErrors.PatchInvalid,
                $"The patch for blob {digest} in the delta archive '{archive.Path}' is not valid: {wrong}.");
        return $"{blob.ArchiveSize} bytes for {blob.Size}, from {blob.PatchFrom}; "
            + "its content can be checked with the baseline alone";
    }

    private string OfBaseline => archive.Manifest.IsChained ? "" : " of the baseline";

    private async Task<string> ContentAsync(Digest diffId, ContentPatch patch, CancellationToken cancellationToken)
    {
        await archive.FetchAsync(ArchivePart.Way(diffId, patch.Number), cancellationToken);
        var stored = archive.OpenPatch(diffId, patch);
        if (ContentCodecs.Get(patch.Codec).WhyWrong(patch, stored) is { } wrong)
            throw new DiffahException(DiffahErrors.PatchInvalid,
                $"The patch for content {diffId} in the delta archive '{archive.Path}' is not valid: {wrong}.");
        return $"{patch.ArchiveSize} bytes for {patch.Size}, from {patch.Sources.Length} contents{OfBaseline}; "
            + "its content can be checked with the baseline alone";
    }

    private async Task<string> RecipeAsync(
        Digest digest, long size, LayerForm form, CancellationToken cancellationToken)
    {
        if (form.Wrapping.Kind == WrappingKind.Plain)
            return $"{size} bytes, the content {form.Content} as it is";
        try
        {
            var bytes = await archive.ReadRecipeAsync(digest, form, cancellationToken);
            var recipe = WrappingRecipes.Read(form.Wrapping, bytes);
            if (recipe.Length != size)
                throw new DiffahException(DiffahErrors.PatchInvalid, $"The recipe for blob {digest} in the delta "
                    + $"archive '{archive.Path}' gives {recipe.Length} bytes, not the blob's {size}.");
            return $"{size} bytes, made of the content {form.Content} by {recipe.Encoder} "
                + $"with a recipe of {bytes.Length} bytes";
        }
        catch (RecipeRefusedException e)
        {
            throw new DiffahException(DiffahErrors.PatchInvalid, $"The recipe for blob {digest} in the delta archive "
                + $"'{archive.Path}' is not valid: {e.Message.TrimEnd('.')}.", inner: e);
        }
    }
}
