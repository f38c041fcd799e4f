using System.Text;
using System.Text.Json.Nodes;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.Published;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Operations.Publishing;

/// <summary>
/// A published archive is read where it is: its sidecar first, and of its entries those that are needed.
/// </summary>
public sealed class PublishedArchiveTests : IAsyncDisposable
{
    private readonly FakeRegistry _server = new() { HasReferrers = true };
    private readonly PublishLab _lab;
    private readonly WorkDirectory _work;

    public PublishedArchiveTests()
    {
        _lab = new PublishLab(_server.Server.Host, repository: "team/app");
        _work = new WorkDirectory(_lab.Folder["work"]);
    }

    public async ValueTask DisposeAsync()
    {
        _work.Dispose();
        _lab.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public async Task An_image_is_rebuilt_by_it_and_only_what_is_needed_is_fetched_once(int version)
    {
        await PublishAsync(version == 1 ? DeltaLab.QuickV1 : DeltaLab.Quick);
        _server.Server.Requests.Clear();
        await using var source = await SourceAsync();
        var published = await OnlyAsync(source);
        using var archive = await OpenAsync(source, published);
        Assert.Equal(published.Artifact.Bytes, archive.FileBytes);
        Assert.Equal([published.Artifact.Sidecar.Digest.ToString()], Fetched());

        await using var rebuilt = new RebuiltImages(
            archive, _lab, new(null, [], 0, 2), new TransportContext(_work, EventSink.None));
        var image = archive.Manifest.Images[0];
        await using var target = (await rebuilt.OpenLinkAsync(image, _lab.Put(_lab.Baseline), default)).Source;
        foreach (var blob in _lab.Target.Manifest.Layers.Append(_lab.Target.Manifest.Config))
        {
            await using var content = await target.OpenBlobAsync(blob, default);
            Assert.Equal(_lab.Target.Blobs[blob.Digest], await content.ReadBoundedAsync(1 << 20, "it", default));
        }
        var expected = archive.Manifest.Parts.Where(p => p.Part.Kind != ArchivePartKind.Account)
            .Select(p => published.Artifact.Find(p.Part)!.Digest.ToString())
            .Append(published.Artifact.Sidecar.Digest.ToString())
            .Except(Unneeded(archive)).Order(StringComparer.Ordinal);
        Assert.Equal(expected, Fetched().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_few_bytes_of_an_entry_do_not_bring_it()
    {
        await PublishAsync(DeltaLab.Quick);
        await using var source = await SourceAsync();
        using var archive = await OpenAsync(source, await OnlyAsync(source));
        var (part, size) = archive.Manifest.Parts.MaxBy(p => p.Size);
        using var local = await FileAsync();
        var (offset, length) = (size / 3, Math.Min(10, size - size / 3));
        using var some = archive.OpenStored(part, offset, length);
        using var same = local.OpenStored(part, offset, length);
        Assert.Equal(await same.ReadBoundedAsync(10, "it", default), await some.ReadBoundedAsync(10, "it", default));
        Assert.Empty(Directory.EnumerateFiles(_work.Path, "*.entry"));
    }

    [Fact]
    public async Task What_a_run_before_began_to_fetch_goes_on_where_it_was()
    {
        var (blob, bytes, kept) = await LargestAsync();
        var half = Path.Combine(kept, $"sha256-{blob.Digest.Hex}.part");
        await File.WriteAllBytesAsync(half, bytes[..(bytes.Length / 2)]);
        var file = await FetchAsync(blob, kept);
        Assert.Equal(bytes, file);
        Assert.Equal($"bytes={bytes.Length / 2}-", Assert.Single(Asked(blob)).Headers["range"]);
        Assert.False(File.Exists(half));
        // And a run after that has it.
        Assert.Equal(bytes, await FetchAsync(blob, kept));
        Assert.Single(Asked(blob));
    }

    [Fact]
    public async Task What_was_kept_and_is_damaged_is_fetched_again()
    {
        var (blob, bytes, kept) = await LargestAsync();
        var wrong = (byte[])bytes.Clone();
        wrong[0] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(kept, $"sha256-{blob.Digest.Hex}"), wrong);
        await File.WriteAllBytesAsync(Path.Combine(kept, $"sha256-{blob.Digest.Hex}.part"), wrong[..100]);
        Assert.Equal(bytes, await FetchAsync(blob, kept));
    }

    [Fact]
    public async Task Other_bytes_than_their_digest_says_are_an_error_and_are_not_kept()
    {
        var (blob, bytes, kept) = await LargestAsync();
        _server.Blobs[blob.Digest.ToString()] = [.. bytes.Select(b => (byte)~b)];
        var error = await Assert.ThrowsAsync<DiffahException>(() => FetchAsync(blob, kept));
        Assert.Equal(DiffahErrors.DigestMismatch, error.Error);
        Assert.All(Directory.EnumerateFiles(kept), f => Assert.Equal(0, new FileInfo(f).Length));
    }

    [Fact]
    public async Task An_entry_that_is_gone_is_missing()
    {
        var (blob, _, kept) = await LargestAsync();
        _server.Blobs.TryRemove(blob.Digest.ToString(), out _);
        Assert.Equal(DiffahErrors.BlobMissing,
            (await Assert.ThrowsAsync<DiffahException>(() => FetchAsync(blob, kept))).Error);
    }

    [Theory]
    [InlineData("entry")]
    [InlineData("size")]
    [InlineData("sidecar")]
    [InlineData("subject")]
    public async Task A_manifest_that_does_not_fit_its_sidecar_is_refused(string what)
    {
        await PublishAsync(DeltaLab.Quick);
        await using var source = await SourceAsync();
        var published = await OnlyAsync(source);
        var manifest = JsonNode.Parse(published.Artifact.Raw.Bytes.Span)!.AsObject();
        var layers = manifest["layers"]!.AsArray();
        if (what == "entry")
            layers.RemoveAt(layers.Count - 1);
        else if (what == "sidecar")
            layers.RemoveAt(0);
        else if (what == "size")
            layers[1]!["size"] = 12345;
        else
            manifest["subject"]!["digest"] = _lab.Baseline.Digest.ToString();
        var raw = new RawManifest(Encoding.UTF8.GetBytes(manifest.ToJsonString()), MediaTypes.OciManifest);
        var error = await Assert.ThrowsAsync<DiffahException>(async () =>
        {
            using var archive = await OpenAsync(source, new PublishedArchive(DeltaArtifact.Parse(raw), "it"));
        });
        Assert.Equal(DiffahErrors.ArchiveInvalid, error.Error);
    }

    private async Task PublishAsync(EncodingOptions options)
    {
        await _lab.PushAsync();
        await _lab.CreateAsync(options);
        await _lab.PublishAsync();
    }

    private async Task<IReferrerSource> SourceAsync()
    {
        var reference = ImageReference.Parse($"{_lab.Repository}:v2");
        return (IReferrerSource)await _lab.Get(reference)
            .OpenSourceAsync(reference, new TransportContext(_work, EventSink.None), default);
    }

    private async Task<PublishedArchive> OnlyAsync(IReferrerSource source) => Assert.Single(
        await PublishedArchives.ListAsync(source, _lab.Target.Digest, EventSink.None, default));

    private Task<ArchiveReader> OpenAsync(IImageSource source, PublishedArchive published) =>
        PublishedArchives.OpenAsync(source, published, null, new FetchFolders(_work), EventSink.None, default);

    private Task<ArchiveReader> FileAsync() =>
        ArchiveReader.OpenAsync(_lab.Archive, _work, EventSink.None, default);

    private string[] Fetched() => [.. _server.Requests.Where(r => r.Method == "GET"
        && r.Path.Contains("/blobs/", StringComparison.Ordinal)).Select(r => r.Path.Split('/')[^1])];

    private ScriptedRequest[] Asked(Descriptor blob) => [.. _server.Requests.Where(
        r => r.Method == "GET" && r.Path.EndsWith(blob.Digest.ToString(), StringComparison.Ordinal))];

    // The target's manifest is not asked for here: the test has it.
    private IEnumerable<string> Unneeded(ArchiveReader archive) =>
        archive.Manifest.Blobs.ContainsKey(_lab.Target.Digest) ? [_lab.Target.Digest.ToString()] : [];

    private async Task<(Descriptor Blob, byte[] Bytes, string Kept)> LargestAsync()
    {
        await PublishAsync(DeltaLab.Quick);
        await using var source = await SourceAsync();
        var published = await OnlyAsync(source);
        using var archive = await FileAsync();
        var blob = published.Artifact.Find(archive.Manifest.Parts.MaxBy(p => p.Size).Part)!;
        Directory.CreateDirectory(_lab.Folder["kept"]);
        _server.Server.Requests.Clear();
        return (blob, _server.Blobs[blob.Digest.ToString()], _lab.Folder["kept"]);
    }

    private async Task<byte[]> FetchAsync(Descriptor blob, string kept)
    {
        await using var source = await SourceAsync();
        using var parts = new FetchedParts(source, new FetchFolders(_work, kept), "it", EventSink.None);
        await Task.WhenAll(parts.FetchAsync(blob, default), parts.FetchAsync(blob, default));
        var file = parts.Find(blob.Digest)!;
        using var slice = new FileSlice(file, 0, blob.Size);
        return await slice.ReadBoundedAsync(1 << 20, "it", default);
    }
}
