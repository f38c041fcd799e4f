using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Layers;

public sealed class BlobSpoolTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WorkDirectory _work;

    public BlobSpoolTests() => _work = new WorkDirectory(_folder.Path);

    public void Dispose()
    {
        _work.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_blob_is_fetched_once_however_many_ask()
    {
        var bytes = SampleImage.Layer(1, 1, 100_000);
        var (spool, opened) = (new BlobSpool(_work), 0);
        var blobs = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(_ => Task.Run(() => spool.GetAsync(Digest.Compute(bytes), bytes.Length, Open, null, default))));
        Assert.Equal(1, opened);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Assert.Single(blobs.Select(b => b.Path).Distinct())));
        using var mapped = blobs[0].Map();
        Assert.Equal(bytes.Length, mapped.Length);

        async Task<Stream> Open(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref opened);
            await Task.Delay(20, cancellationToken);
            return new MemoryStream(bytes);
        }
    }

    [Fact]
    public async Task A_wrong_blob_is_refused()
    {
        var error = await Assert.ThrowsAsync<DiffahException>(() => new BlobSpool(_work).GetAsync(
            Digest.Compute([1]), 1, _ => Task.FromResult<Stream>(new MemoryStream([2])), null, default));
        Assert.Equal(DiffahErrors.DigestMismatch, error.Error);
    }

    [Fact]
    public async Task A_fetch_that_failed_is_tried_again_and_leaves_no_file()
    {
        var (spool, digest) = (new BlobSpool(_work), Digest.Compute([1]));
        foreach (var wrong in (byte[][])[[2], [1, 1], []])
            await Assert.ThrowsAsync<DiffahException>(
                () => spool.GetAsync(digest, 1, _ => Task.FromResult<Stream>(new MemoryStream(wrong)), null, default));
        await Assert.ThrowsAsync<IOException>(
            () => spool.GetAsync(digest, 1, _ => throw new IOException("gone"), null, default));
        Assert.Equal([Leftovers.LockIn(_work.Path)], Directory.EnumerateFiles(_work.Path));
        var blob = await spool.GetAsync(digest, 1, _ => Task.FromResult<Stream>(new MemoryStream([1])), null, default);
        Assert.Equal([1], await File.ReadAllBytesAsync(blob.Path));
    }

    [Fact]
    public async Task Room_on_the_disk_is_asked_for_before_a_byte_is_fetched()
    {
        var opened = false;
        var error = await Assert.ThrowsAsync<DiffahException>(() => new BlobSpool(_work).GetAsync(
            Digest.Compute([1]), long.MaxValue / 2, Open, null, default));
        Assert.Equal((DiffahErrors.DiskFull, false), (error.Error, opened));
        Assert.Contains("needs 4.0 EiB", error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("--workdir", error.NextAction, StringComparison.Ordinal);

        Task<Stream> Open(CancellationToken token)
        {
            opened = true;
            return Task.FromResult<Stream>(new MemoryStream([1]));
        }
    }

    [Fact]
    public async Task An_empty_blob_has_no_memory()
    {
        var blob = await new BlobSpool(_work).GetAsync(
            Digest.Compute([]), 0, _ => Task.FromResult<Stream>(new MemoryStream()), null, default);
        using var mapped = blob.Map();
        Assert.Equal((0, null), (mapped.Length, mapped.Buffer));
    }
}
