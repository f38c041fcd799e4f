using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Reports;

/// <summary>The configurations that an inspection reads have 64 MiB together, at the most.</summary>
public sealed class DescribedConfigurationsTests : IDisposable
{
    private const int MiB = 1 << 20;
    private const string Type = MediaTypes.OciManifest;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task As_many_as_the_bound_are_read()
    {
        Write(16 * MiB, 16 * MiB, 16 * MiB, 16 * MiB);
        var archive = await InspectArchive.RunAsync(_folder["a.tar"], EventSink.None, default);
        Assert.All(archive.Images, i => Assert.Equal("RUN make", Assert.Single(i.Layers).CreatedBy));
    }

    [Fact]
    public async Task Beyond_the_bound_none_is()
    {
        Write(16 * MiB, 16 * MiB, 16 * MiB, (16 * MiB) - 1000, 1001);
        var error = await Errors.ThrowsAsync(DiffahErrors.ArchiveInvalid,
            () => InspectArchive.RunAsync(_folder["a.tar"], EventSink.None, default));
        Assert.Contains($"{(64 * MiB) + 1} bytes together", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_too_large_by_itself_is_not_read_and_does_not_count()
    {
        Write(16 * MiB, 16 * MiB, 16 * MiB, 16 * MiB, (16 * MiB) + 1);
        var archive = await InspectArchive.RunAsync(_folder["a.tar"], EventSink.None, default);
        Assert.Equal([1, 1, 1, 1, 0], archive.Images.Select(i => i.Layers.Count(l => l.CreatedBy is not null)));
    }

    /// <summary>An archive of images of one layer, which is the baseline's, and of configurations of given sizes.
    /// </summary>
    private void Write(params int[] sizes)
    {
        const string layer = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        var blobs = new SortedDictionary<string, (byte[] Bytes, string Type)>(StringComparer.Ordinal);
        var images = new List<string>();
        foreach (var (size, i) in sizes.Select((s, i) => (s, i)))
        {
            var config = Encoding.UTF8.GetBytes(
                $$"""{"os":"linux","architecture":"a{{i}}","history":[{"created_by":"RUN make"}]}""".PadRight(size));
            var configDigest = Digest.Compute(config).ToString();
            var manifest = Encoding.UTF8.GetBytes($$"""
                {"schemaVersion":2,"mediaType":"{{Type}}",
                 "config":{"mediaType":"{{MediaTypes.OciConfig}}","digest":"{{configDigest}}","size":{{size}}},
                 "layers":[{"mediaType":"x","digest":"{{layer}}","size":1}]}
                """);
            var target = Digest.Compute(manifest).ToString();
            blobs[configDigest] = (config, MediaTypes.OciConfig);
            blobs[target] = (manifest, Type);
            images.Add($$"""
                {"name":"i{{i}}","baseline":{"manifest_digest":"{{layer}}","media_type":"x"},
                 "target":{"manifest_digest":"{{target}}","manifest_size":{{manifest.Length}},"media_type":"{{Type}}"} }
                """);
        }
        var listed = blobs.Select(b => $$"""
            "{{b.Key}}":{"size":{{b.Value.Bytes.Length}},"media_type":"{{b.Value.Type}}","encoding":"full",
             "archive_size":{{b.Value.Bytes.Length}}}
            """);
        var sidecar = Encoding.UTF8.GetBytes($$"""
            {"version":"v1","feature":"bundle","created_at":"2024-01-02T03:04:05Z","platform":"linux/amd64",
             "blobs":{ {{string.Join(',', listed)}} },"images":[{{string.Join(',', images)}}]}
            """);
        using var file = File.Create(_folder["a.tar"]);
        file.Write(RawTar.Write([new RawEntry("diffah.json", sidecar)], endBlocks: 0));
        foreach (var (digest, (bytes, _)) in blobs)
        {
            file.Write(RawTar.Header(new RawEntry(ArchiveDraft.EntryName(digest), bytes)));
            file.Write(bytes);
            file.Write(new byte[-bytes.Length & (RawTar.Block - 1)]);
        }
        file.Write(new byte[2 * RawTar.Block]);
    }
}
