using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.Container;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Deltas.Making;
using Diffah.Engine.Deltas.Merging;
using Diffah.Engine.Deltas.Restoring;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Operations.Merging;

/// <summary>What an archive is to say, and what opens its parts.</summary>
/// <param name="Sidecar">What it says of itself.</param>
/// <param name="Open">Opens the bytes of a part that the sidecar lists.</param>
internal sealed record MergedArchive(ArchiveManifest Sidecar, Func<ArchivePart, Stream> Open)
{
    /// <summary>Bytes of the archive, where it is not compressed as a whole.</summary>
    public long Bytes { get; } = InTar(Sidecars.Write(Sidecar).Length) + Sidecar.Parts.Sum(p => InTar(p.Size))
        + 2 * TarHeader.BlockSize;

    private static long InTar(long bytes) =>
        TarHeader.BlockSize + (bytes + TarHeader.BlockSize - 1) / TarHeader.BlockSize * TarHeader.BlockSize;
}

/// <summary>
/// Makes a merged archive smaller where the images are there that its first deltas were made from: what is made by way
/// of other parts is rebuilt, and encoded anew from these images. All else stays as it is.
/// </summary>
/// <param name="transports">Where the images come from.</param>
/// <param name="options">How to encode.</param>
/// <param name="context">What transports may use.</param>
internal sealed class Flattening(ITransportCatalog transports, EncodingOptions options, TransportContext context)
    : IAsyncDisposable
{
    private readonly List<IDisposable> _opened = [];
    private RebuiltImages? _rebuilt;

    /// <summary>
    /// Makes the archive; gives the one that is there where it is no larger, or has nothing that is made by way of
    /// other parts. Either is checked against the images first.
    /// </summary>
    /// <param name="merged">The parts of the archive.</param>
    /// <param name="archive">The archive that is there.</param>
    /// <param name="baselines">The images, by the names of the archive's.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">BaselineMismatch, and what rebuilding and encoding throw.</exception>
    public async Task<MergedArchive> RunAsync(
        MergedDelta merged, MergedArchive archive, ImmutableSortedDictionary<string, ImageReference> baselines,
        CancellationToken cancellationToken)
    {
        var reader = await WriteAsync(archive, cancellationToken);
        var inputs = await OpenAsync(reader, baselines, cancellationToken);
        if (!archive.Sidecar.IsChained)
            return archive;
        var ready = await FlatParts.FindAsync(merged, cancellationToken);
        var encoder = new DeltaEncoder(inputs, options, context.Work, context.Events);
        _opened.Add(encoder);
        var decisions = await encoder.DecideAsync(cancellationToken, ready);
        var delta = await encoder.EncodeAsync([.. decisions.Values], cancellationToken);
        var flat = Describe(archive, merged, delta);
        return flat.Bytes <= archive.Bytes ? flat : archive;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var opened in Enumerable.Reverse(_opened))
            opened.Dispose();
        if (_rebuilt is not null)
            await _rebuilt.DisposeAsync();
    }

    private async Task<ArchiveReader> WriteAsync(MergedArchive archive, CancellationToken cancellationToken)
    {
        var path = context.Work.NewFilePath("merged.delta");
        await using (var file = new FileStream(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0, FileOptions.Asynchronous))
            await ContainerWriter.WriteAsync(file, ArchiveCompression.None, Sidecars.Write(archive.Sidecar),
                archive.Sidecar, archive.Open, _ => null, cancellationToken);
        var reader = await ArchiveReader.OpenAsync(
            path, context.Work, context.Events, cancellationToken, shown: "the merged archive");
        _opened.Add(reader);
        return reader;
    }

    private async Task<List<DeltaInput>> OpenAsync(
        ArchiveReader archive, ImmutableSortedDictionary<string, ImageReference> baselines,
        CancellationToken cancellationToken)
    {
        _rebuilt = new RebuiltImages(
            archive, transports, new(null, [], options.MemoryBudget, options.Workers), context);
        var inputs = new List<DeltaInput>();
        var links = new List<(DeltaLink Link, ImageManifest Manifest)>();
        foreach (var image in archive.Manifest.Images)
        {
            var manifest = await archive.ReadManifestAsync(image, cancellationToken);
            var link = await _rebuilt.OpenLinkAsync(image, baselines[image.Name], cancellationToken);
            if (await DeltaPreflight.CheckAsync(link, manifest, null, cancellationToken) is { } problem)
                throw problem;
            if (_rebuilt.Blobs.Memory.WhyRefused(archive.Manifest, manifest) is { } tooLarge)
                throw tooLarge;
            links.Add((link, manifest));
            inputs.Add(new DeltaInput(image.Name, DeltaBaseline.Of(link.Baselines.First),
                await Image.OpenAsync(link.Source, _rebuilt.Platform, cancellationToken)));
        }
        foreach (var (link, manifest) in links)
            link.Expect(manifest);
        return inputs;
    }

    private static MergedArchive Describe(MergedArchive archive, MergedDelta merged, EncodedDelta delta)
    {
        var layers = merged.Reused.Where(r => !delta.Blobs.ContainsKey(r.Key) && !delta.Reused.ContainsKey(r.Key))
            .ToImmutableSortedDictionary(r => r.Key, r => r.Value.Layer);
        var sidecar = archive.Sidecar with
        {
            Version = FormatVersion.V2,
            Requires = RequiredFeatures.None,
            Blobs = delta.Blobs.ToImmutableSortedDictionary(b => b.Key, b => b.Value.Entry),
            Contents = delta.Contents.ToImmutableSortedDictionary(c => c.Key, c => c.Value.Patch),
            Held = archive.Sidecar.Held.Clear(),
            Reused = layers.AddRange(delta.Reused.Select(r => KeyValuePair.Create(r.Key, r.Value.Layer))),
            Account = delta.Account.IsEmpty
                ? null
                : new StoredAccount(Digest.Compute(delta.Account.Span), delta.Account.Length),
            Images = [.. archive.Sidecar.Images.Select(i => i with
            {
                Baseline = i.Baseline with
                {
                    ReadSize = delta.Reads.GetValueOrDefault((i.Name, i.Baseline.ManifestDigest))?.Read,
                },
            })],
        };
        return new MergedArchive(sidecar, part => part.Kind == ArchivePartKind.Recipe && layers.ContainsKey(part.Digest)
            ? merged.Open(part)
            : delta.Open(part));
    }
}
