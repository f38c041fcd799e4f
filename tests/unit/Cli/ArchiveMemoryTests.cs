using System.Globalization;
using System.Text;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli;

/// <summary>
/// What reading an archive takes of memory, measured where it counts: a process that may have no more than so much. A
/// process that needs more is ended by the runtime, with another exit code than any of ours.
/// </summary>
public sealed class ArchiveMemoryTests : IDisposable
{
    private const int ContentError = 4;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Small archives: some kilobytes each. Many images with one manifest took gigabytes before there were bounds.
    [Theory]
    [InlineData(20_000, 30_000, ContentError)]
    [InlineData(1_000, 30_000, ContentError)]
    [InlineData(4, 30_000, 0)]
    [InlineData(1_000, 120, 0)]
    public async Task Images_that_share_a_manifest(int images, int layers, int exitCode)
    {
        await File.WriteAllBytesAsync(_folder["a.tar"], LayerBytes.Zstd(Archive(images, layers, "0")));
        foreach (var verb in (string[])["inspect", "verify"])
            await RunsAsync(verb, exitCode);
    }

    [Theory]
    [InlineData("[", "[],", 5_000_000, "[]]", ContentError)]
    [InlineData("[", "[],", 20_000_000, "[]]", ContentError)]
    [InlineData("[", "[],", 490_000, "[]]", 0)]
    [InlineData("\"", "x", 15_000_000, "\"", 0)]
    public async Task A_sidecar_with_a_great_deal_in_it(string start, string one, int count, string end, int exitCode)
    {
        var extra = new StringBuilder(start).Insert(start.Length, one, count).Append(end).ToString();
        await File.WriteAllBytesAsync(_folder["a.tar"], LayerBytes.Zstd(Archive(1, 1, extra)));
        await RunsAsync("verify", exitCode);
    }

    private async Task RunsAsync(string verb, int exitCode)
    {
        // In hexadecimal: 192 MiB of managed memory.
        var run = await CliProcess.WithVariableAsync(
            "DOTNET_GCHeapHardLimit", "C000000", _folder.Path, verb, "a.tar", "--quiet");
        Assert.True(run.ExitCode == exitCode, $"{verb}: {run.ExitCode}: {run.Error}");
    }

    private static byte[] Archive(int images, int layers, string extra)
    {
        var config = "{\"os\":\"linux\",\"architecture\":\"amd64\"}"u8.ToArray();
        var manifest = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{{Descriptor(config)}},
             "layers":[{{string.Join(',', Enumerable.Range(0, layers).Select(Layer))}}]}
            """);
        Assert.True(manifest.Length < 4 * 1024 * 1024);
        var target = Digest.Compute(manifest).ToString();
        var blobs = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [Digest.Compute(config).ToString()] = config,
            [target] = manifest,
        };
        var listed = string.Join(',', Enumerable.Range(0, images).Select(i => Image(i, target, manifest.Length)));
        var sidecar = Encoding.UTF8.GetBytes($$"""
            {"version":"v1","feature":"bundle","created_at":"2024-01-02T03:04:05Z","platform":"linux/amd64",
             "blobs":{ {{string.Join(',', blobs.Select(b => Blob(b.Key, b.Value.Length)))}} },
             "images":[{{listed}}],
             "x":{{extra}} }
            """);
        return RawTar.Write(blobs.Select(b => new RawEntry(ArchiveDraft.EntryName(b.Key), b.Value))
            .Prepend(new RawEntry("diffah.json", sidecar)));
    }

    private static string Descriptor(byte[] blob) =>
        $"{{\"mediaType\":\"{MediaTypes.OciConfig}\",\"digest\":\"{Digest.Compute(blob)}\",\"size\":{blob.Length}}}";

    private static string Layer(int index) => string.Create(CultureInfo.InvariantCulture,
        $"{{\"mediaType\":\"x\",\"digest\":\"sha256:{index:x64}\",\"size\":1}}");

    private static string Blob(string digest, int size) =>
        $"\"{digest}\":{{\"size\":{size},\"media_type\":\"x\",\"encoding\":\"full\",\"archive_size\":{size}}}";

    private static string Image(int index, string target, int size) =>
        $"{{\"name\":\"i{index}\",\"baseline\":{{\"manifest_digest\":\"sha256:{index:x64}\",\"media_type\":\"x\"}},"
            + $"\"target\":{{\"manifest_digest\":\"{target}\","
            + $"\"manifest_size\":{size},\"media_type\":\"{MediaTypes.OciManifest}\"}}}}";
}
