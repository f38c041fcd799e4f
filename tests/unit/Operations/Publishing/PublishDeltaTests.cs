using System.Text.Json.Nodes;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Signing.Support;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Operations.Publishing;

/// <summary>Deltas that are published in a registry beside their images, and found there.</summary>
public sealed class PublishDeltaTests(PlainRegistry registry) : IClassFixture<PlainRegistry>
{
    private RegistryProcess Process => registry.Process;

    [SkippableTheory]
    [InlineData(2, "application/vnd.diffah.delta.v2")]
    [InlineData(1, "application/vnd.diffah.delta.v1")]
    public async Task In_a_real_registry_they_are_artifacts_that_refer_to_their_image(int version, string type)
    {
        using var lab = new PublishLab(Process.Host, registry.Options);
        await lab.PushAsync();
        await lab.CreateAsync(version == 1 ? DeltaLab.QuickV1 : null);
        var published = await lab.PublishAsync(":v2");

        var manifest = JsonNode.Parse(await ExternalTool.RunAsync(
            "skopeo", "inspect", "--raw", "--tls-verify=false", published.Reference))!;
        Assert.Equal(type, (string?)manifest["artifactType"]);
        Assert.Equal(lab.Target.Digest.ToString(), (string?)manifest["subject"]!["digest"]);
        Assert.Equal(lab.Target.ManifestBytes.Length, (int)manifest["subject"]!["size"]!);
        Assert.Equal("application/vnd.oci.empty.v1+json", (string?)manifest["config"]!["mediaType"]);
        Assert.Equal(SampleReferrer.EmptyConfig.Digest.ToString(), (string?)manifest["config"]!["digest"]);
        var annotations = manifest["annotations"]!;
        Assert.Equal("2024-01-02T03:04:05Z", (string?)annotations["org.opencontainers.image.created"]);
        Assert.Equal(lab.Target.Digest.ToString(), (string?)annotations["io.github.containers.delta.target"]);
        Assert.Equal(lab.Baseline.Digest.ToString(), (string?)annotations["io.github.containers.delta.source"]);
        Assert.Equal(lab.Baseline.Manifest.Config.Digest.ToString(),
            (string?)annotations["io.github.containers.delta.source-config"]);
        var kept = lab.Target.Manifest.Layers[0].Digest.ToString();
        Assert.Contains(kept, List(annotations["io.github.containers.delta.reused"]));
        Assert.Equal(List(annotations["io.github.containers.delta.reused"]).Length,
            List(annotations["io.github.containers.delta.reused-diff-id"]).Length);

        // The entries are those of the archive's tar, which is read here by other code.
        var archive = ArchiveDraft.Read(await File.ReadAllBytesAsync(lab.Archive));
        var layers = manifest["layers"]!.AsArray();
        Assert.Equal("diffah.json", (string?)layers[0]!["annotations"]!["org.opencontainers.image.title"]);
        Assert.Equal(archive.Entries.Select(e => (e.Name, Digest.Compute(e.Content).ToString())),
            layers.Skip(1).Select(l => (
                (string)l!["annotations"]!["org.opencontainers.image.title"]!, (string)l["digest"]!)));

        // Where there is no referrers API, the tag lists it.
        var list = JsonNode.Parse(await ExternalTool.RunAsync("skopeo", "inspect", "--raw", "--tls-verify=false",
            $"{lab.Repository}:sha256-{lab.Target.Digest.Hex}"))!;
        var entry = Assert.Single(list["manifests"]!.AsArray())!;
        Assert.Equal((published.Digest, type), ((string?)entry["digest"], (string?)entry["artifactType"]));
        Assert.True(JsonNode.DeepEquals(annotations, entry["annotations"]));
    }

    [SkippableFact]
    public async Task What_is_there_is_not_sent_again()
    {
        using var lab = new PublishLab(Process.Host, registry.Options);
        await lab.PushAsync();
        await lab.CreateAsync();
        var first = await lab.PublishAsync();
        Assert.False(first.WasPublished);
        Assert.InRange(first.SentBytes, 1, first.Bytes + RawManifest.MaximumSize);
        Process.ClearLog();
        var again = await lab.PublishAsync();
        Assert.True(again.WasPublished);
        Assert.Equal((0, first.Digest), (again.SentBytes, again.Digest));
        Assert.DoesNotContain(await Process.LogAsync(), l => l.Method is "POST" or "PUT" or "PATCH");
    }

    [SkippableFact]
    public async Task A_second_delta_shares_blobs_with_the_first_and_with_the_image()
    {
        using var lab = new PublishLab(Process.Host, registry.Options);
        await lab.PushAsync();
        await lab.CreateAsync();
        await lab.PublishAsync();
        lab.Baseline = ImageMaker.Oci(LayerBytes.Tar(("etc/other", Bytes.Text(9, 400))));
        await lab.CreateAsync();
        Process.ClearLog();
        await lab.PublishAsync();
        var log = await Process.LogAsync();
        // The layers travel whole in this one, and are the image's own; the configuration is in both deltas.
        Assert.Contains(log, l => l.Method == "PUT" && l.Path.Contains("/blobs/uploads/", StringComparison.Ordinal));
        Assert.DoesNotContain(log, l => l.Method == "PUT" && lab.Target.Manifest.Layers.Append(
            lab.Target.Manifest.Config).Any(b => l.Path.Contains(b.Digest.Hex, StringComparison.Ordinal)));
        Assert.Equal(2, (await lab.FindAsync()).Length);
    }

