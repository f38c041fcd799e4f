using Diffah.Engine.Diagnostics;
using Diffah.Tests.Cli;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Conformance;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Containerd;

/// <summary>Copying to and from a real containerd, with ctr and skopeo as second opinions.</summary>
public sealed class ContainerdCopyTests(SharedContainerd containerd, PlainRegistry registry)
    : IClassFixture<SharedContainerd>, IClassFixture<PlainRegistry>, IDisposable
{
    private const string FullName = "docker.io/library/app:v1";

    private readonly SampleIndex _index = SampleIndex.Oci(1);
    private readonly List<ContainerdBench> _benches = [];

    public void Dispose() => _benches.ForEach(b => b.Dispose());

    [SkippableFact]
    public async Task Ctr_exports_an_index_that_was_written_and_finds_it_whole()
    {
        var bench = Open();
        var archive = await bench.WriteIndexAsync(_index);
        Assert.Equal(_index.Root.Digest.ToString(), (await bench.CopyAsync(archive, "containerd:app:v1")).Digest);
        Assert.Contains($"{FullName} {_index.Root.MediaType} {_index.Root.Digest}",
            Words(await bench.CtrAsync("images", "ls")), StringComparison.Ordinal);
        Assert.Contains("complete", await bench.CtrAsync("images", "check"), StringComparison.Ordinal);
        await bench.CtrAsync("images", "export", "--all-platforms", bench["exported.tar"], FullName);
        await bench.CopyAsync(archive, $"dir:{bench["in"]}");
        await bench.CopyAsync($"oci-archive:{bench["exported.tar"]}", $"dir:{bench["out"]}");
        Assert.Equal(bench.Files("in"), bench.Files("out"));
    }

    [SkippableFact]
    public async Task An_index_that_ctr_imported_is_read_whole()
    {
        var bench = Open();
        var archive = await bench.WriteIndexAsync(_index);
        await bench.CopyAsync(archive, $"oci-archive:{bench["named.tar"]}:v1");
        await bench.CtrAsync("images", "import", "--no-unpack", "--all-platforms", "--base-name",
            "docker.io/library/app", bench["named.tar"]);
        await bench.CopyAsync(archive, $"dir:{bench["in"]}");
        Assert.Equal(_index.Root.Digest.ToString(),
            (await bench.CopyAsync("containerd:app:v1", $"dir:{bench["out"]}")).Digest);
        Assert.Equal(bench.Files("in"), bench.Files("out"));
    }

    [SkippableFact]
    public async Task A_registry_and_containerd_have_the_same_digests()
    {
        var (bench, other) = (Open(), Open());
        var remote = $"docker://{registry.Process.Host}/containerd/{bench.Namespace}:v1";
        await bench.CopyAsync(await bench.WriteIndexAsync(_index), "containerd:app:v1");
        await bench.CopyAsync("containerd:app:v1", remote);
        Assert.Equal(_index.Root.Bytes.ToArray(), System.Text.Encoding.UTF8.GetBytes(
            await ExternalTool.RunAsync("skopeo", "inspect", "--tls-verify=false", "--raw", remote)));
        await other.CopyAsync(remote, "containerd:app:v1");
        Assert.Equal(await bench.ContentAsync(), await other.ContentAsync());
    }

    [SkippableFact]
    public async Task What_an_image_needs_is_not_collected_and_what_it_replaced_is()
    {
        var bench = Open();
        await bench.CopyAsync(await bench.WriteIndexAsync(_index), "containerd:app:v1");
        var all = await bench.ContentAsync();
        var expected = _index.Blobs.Keys.Concat(_index.Children.Select(c => c.Digest)).Append(_index.Root.Digest);
        Assert.Equal(expected.Select(d => d.ToString()).Distinct().Order(StringComparer.Ordinal), all);
        await bench.CollectAsync();
        Assert.Equal(all, await bench.ContentAsync());
        var image = SampleImage.Oci(7);
        await bench.WriteFolderAsync("next", image);
        await bench.CopyAsync($"dir:{bench["next"]}", "containerd:app:v1");
        await bench.CollectAsync();
        Assert.Equal(
            image.Blobs.Keys.Append(image.Manifest.Digest).Select(d => d.ToString()).Order(StringComparer.Ordinal),
            await bench.ContentAsync());
    }

    [SkippableFact]
    public async Task What_is_there_in_part_is_completed()
    {
        var bench = Open();
        var archive = await bench.WriteIndexAsync(_index);
        await bench.CopyAsync(archive, "containerd:app:v1");
        // As an image that was pulled for one platform: what the others have is not there, and nobody asks for it.
        var missing = _index.Images[1].Layers[1];
        await bench.CtrAsync("content", "rm", missing.Digest.ToString());
        Assert.Equal(_index.Images[0].Manifest.Digest.ToString(), (await bench.GetAsync("containerd:app:v1")).Digest);
        await bench.CopyAsync("containerd:app:v1", $"dir:{bench["one"]}", all: false);
        await TransportConformance.AssertFailsAsync(
            DiffahErrors.BlobMissing, () => bench.CopyAsync("containerd:app:v1", $"dir:{bench["all"]}"));
        Assert.Equal(missing.Size + _index.ManifestBytes, (await bench.CopyAsync(archive, "containerd:app:v1"))
            .CopiedBytes);
        await bench.CopyAsync("containerd:app:v1", $"dir:{bench["all"]}");
    }

    [SkippableFact]
    public async Task Labels_that_are_missing_are_put_on_manifests_that_are_there()
    {
        var bench = Open();
        var archive = await bench.WriteIndexAsync(_index);
        await bench.CopyAsync(archive, "containerd:app:v1");
        var all = await bench.ContentAsync();
        var label = "containerd.io/gc.ref.content.m.0=";
        await bench.CtrAsync("content", "label", _index.Root.Digest.ToString(), label);
        await bench.CopyAsync(archive, "containerd:app:v1");
        await bench.CollectAsync();
        Assert.Equal(all, await bench.ContentAsync());
    }

    [SkippableFact]
    public async Task Another_namespace_gets_an_image_that_containerd_has_already()
    {
        var (one, two) = (Open(), Open());
        await one.CopyAsync(await one.WriteIndexAsync(_index), "containerd:app:v1");
        await two.CopyAsync(await two.WriteIndexAsync(_index), "containerd:app:v1");
        await two.CollectAsync();
        Assert.Equal(await one.ContentAsync(), await two.ContentAsync());
        await one.CtrAsync("images", "rm", "--sync", FullName);
        await two.CopyAsync("containerd:app:v1", $"dir:{two["all"]}");
    }

    [SkippableFact]
    public async Task Many_write_the_same_image_at_the_same_time()
    {
        var bench = Open();
        var archive = await bench.WriteIndexAsync(_index);
        await Task.WhenAll(
            Enumerable.Range(0, 6).Select(i => Task.Run(() => bench.CopyAsync(archive, $"containerd:app:v{i % 3}"))));
        await bench.CollectAsync();
        foreach (var tag in Enumerable.Range(0, 3))
            Assert.Equal(_index.Root.Digest.ToString(),
                (await bench.CopyAsync($"containerd:app:v{tag}", $"dir:{bench[$"out{tag}"]}")).Digest);
    }

    [SkippableFact]
    public async Task A_delta_leads_from_one_image_of_containerd_to_another()
    {
        var (maker, receiver) = (Open(), Open());
        var (old, next) = (SampleImage.DockerGzip(1), SampleImage.Oci(2));
        await maker.WriteFolderAsync("v1", old);
        await maker.WriteFolderAsync("v2", next);
        await maker.CopyAsync($"dir:{maker["v1"]}", "containerd:app:v1");
        await maker.CopyAsync($"dir:{maker["v2"]}", "containerd:app:v2");
        await receiver.CopyAsync($"dir:{maker["v1"]}", "containerd:app:v1");
        var made = await RunAsync(maker, "diff", "containerd:app:v1", "containerd:app:v2", maker["app.delta"]);
        Assert.True(made.ExitCode == 0, made.Error);
        var applied = await RunAsync(
            receiver, "apply", maker["app.delta"], "containerd:app:v1", "containerd:app:v2", "-o", "json");
        Assert.True(applied.ExitCode == 0, applied.Error);
        Assert.Equal(next.Manifest.Digest.ToString(),
            applied.Data.GetProperty("images")[0].GetProperty("manifest_digest").GetString());
        Assert.Equal(await maker.ContentAsync(), await receiver.ContentAsync());
        Assert.DoesNotContain("incomplete", await receiver.CtrAsync("images", "check"), StringComparison.Ordinal);
    }

    private static Task<CliRun> RunAsync(ContainerdBench bench, params string[] args) =>
        CliRun.OnAsync(host => host with
        {
            CurrentDirectory = bench["."],
            OpenTransports = Engine.Transports.TransportCatalog.Create,
            Runner = new Diffah.Cli.Hosting.OperationRunner(),
            Registry = bench.Environment,
        }, args);

    private static string Words(string table) =>
        string.Join(' ', table.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private ContainerdBench Open()
    {
        var bench = new ContainerdBench(containerd.Process);
        _benches.Add(bench);
        return bench;
    }
}
