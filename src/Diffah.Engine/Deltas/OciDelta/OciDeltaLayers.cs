using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Conversion;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.OciDelta;

/// <summary>How a layer of an image comes out of an oci-delta.</summary>
internal enum OciDeltaOrigin
{
    /// <summary>The baseline has it.</summary>
    Baseline,

    /// <summary>The delta has it whole.</summary>
    Whole,

    /// <summary>It is made of a patch.</summary>
    Patch,
}

/// <summary>A layer of the image.</summary>
/// <param name="Origin">Where it comes from.</param>
/// <param name="Blob">What it was in the image that the delta was made of, and what it is now.</param>
internal sealed record OciDeltaLayer(OciDeltaOrigin Origin, ConvertedBlob Blob);

/// <summary>
/// Makes the layers of an image from an oci-delta. What is at hand as it was stays so; a patch makes the plain tar, and
/// how that was compressed the delta does not say.
/// </summary>
/// <param name="delta">The delta.</param>
/// <param name="baseline">What it was made from.</param>
/// <param name="context">What may be used.</param>
internal sealed class OciDeltaLayers(OciDeltaArtifact delta, Image baseline, TransportContext context) : IDisposable
{
    private readonly LayerStore _store = new(context.Work, context.Bounds);
    private BaselineFiles? _files;

    private BaselineFiles Files => _files ??= new BaselineFiles(baseline.Layers, _store, context.Work);

    /// <summary>Refuses a baseline that the delta was not made from, by what the delta says of it.</summary>
    /// <exception cref="DiffahException">BaselineMismatch.</exception>
    public void RequireBaseline()
    {
        // Who copies an image may compress it anew; the configuration stays.
        var (manifest, config) = delta.Baseline;
        if ((manifest ?? config) is not null
            && manifest != baseline.Manifest.Digest && config != baseline.Manifest.Config.Digest)
            throw OciDeltaErrors.WrongBaseline($"The oci-delta '{delta.Source.Reference.Shown}' was made from an image "
                + $"of the manifest {manifest?.ToString() ?? "(not said)"}, and {baseline.Source.Reference} is "
                + $"{baseline.Manifest.Digest}.");
    }

    /// <summary>True where no layer has to be made of a patch, nor of a layer that is compressed otherwise.</summary>
    public bool IsExact => delta.Target.Layers.All(l => FindBlob(l) is not null || delta.Whole.ContainsKey(l.Digest));

    /// <summary>Opens a blob that is at hand as it is.</summary>
    public async Task<Stream> OpenAsync(Descriptor blob, CancellationToken cancellationToken) =>
        FindBlob(blob) is { } held
            ? await held.OpenBlobAsync(cancellationToken)
            : await delta.Source.OpenBlobAsync(delta.Whole[blob.Digest], cancellationToken);

    /// <summary>Makes all layers.</summary>
    /// <exception cref="DiffahException">BaselineMismatch, PatchInvalid, ContentTooLarge, InvalidImage, and what
    /// reading baseline and delta throws.</exception>
    public async Task<OciDeltaLayer[]> MakeAsync(CancellationToken cancellationToken)
    {
        var made = new Dictionary<Digest, OciDeltaLayer>();
        foreach (var (layer, diffId) in delta.Target.Layers.Zip(delta.Config.DiffIds))
        {
            if (!made.ContainsKey(layer.Digest))
                made[layer.Digest] = await MakeAsync(layer, diffId, cancellationToken);
        }
        return [.. delta.Target.Layers.Select(l => made[l.Digest])];
    }

    public void Dispose() => _files?.Dispose();

    private async Task<OciDeltaLayer> MakeAsync(Descriptor layer, Digest diffId, CancellationToken cancellationToken)
    {
        if (FindBlob(layer) is not null)
            return new OciDeltaLayer(OciDeltaOrigin.Baseline, new ConvertedBlob(layer, layer, null));
        if (delta.Whole.TryGetValue(layer.Digest, out var whole))
            return whole.Digest == layer.Digest && whole.Size == layer.Size
                ? new OciDeltaLayer(OciDeltaOrigin.Whole, new ConvertedBlob(layer, layer, null))
                : throw OciDeltaErrors.Invalid(
                    delta.Source.Reference.Shown, $"the layer {layer.Digest} is to be {whole.Digest}");
        if (delta.Patches.TryGetValue(layer.Digest, out var patch))
            return new OciDeltaLayer(
                OciDeltaOrigin.Patch, await PatchAsync(layer, diffId, patch, cancellationToken));
        if (baseline.Layers.FirstOrDefault(l => l.DiffId == diffId) is not { } same)
            throw OciDeltaErrors.WrongBaseline(
                $"The oci-delta '{delta.Source.Reference.Shown}' leaves out the layer {layer.Digest}, and the baseline "
                    + "has no layer of this content.");
        var content = await _store.ContentAsync(same, cancellationToken);
        return content.DiffId == diffId
            ? new OciDeltaLayer(OciDeltaOrigin.Baseline, Plain(layer, diffId, content.Size, content.Path))
            : throw OciDeltaErrors.WrongBaseline(
                $"The layer {same.Digest} of the baseline does not hold what the baseline's configuration says.");
    }

    private Layer? FindBlob(Descriptor layer) =>
        baseline.Layers.FirstOrDefault(l => l.Digest == layer.Digest && l.Size == layer.Size);

    private async Task<ConvertedBlob> PatchAsync(
        Descriptor layer, Digest diffId, Descriptor patch, CancellationToken cancellationToken)
    {
        var what = $"tar-diff {patch.Digest} of '{delta.Source.Reference.Shown}'";
        var limit = context.Bounds.LimitOf(layer.Size);
        var path = context.Work.NewFilePath($"{layer.Digest.ShortHex}.tar");
        using var progress = context.Events.For("deltas").BeginPart(layer.Digest.ShortHex, "patching", patch.Size);
        using var hash = diffId.CreateHash();
        var size = 0L;
        await using (var file = new FileStream(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0, FileOptions.Asynchronous))
        {
            using var apply = new TarDiff(what, Files, async (bytes, ct) =>
            {
                if ((size += bytes.Length) > limit)
                    throw CompressionErrors.TooLarge($"layer {layer.Digest}", layer.Size, limit);
                hash.AppendData(bytes.Span);
                await file.WriteAsync(bytes, ct);
            });
            var stored = await delta.Source.OpenVerifiedAsync(patch, cancellationToken);
            await apply.ApplyAsync(new CountingReadStream(stored, progress.Advance),
                new StoredContent(what, patch.Size, context.Bounds), cancellationToken);
        }
        var made = Digest.FromHash(diffId.Algorithm, hash.GetHashAndReset());
        return made == diffId
            ? Plain(layer, diffId, size, path)
            : throw OciDeltaErrors.BadPatch(what, $"the layer that it makes has the content {made}, not {diffId}");
    }

    private static ConvertedBlob Plain(Descriptor layer, Digest diffId, long size, string path)
    {
        var type = MediaTypes.IsDocker(layer.MediaType) ? MediaTypes.DockerLayer : MediaTypes.OciLayer;
        return new ConvertedBlob(layer, new Descriptor(type, diffId, size), path);
    }
}
