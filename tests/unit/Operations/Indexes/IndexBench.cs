using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Copying;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations.Indexes;

/// <summary>A folder with two indexes, and what is made of them.</summary>
internal sealed class IndexBench : IDisposable
{
    public TransportBench Bench { get; } = new();

    public string Archive => Bench["delta.tar"];

    public ImageReference Reference(string transport, string name) => Bench.Reference(transport, name);

    /// <summary>Writes an index with all that is below it.</summary>
    public async Task<ImageReference> WriteAsync(SampleIndex index, string transport, string name)
    {
        var memory = index.In("/memory/index");
        var place = ImageReference.Parse("dir:/memory/index");
        await using var source = await memory.OpenSourceAsync(place, Bench.Context, default);
        await using var destination = await Bench.CreateAsync(transport, name);
        await ImageCopier.CopyAsync(
            await ImageTree.OpenAsync(source, default), destination, EventSink.None, default);
        return Bench.Reference(transport, name);
    }

    public Task<DeltaArchive> DiffAsync(
        ImageReference baseline, ImageReference target, Func<CreateDeltaRequest, CreateDeltaRequest>? change = null)
    {
        var request = new CreateDeltaRequest
        {
            Baseline = baseline,
            Target = target,
            OutputPath = Archive,
            AllPlatforms = true,
            Encoding = new EncodingOptions { Workers = 2 },
        };
        return new CreateDelta(TransportCatalog.Default).RunAsync(
            change is null ? request : change(request), EventSink.None, default);
    }

    public Task<RestoredImage> RestoreAsync(
        ImageReference baseline, ImageReference destination,
        Func<RestoreImageRequest, RestoreImageRequest>? change = null)
    {
        var request = new RestoreImageRequest
        {
            ArchivePath = Archive,
            Baseline = baseline,
            Destination = destination,
        };
        return new RestoreImage(TransportCatalog.Default).RunAsync(
            change is null ? request : change(request), EventSink.None, default);
    }

    /// <summary>Compares all that a reference names with an index, to the byte.</summary>
    public async Task RequireSameAsync(ImageReference reference, SampleIndex index)
    {
        await using var source = await Bench.OpenAsync(reference);
        Assert.Equal(
            index.Root.Bytes.ToArray(), (await source.GetManifestAsync(null, default)).Bytes.ToArray());
        foreach (var child in index.Children)
            Assert.Equal(
                child.Bytes.ToArray(), (await source.GetManifestAsync(child.Digest, default)).Bytes.ToArray());
        foreach (var (digest, bytes) in index.Blobs)
        {
            var blob = new Descriptor(MediaTypes.OciLayer, digest, bytes.Length);
            Assert.Equal(bytes, await source.ReadBlobAsync(blob, int.MaxValue, default));
        }
    }

    public void Dispose() => Bench.Dispose();
}
