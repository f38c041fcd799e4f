using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations.Indexes;

/// <summary>Archives whose sidecars say what is not so of an index or a referrer are refused, and nothing is left.
/// </summary>
public sealed class HostileIndexTests : IDisposable
{
    private readonly IndexBench _bench = new();
    private readonly SampleIndex _next = SampleIndex.Flat(2);

    public void Dispose() => _bench.Dispose();

    public static TheoryData<string> Lies =>
    [
        "no-image", "unknown-image", "twice", "two-names", "wrong-size", "another-digest", "a-manifest", "platform",
        "name", "subject-absent", "subject-another", "itself", "referrer-twice", "referrer-size", "referrer-not-there",
    ];

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_lie_is_refused(string lie)
    {
        var (baseline, target) = (await _bench.WriteAsync(SampleIndex.Flat(1), TransportNames.OciLayout, "old"),
            await _bench.WriteAsync(_next, TransportNames.OciLayout, "new"));
        await AddReferrerAsync();
        await _bench.DiffAsync(baseline, target, r => r with { IncludeReferrers = true });
        await ChangeAsync(sidecar => Lie(sidecar, lie));

        var error = await Assert.ThrowsAsync<DiffahException>(
            () => _bench.RestoreAsync(baseline, _bench.Reference(TransportNames.OciLayout, "out")));
        Assert.True(error.Error == DiffahErrors.ArchiveInvalid || error.Error == DiffahErrors.InvalidManifest,
            $"{error.Error.Code}: {error.Message}");
        Assert.DoesNotContain("out", _bench.Bench.Entries);
        var found = await new VerifyArchive(TransportCatalog.Default).RunAsync(
            new VerifyArchiveRequest { ArchivePath = _bench.Archive }, EventSink.None, default);
        Assert.False(found.IsValid);
    }

    [Fact]
    public async Task A_sound_archive_passes_every_check()
    {
        var (baseline, target) = (await _bench.WriteAsync(SampleIndex.Flat(1), TransportNames.OciLayout, "old"),
            await _bench.WriteAsync(_next, TransportNames.OciLayout, "new"));
        await AddReferrerAsync();
        var archive = await _bench.DiffAsync(baseline, target, r => r with { IncludeReferrers = true });
        Assert.Equal([_next.Root.Digest.ToString()], archive.Indexes.Select(i => i.ManifestDigest));
        Assert.Equal(["linux/amd64", "linux/arm64"], archive.Indexes[0].Platforms.ToArray());
        Assert.Equal([_next.Root.Digest.ToString()], archive.Referrers.Select(r => r.SubjectDigest));
        Assert.Equal(["linux/amd64", "linux/arm64"], archive.Images.Select(i => i.Platform));
        var found = await new VerifyArchive(TransportCatalog.Default).RunAsync(
            new VerifyArchiveRequest { ArchivePath = _bench.Archive, Baseline = baseline }, EventSink.None, default);
        Assert.True(found.IsValid);
        Assert.Contains(found.Findings, f => f is { Check: "index", Status: FindingStatus.Ok });
        Assert.Contains(found.Findings, f => f is { Check: "referrer", Status: FindingStatus.Ok });
        Assert.Equal(2, found.Findings.Count(f => f is { Check: "baseline", Status: FindingStatus.Ok }));
        // What is changed without a lie is restored: the tool that changes archives here leaves them sound.
        await ChangeAsync(_ => { });
        await _bench.RestoreAsync(baseline, _bench.Reference(TransportNames.OciLayout, "out"));
        await _bench.RequireSameAsync(_bench.Reference(TransportNames.OciLayout, "out"), _next);
    }

    private void Lie(JsonObject sidecar, string lie)
    {
        var index = sidecar["indexes"]![0]!.AsObject();
        var images = index["images"]!.AsArray();
        var referrer = sidecar["referrers"]![0]!.AsObject();
        var manifest = _next.Images[0].Manifest;
        switch (lie)
        {
            case "no-image": images.Clear(); break;
            case "unknown-image": images[0]!["name"] = "windows-amd64"; break;
            case "twice": images.Add(images[0]!.DeepClone()); break;
            case "two-names": sidecar["indexes"]!.AsArray().Add(index.DeepClone()); break;
            case "wrong-size": index["manifest_size"] = 7; break;
            case "another-digest": index["manifest_digest"] = $"sha256:{new string('a', 64)}"; break;
            // An image in place of the index: what it is said to be, and what its bytes are.
            case "a-manifest":
                index["manifest_digest"] = manifest.Digest.ToString();
                index["manifest_size"] = manifest.Bytes.Length;
                break;
            case "platform": images[0]!["platform"] = "linux"; break;
            case "name": index["name"] = "../up"; break;
            case "subject-absent": referrer["subject"] = $"sha256:{new string('b', 64)}"; break;
            case "subject-another": referrer["subject"] = manifest.Digest.ToString(); break;
            case "itself": referrer["subject"] = referrer["manifest_digest"]!.GetValue<string>(); break;
            case "referrer-twice": sidecar["referrers"]!.AsArray().Add(referrer.DeepClone()); break;
            case "referrer-size": referrer["manifest_size"] = 1; break;
            case "referrer-not-there": referrer["manifest_digest"] = $"sha256:{new string('c', 64)}"; break;
            default: throw new ArgumentOutOfRangeException(nameof(lie));
        }
    }

    private async Task AddReferrerAsync()
    {
        var referrer = HandMadeReferrer.Of(_next.Root, "application/vnd.example.signature", """{"sig":1}""");
        await referrer.AddToAsync(_bench.Bench["new"]);
    }

    /// <summary>Writes the archive anew with another sidecar: its first entry, and all others as they are.</summary>
    private async Task ChangeAsync(Action<JsonObject> change)
    {
        var bytes = await File.ReadAllBytesAsync(_bench.Archive);
        using var written = new MemoryStream();
        await using (var writer = new TarWriter(written, TarEntryFormat.Ustar, leaveOpen: true))
        {
            using var reader = new TarReader(new MemoryStream(bytes));
            while (await reader.GetNextEntryAsync(copyData: true) is { } entry)
            {
                if (entry.Name == "diffah.json")
                {
                    var sidecar = JsonNode.Parse(entry.DataStream!)!.AsObject();
                    change(sidecar);
                    entry = new UstarTarEntry(TarEntryType.RegularFile, entry.Name)
                    {
                        DataStream = new MemoryStream(Encoding.UTF8.GetBytes(sidecar.ToJsonString())),
                        Mode = entry.Mode,
                    };
                }
                await writer.WriteEntryAsync(entry);
            }
        }
        await File.WriteAllBytesAsync(_bench.Archive, written.ToArray());
    }
}