    [SkippableFact]
    public async Task Only_what_a_baseline_fits_is_found_for_it_the_smallest_first()
    {
        using var lab = new PublishLab(Process.Host, registry.Options);
        await lab.PushAsync();
        await lab.CreateAsync();
        var fits = await lab.PublishAsync();
        var v1 = lab.Baseline;
        lab.Baseline = ImageMaker.Oci(LayerBytes.Tar(("etc/other", Bytes.Text(9, 400))));
        await lab.CreateAsync();
        var whole = await lab.PublishAsync();

        var all = await lab.FindAsync();
        Assert.Equal(new HashSet<string> { fits.Digest, whole.Digest }, all.Select(d => d.Digest).ToHashSet());
        Assert.All(all, d => Assert.Null(d.FittingBaseline));
        var found = await lab.FindAsync(null, lab.Put(v1));
        Assert.Equal(fits.Digest, found[0].Digest);
        Assert.Equal(lab.Put(v1).ToString(), found[0].FittingBaseline);
        Assert.Equal(v1.Digest.ToString(), found[0].Baselines.Single().ManifestDigest);
        Assert.Equal(v1.Manifest.Config.Digest.ToString(), found[0].Baselines.Single().ConfigDigest);
        // One that has nothing of the target in it: version 2 takes any image that has the contents.
        var other = ImageMaker.Oci(LayerBytes.Tar(("etc/none", Bytes.Text(10, 100))));
        Assert.DoesNotContain(await lab.FindAsync(null, lab.Put(other)), d => d.Digest == fits.Digest);
    }

    [SkippableFact]
    public async Task A_signature_travels_with_it_and_is_verified_first()
    {
        using var keys = new KeyBench();
        using var lab = new PublishLab(Process.Host, registry.Options);
        await lab.PushAsync();
        await lab.CreateAsync(key: keys.Private);
        var published = await lab.PublishAsync(key: keys.Public);
        Assert.True(published.Delta.IsSigned);
        var fingerprint = Digest.Compute(keys.Key.ExportSubjectPublicKeyInfo()).ToString();
        Assert.Equal(fingerprint, published.Delta.SignedBy);
        Assert.Equal(fingerprint, Assert.Single(await lab.FindAsync(keys.Public)).SignedBy);
        var unverified = Assert.Single(await lab.FindAsync());
        Assert.Equal((true, null), (unverified.IsSigned, unverified.SignedBy));
        Assert.Empty(await lab.FindAsync(keys.OtherPublic));
        Assert.Contains(lab.Log.Messages(EventLevel.Warning), m => m.Contains("signature", StringComparison.Ordinal));
        Assert.Equal(DiffahErrors.SignatureInvalid, (await Assert.ThrowsAsync<DiffahException>(
            () => lab.PublishAsync(key: keys.OtherPublic))).Error);
    }

    [SkippableFact]
    public async Task The_image_must_be_there_and_be_the_one_that_is_named()
    {
        using var lab = new PublishLab(Process.Host, registry.Options);
        await lab.PushAsync(lab.Baseline, "v1");
        await lab.CreateAsync();
        Assert.Equal(DiffahErrors.ImageNotFound,
            (await Assert.ThrowsAsync<DiffahException>(() => lab.PublishAsync())).Error);
        await lab.PushAsync(lab.Target, "v2");
        Assert.Equal(DiffahErrors.ImageNotFound,
            (await Assert.ThrowsAsync<DiffahException>(() => lab.PublishAsync(":v1"))).Error);
        Assert.Equal(DiffahErrors.RegistryNotFound,
            (await Assert.ThrowsAsync<DiffahException>(() => lab.PublishAsync(":v3"))).Error);
        await lab.PublishAsync($"@{lab.Target.Digest}");
    }

    [SkippableFact]
    public async Task A_bundle_is_refused()
    {
        using var lab = new PublishLab(Process.Host, registry.Options);
        await new CreateBundle(lab).RunAsync(new CreateBundleRequest
        {
            Pairs = [.. "ab".Select(n => new DeltaPair($"{n}", lab.Put(lab.Baseline), lab.Put(lab.Target)))],
            OutputPath = lab.Archive,
            Encoding = DeltaLab.Quick,
        }, EventSink.None, default);
        var error = await Assert.ThrowsAsync<DiffahException>(() => lab.PublishAsync());
        Assert.Equal(DiffahErrors.InvalidArgument, error.Error);
        Assert.Contains("2 images", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_that_is_no_registry_is_refused()
    {
        using var lab = new PublishLab("localhost");
        var request = new PublishDeltaRequest
        {
            ArchivePath = lab.Archive,
            Image = ImageReference.Parse("oci:/layout"),
        };
        Assert.Equal(DiffahErrors.InvalidArgument, (await Assert.ThrowsAsync<DiffahException>(
            () => new PublishDelta(lab).RunAsync(request, EventSink.None, default))).Error);
    }

    [Fact]
    public async Task In_a_registry_with_the_referrers_API_no_tag_is_written()
    {
        await using var server = new FakeRegistry { HasReferrers = true };
        using var lab = new PublishLab(server.Server.Host, repository: "team/app");
        await lab.PushAsync();
        await lab.CreateAsync();
        var published = await lab.PublishAsync(":v2");
        Assert.Equal(published.Digest, Assert.Single(await lab.FindAsync(null, lab.Put(lab.Baseline))).Digest);
        Assert.DoesNotContain(server.Manifests.Keys, k => k.StartsWith("sha256-", StringComparison.Ordinal));
        Assert.Contains(server.Requests, r => r.Path.EndsWith($"/referrers/{lab.Target.Digest}",
            StringComparison.Ordinal));
    }

    private static string[] List(JsonNode? annotation) =>
        [.. JsonNode.Parse((string)annotation!)!.AsArray().Select(d => (string)d!)];
}
