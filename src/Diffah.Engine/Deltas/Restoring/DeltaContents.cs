using System.Collections.Concurrent;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Codecs;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>
/// The contents of a target image: those of a baseline, and those that the archive makes of them; and the blobs that
/// are made of contents.
/// </summary>
/// <param name="archive">The archive; not owned.</param>
/// <param name="baseline">Where contents come from.</param>
/// <param name="contents">Keeps what was made.</param>
/// <param name="memory">What patches may take of memory.</param>
internal sealed class DeltaContents(
    ArchiveReader archive, IContentSource baseline, SharedContents contents, PatchMemory memory) : IContentSource
{
    // A source may itself be made of sources, and so on: what was found once is not looked for again.
    private readonly ConcurrentDictionary<Digest, bool> _found = new();

    /// <summary>The blobs of a chained archive, that contents may be in; null where it is not.</summary>
    public IArchiveBlobs? Blobs { get; set; }

    /// <inheritdoc/>
    public bool Has(Digest diffId) =>
        _found.ContainsKey(diffId) || (CanMake(diffId) && (_found[diffId] = true));

    /// <inheritdoc/>
    public Task<ContentFile> GetAsync(Digest diffId, CancellationToken cancellationToken)
    {
        if (baseline.Has(diffId))
            return baseline.GetAsync(diffId, cancellationToken);
        return archive.Manifest.Held.TryGetValue(diffId, out var holder)
            ? contents.GetAsync(diffId, "reading from the archive", archive.Manifest.Blobs[holder].Size,
                progress => UnwrapAsync(diffId, holder, progress, cancellationToken))
            : contents.GetAsync(diffId, "rebuilding", archive.Manifest.Contents[diffId].Size,
                progress => MakeAsync(diffId, archive.Manifest.Contents[diffId], progress, cancellationToken));
    }

    /// <summary>Opens a blob that is made of a content; it is verified while it is read.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="size">Bytes that it has.</param>
    /// <param name="form">How it is made.</param>
    /// <param name="reference">The blob that its recipe is followed with; null where that takes none.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Stream> OpenAsync(
        Digest blob, long size, LayerForm form, RecipeReference? reference, CancellationToken cancellationToken)
    {
        var content = await GetAsync(form.Content, cancellationToken);
        var rebuilt = form.Wrapping.Kind == WrappingKind.Plain
            ? content.OpenRead()
            : await OpenWrappedAsync(blob, size, form, content, reference, cancellationToken);
        return new VerifyingStream(rebuilt, blob, size,
            $"Blob {blob}, rebuilt from its content by the delta archive '{archive.Path}',")
        {
            NextAction = PatchedStream.NextAction,
        };
    }

    /// <summary>A blob that recipes are followed with, and its content.</summary>
    /// <param name="blob">The blob as it is stored.</param>
    /// <param name="diffId">Its content, where a configuration says which that is.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<RecipeReference> ReferToAsync(
        SpooledBlob blob, Digest? diffId, CancellationToken cancellationToken)
    {
        var content = diffId is { } known && baseline.Has(known)
            ? await baseline.GetAsync(known, cancellationToken)
            : await contents.GetAsync(blob.Digest, "decompressing", blob.Size, async progress =>
            {
                var (read, path) = await DecompressAsync(
                    new CountingReadStream(blob.OpenRead(), progress.Advance), $"layer {blob.Digest}", blob.Size,
                    cancellationToken);
                return new ContentFile(read.DiffId, read.Size, path);
            });
        return new RecipeReference(blob.OpenRead, content.OpenRead);
    }

    private async Task<Stream> OpenWrappedAsync(
        Digest blob, long size, LayerForm form, ContentFile content, RecipeReference? reference,
        CancellationToken cancellationToken)
    {
        try
        {
            var recipe = WrappingRecipes.Read(
                form.Wrapping, await archive.ReadRecipeAsync(blob, form, cancellationToken));
            if (recipe.Length != size || recipe.ContentLength != content.Size)
                throw Damaged(blob, "it is for a stream or a content of another size", null);
            var stream = recipe.Open(content.OpenRead(), reference, contents.Workers);
            return new PatchedStream(stream, [], $"{blob} in the delta archive '{archive.Path}'", null);
        }
        catch (RecipeRefusedException e)
        {
            throw Damaged(blob, e.Message.TrimEnd('.'), e);
        }
    }

    private bool CanMake(Digest diffId) => Blobs is { } blobs
        ? new PartSearch(archive.Manifest, baseline.Has, blobs.IsInBaseline).Has(ArchivePart.Content(diffId))
        : baseline.Has(diffId)
            || (archive.Manifest.Contents.TryGetValue(diffId, out var patch) && patch.Sources.All(baseline.Has));

    private Task<ContentFile> SourceAsync(Digest diffId, CancellationToken cancellationToken) =>
        Blobs is null ? baseline.GetAsync(diffId, cancellationToken) : GetAsync(diffId, cancellationToken);

    /// <summary>Reads a content out of a blob of the archive.</summary>
    private async Task<ContentFile> UnwrapAsync(
        Digest diffId, Digest holder, ProgressScope progress, CancellationToken cancellationToken)
    {
        var (content, path) = await DecompressAsync(
            new CountingReadStream(await Blobs!.OpenAsync(holder, cancellationToken), progress.Advance),
            $"blob {holder} of the delta archive '{archive.Path}'", archive.Manifest.Blobs[holder].Size,
            cancellationToken);
        if (content.DiffId == diffId)
            return new ContentFile(diffId, content.Size, path);
        File.Delete(path);
        throw new DiffahException(DiffahErrors.PatchInvalid,
            $"Blob {holder} of the delta archive '{archive.Path}' has the content {content.DiffId}, not "
                + $"{diffId} as its sidecar says.",
            PatchedStream.NextAction);
    }

    private async Task<(LayerContent Content, string Path)> DecompressAsync(
        Stream blob, string what, long size, CancellationToken cancellationToken)
    {
        var path = contents.Work.NewFilePath("content");
        try
        {
            return (await LayerContent.ReadAsync(
                blob, new StoredContent(what, size, contents.Bounds), path, cancellationToken), path);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private async Task<ContentFile> MakeAsync(
        Digest diffId, ContentPatch patch, ProgressScope progress, CancellationToken cancellationToken)
    {
        var sources = new List<MappedFile>(patch.Sources.Length);
        var path = contents.Work.NewFilePath($"{diffId.ShortHex}.content");
        try
        {
            // All at the same time: each is mostly one thread that decompresses.
            var reading = Task.WhenAll(patch.Sources.Select(
                s => Task.Run(() => SourceAsync(s, cancellationToken), cancellationToken)));
            await Task.WhenAll(
                reading, archive.FetchAsync(ArchivePart.Way(diffId, patch.Number), cancellationToken));
            sources.AddRange((await reading).Select(f => f.Map()));
            contents.Work.RequireRoom(patch.Size, $"Content {diffId}");
            using (await contents.EnterAsync(cancellationToken))
            using (await memory.EnterAsync(patch, cancellationToken))
                await Task.Run(
                    () => Make(diffId, patch, sources, path, progress, cancellationToken), cancellationToken);
            await Task.Run(() => VerifyAsync(diffId, patch, path, cancellationToken), cancellationToken);
            progress.EndStage();
            return new ContentFile(diffId, patch.Size, path);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
        finally
        {
            sources.ForEach(s => s.Dispose());
        }
    }

    private void Make(
        Digest diffId, ContentPatch patch, List<MappedFile> sources, string path, ProgressScope progress,
        CancellationToken cancellationToken)
    {
        var stored = archive.OpenPatch(diffId);
        try
        {
            ContentCodecs.Get(patch.Codec)
                .Decode(stored, sources, patch.Size, path, contents.Workers, progress.Advance, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new DiffahException(DiffahErrors.PatchInvalid,
                $"The patch for content {diffId} in the delta archive '{archive.Path}' can't be applied: {e.Message}",
                PatchedStream.NextAction, e);
        }
    }

    private async Task VerifyAsync(
        Digest diffId, ContentPatch patch, string path, CancellationToken cancellationToken)
    {
        using var made = new VerifyingStream(
            new ContentFile(diffId, patch.Size, path).OpenRead(), diffId, patch.Size,
            $"Content {diffId}, rebuilt from its patch in the delta archive '{archive.Path}',")
        {
            NextAction = PatchedStream.NextAction,
        };
        await made.CopyToAsync(Stream.Null, null, cancellationToken);
    }

    private DiffahException Damaged(Digest blob, string why, Exception? inner) => new(DiffahErrors.PatchInvalid,
        $"The recipe for blob {blob} in the delta archive '{archive.Path}' can't be followed: {why}.",
        PatchedStream.NextAction, inner);
}
