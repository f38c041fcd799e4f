using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Transports.Conformance;

/// <summary>What every transport must do, whatever it stores images in.</summary>
public abstract class TransportConformance : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _work = new();
    private readonly WorkDirectory _workDirectory;

    protected TransportConformance() => _workDirectory = new WorkDirectory(_work.Path);

    internal TransportContext Context => new(_workDirectory, EventSink.None);

    internal TemporaryFolder Folder => _folder;

    internal abstract IImageTransport Transport { get; }

    /// <summary>A kind of image that the transport holds digest for digest.</summary>
    internal abstract SampleImage Sample(int seed);

    /// <summary>The image of the test.</summary>
    internal virtual ImageReference Reference => ImageReference.Parse($"{Transport.Traits.Name}:{_folder["image"]}");

    [SkippableFact]
    public async Task What_is_written_is_read_back_byte_for_byte()
    {
        var image = Sample(1);
        await WriteAsync(image);
        await using var source = await Transport.OpenSourceAsync(Reference, Context, default);
        await AssertHoldsAsync(source, image);
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Without_a_commit_nothing_is_left(int steps)
    {
        var image = Sample(1);
        await using (var destination = await Transport.OpenDestinationAsync(Reference, false, Context, default))
        {
            if (steps > 0)
                await destination.PutBlobAsync(
                    image.Config, new MemoryStream(image.Blobs[image.Config.Digest]), default);
            if (steps > 1)
                await image.WriteAsync(destination);
            if (steps > 2)
                await ((await destination.StageAsync(default))?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
        Assert.Empty(_folder.Entries);
        await AssertNotThereAsync();
    }

    [SkippableFact]
    public async Task An_image_that_is_there_is_replaced_where_that_is_allowed()
    {
        await WriteAsync(Sample(1));
        await WriteAsync(Sample(2), overwrite: true);
        await using var source = await Transport.OpenSourceAsync(Reference, Context, default);
        await AssertHoldsAsync(source, Sample(2));
    }

    [SkippableFact]
    public async Task A_replacement_that_is_not_committed_changes_nothing()
    {
        await WriteAsync(Sample(1));
        var before = Contents();
        await using (var destination = await Transport.OpenDestinationAsync(Reference, true, Context, default))
        {
            await Sample(2).WriteAsync(destination);
            await using var staged = await destination.StageAsync(default);
            if (staged is not null)
                await AssertHoldsAsync(staged, Sample(2));
        }
        Assert.Equal(before, Contents());
        await using var source = await Transport.OpenSourceAsync(Reference, Context, default);
        await AssertHoldsAsync(source, Sample(1));
    }

    [SkippableFact]
    public async Task The_same_image_can_replace_itself()
    {
        await WriteAsync(Sample(1));
        await WriteAsync(Sample(1), overwrite: true);
        await using var source = await Transport.OpenSourceAsync(Reference, Context, default);
        await AssertHoldsAsync(source, Sample(1));
    }

    [SkippableFact]
    public async Task Putting_a_blob_twice_is_harmless()
    {
        var image = Sample(1);
        await using var destination = await Transport.OpenDestinationAsync(Reference, false, Context, default);
        Assert.False(await destination.HasBlobAsync(image.Layers[1], default));
        await destination.PutBlobAsync(image.Layers[1], new MemoryStream(image.Blobs[image.Layers[1].Digest]), default);
        Assert.True(await destination.HasBlobAsync(image.Layers[1], default));
        await image.WriteAsync(destination);
        await using var written = await CompleteAsync(destination);
        await AssertHoldsAsync(written, image);
    }

    [SkippableTheory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_blob_of_another_length_is_refused(int difference)
    {
        var layer = Sample(1).Layers[1];
        await using var destination = await Transport.OpenDestinationAsync(Reference, false, Context, default);
        await AssertFailsAsync(DiffahErrors.SizeMismatch,
            () => destination.PutBlobAsync(layer, new MemoryStream(new byte[layer.Size + difference]), default));
    }

    [SkippableFact]
    public async Task A_missing_blob_is_found()
    {
        var image = Sample(1);
        var missing = image.Layers[1];
        await using var destination = await Transport.OpenDestinationAsync(Reference, false, Context, default);
        foreach (var blob in image.BlobDescriptors.Where(b => b.Digest != missing.Digest))
            await destination.PutBlobAsync(blob, new MemoryStream(image.Blobs[blob.Digest]), default);
        await destination.PutManifestAsync(image.Manifest, default);
        await AssertFailsAsync(DiffahErrors.BlobMissing, async () =>
        {
            await using var written = await CompleteAsync(destination);
            await using var stream = await written.OpenBlobAsync(missing, default);
        });
    }

    [SkippableFact]
    public async Task A_manifest_that_is_not_there_is_missing()
    {
        await WriteAsync(Sample(1));
        await using var source = await Transport.OpenSourceAsync(Reference, Context, default);
        await AssertFailsAsync(
            DiffahErrors.BlobMissing, () => source.GetManifestAsync(Sample(2).Manifest.Digest, default));
    }

    [SkippableFact]
    public async Task Asked_for_by_its_digest_the_manifest_is_the_same()
    {
        await WriteAsync(Sample(1));
        await using var source = await Transport.OpenSourceAsync(Reference, Context, default);
        var raw = await source.GetManifestAsync(Sample(1).Manifest.Digest, default);
        Assert.Equal(Sample(1).Manifest.Bytes.ToArray(), raw.Bytes.ToArray());
    }

    [SkippableFact]
    public async Task A_wrong_blob_is_found_by_a_verified_open()
    {
        var image = Sample(1);
        var wrong = image.Layers[1];
        var bytes = image.Blobs[wrong.Digest].ToArray();
        bytes[^1000] ^= 1;
        await using var destination = await Transport.OpenDestinationAsync(Reference, false, Context, default);
        await AssertFailsAsync(DiffahErrors.DigestMismatch, async () =>
        {
            foreach (var blob in image.BlobDescriptors)
                await destination.PutBlobAsync(
                    blob, new MemoryStream(blob == wrong ? bytes : image.Blobs[blob.Digest]), default);
            await destination.PutManifestAsync(image.Manifest, default);
            await using var written = await CompleteAsync(destination);
            await using var stream = await written.OpenVerifiedAsync(wrong, default);
            await stream.CopyToAsync(Stream.Null);
        });
    }

    [SkippableFact]
    public async Task Blobs_are_read_by_many_at_a_time()
    {
        var image = Sample(1);
        await WriteAsync(image);
        await using var source = await Transport.OpenSourceAsync(Reference, Context, default);
        var readers = Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            var layer = image.Layers[i % image.Layers.Length];
            await using var stream = await source.OpenVerifiedAsync(layer, default);
            var bytes = new byte[layer.Size];
            for (var at = 0; at < bytes.Length;)
                at += await stream.ReadAsync(bytes.AsMemory(at, Math.Min(777, bytes.Length - at)));
            Assert.Equal(image.Blobs[layer.Digest], bytes);
        }));
        await Task.WhenAll(readers);
    }

    [SkippableFact]
    public async Task A_cancelled_write_leaves_nothing()
    {
        var image = Sample(1);
        using var cancellation = new CancellationTokenSource();
        await using (var destination = await Transport.OpenDestinationAsync(Reference, false, Context, default))
        {
            var content = new CallbackStream(
                new MemoryStream(image.Blobs[image.Layers[1].Digest]), 100_000, cancellation.Cancel);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => destination.PutBlobAsync(image.Layers[1], content, cancellation.Token));
        }
        Assert.Empty(_folder.Entries);
    }

    [SkippableFact]
    public async Task A_cancelled_commit_publishes_nothing()
    {
        await using (var destination = await Transport.OpenDestinationAsync(Reference, false, Context, default))
        {
            await Sample(1).WriteAsync(destination);
            await using var staged = await destination.StageAsync(default);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => destination.CommitAsync(new CancellationToken(canceled: true)));
        }
        Assert.Empty(_folder.Entries);
        await AssertNotThereAsync();
    }

    [SkippableFact]
    public async Task A_failing_source_leaves_nothing()
    {
        var layer = Sample(1).Layers[1];
        await using (var destination = await Transport.OpenDestinationAsync(Reference, false, Context, default))
        {
            var content = new CallbackStream(
                new MemoryStream(new byte[layer.Size]), 100_000, () => throw new IOException("The line is dead."));
            await Assert.ThrowsAsync<IOException>(() => destination.PutBlobAsync(layer, content, default));
        }
        Assert.Empty(_folder.Entries);
    }

    [SkippableFact]
    public async Task An_image_it_can_hold_is_exact()
    {
        var image = Sample(1);
        await using var destination = await Transport.OpenDestinationAsync(Reference, false, Context, default);
        Assert.Null(destination.Transport.WhyNotExact(destination.Reference, ImageManifest.Parse(image.Manifest),
            ImageConfig.Parse(image.Blobs[image.Config.Digest])));
    }

    [SkippableTheory]
    [InlineData("Oci")]
    [InlineData("DockerGzip")]
    [InlineData("DockerPlain")]
    public async Task The_table_says_what_it_holds(string kind)
    {
        var image = kind switch
        {
            "Oci" =>
            SampleImage.Oci(1),
            "DockerGzip" => SampleImage.DockerGzip(1),
            _ => SampleImage.DockerPlain(1)
        };
        var holds = Transport.Traits.Form switch
        {
            ImageForm.Oci =>
            kind == "Oci",
            ImageForm.DockerPlain => kind == "DockerPlain",
            _ => true
        };
        var why = Transport.WhyNotExact(
            Reference, ImageManifest.Parse(image.Manifest), ImageConfig.Parse(image.Blobs[image.Config.Digest]));
        Assert.Equal(holds, why is null);
        Assert.Equal(Transport.Traits.HoldsIndex,
            Transport.WhyNotExact(Reference, ManifestTree.Of(ImageManifest.Parse(Sample(1).Manifest))) is null);
        if (!holds)
            return;
        await WriteAsync(image);
        await using var source = await Transport.OpenSourceAsync(Reference, Context, default);
        await AssertHoldsAsync(source, image);
    }

    [SkippableFact]
    public async Task The_table_says_whether_a_name_moves_without_being_forced()
    {
        await WriteAsync(Sample(1));
        if (Transport.Traits.NamesMove)
            await WriteAsync(Sample(2), overwrite: false);
        else
            await AssertFailsAsync(DiffahErrors.DestinationExists, () => WriteAsync(Sample(2), overwrite: false));
    }

    public void Dispose()
    {
        _workDirectory.Dispose();
        _work.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    internal async Task WriteAsync(SampleImage image, bool overwrite = false, string suffix = "")
    {
        await using var destination = await Transport.OpenDestinationAsync(
            ImageReference.Parse(Reference + suffix), overwrite, Context, default);
        await image.WriteAsync(destination);
        await using (await destination.StageAsync(default))
            await destination.CommitAsync(default);
    }

    internal static async Task AssertHoldsAsync(IImageSource source, SampleImage expected)
    {
        var image = await Image.OpenAsync(source, Platform.Default, default);
        Assert.Equal(expected.Manifest.Bytes.ToArray(), image.Manifest.Raw.Bytes.ToArray());
        Assert.Equal(expected.Manifest.MediaType, image.Manifest.MediaType);
        Assert.Equal(expected.Blobs[expected.Config.Digest], image.ConfigBytes!.Value.ToArray());
        foreach (var layer in expected.Layers)
            Assert.Equal(expected.Blobs[layer.Digest], await source.ReadBlobAsync(layer, int.MaxValue, default));
    }

    internal static async Task<DiffahException> AssertFailsAsync(DiffahError error, Func<Task> action)
    {
        var thrown = await Assert.ThrowsAsync<DiffahException>(action);
        Assert.Equal(error.Code, thrown.Error.Code);
        return thrown;
    }

    /// <summary>What was written, for reading: staged, or committed where the transport can't show it before.</summary>
    private static async Task<IImageSource> CompleteAsync(IImageDestination destination)
    {
        if (await destination.StageAsync(default) is { } staged)
            return staged;
        await destination.CommitAsync(default);
        return (await destination.OpenCommittedAsync(default))!;
    }

    internal async Task AssertNotThereAsync() =>
        await Assert.ThrowsAsync<DiffahException>(() => Transport.OpenSourceAsync(Reference, Context, default));

    internal string[] Contents() =>
        [.. _folder.Entries.Select(
            e => File.Exists(_folder[e]) ? $"{e} {Digest.Compute(File.ReadAllBytes(_folder[e]))}" : e)];
}
