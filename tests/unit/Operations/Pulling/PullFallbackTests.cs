using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Operations.Pulling;

/// <summary>What becomes of a restore by name where a registry forgets a delta, or nobody signed it.</summary>
public sealed class PullFallbackTests(PlainRegistry registry) : IClassFixture<PlainRegistry>
{
    [SkippableTheory]
    [InlineData("contents/", "did not work")]
    [InlineData("diffah.json", "passed over")]
    public async Task Where_the_registry_forgets_an_entry_the_image_comes_plainly(string entry, string told)
    {
        using var lab = await new PullLab(registry.Process.Host).PushAsync(1, 2);
        var delta = await lab.PublishAsync(1, 2);
        await ForgetAsync(lab, delta, entry);
        var image = await lab.RestoreAsync(lab.Request(2));
        await lab.AssertGotAsync(2);
        Assert.Equal(PullKind.Plain, image.Pull!.Kind);
        Assert.Contains(lab.Log.Messages(EventLevel.Warning), w => w.Contains(told, StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(lab.Folder["work"]));
    }

    [SkippableFact]
    public async Task Where_a_delta_is_forgotten_the_next_cheapest_way_is_taken()
    {
        using var lab = await new PullLab(registry.Process.Host).PushAsync(1, 2, 3);
        await lab.PublishAsync(1, 2);
        await lab.PublishAsync(2, 3);
        var direct = await lab.PublishAsync(1, 3);
        Assert.Equal(PullKind.Delta, (await lab.PlanAsync(lab.Request(3))).Ways[0].Kind);
        await ForgetAsync(lab, direct, "contents/");
        var image = await lab.CopyAsync(lab.Request(3));
        await lab.AssertGotAsync(3);
        // What is the same in two deltas is one blob of the repository: forgotten for one, it may be for another.
        Assert.Contains(image.Pull!.Kind, new[] { PullKind.Chain, PullKind.Plain });
        Assert.DoesNotContain(direct, string.Join(' ', image.Pull.Deltas), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Nothing_is_left_at_the_destination_where_no_way_leads_to_the_image()
    {
        using var lab = await new PullLab(registry.Process.Host).PushAsync(1, 2);
        var delta = await lab.PublishAsync(1, 2);
        var before = lab.Blobs;
        await ForgetAsync(lab, delta, "contents/");
        await DeleteAsync(lab, lab[2].BlobDescriptors.First(b => b.Size > 250_000).Digest.ToString());
        var error = await Assert.ThrowsAsync<DiffahException>(() => lab.RestoreAsync(lab.Request(2)));
        Assert.Equal(DiffahErrors.BlobMissing, error.Error);
        Assert.Equal(before.Order(), lab.Blobs.Order());
        Assert.Empty(Directory.EnumerateFileSystemEntries(lab.Folder["work"]));
    }

    [SkippableFact]
    public async Task With_a_key_an_image_that_nothing_vouches_for_is_refused()
    {
        using var lab = await new PullLab(registry.Process.Host).PushAsync(1, 2);
        var key = (await CreateKeyPair.RunAsync(
            new() { PrivateKeyPath = lab.Folder["release.key"] }, EventSink.None, default)).PublicKeyPath;
        var request = lab.Request(2) with { VerificationKeyPath = key };
        await lab.PublishAsync(1, 2);
        var error = await Assert.ThrowsAsync<DiffahException>(() => lab.RestoreAsync(request));
        Assert.Equal(DiffahErrors.SignatureMissing, error.Error);
        // By its digest it is what the user names.
        var named = request with { Image = request.Image.AtDigest(lab[2].Manifest.Digest)! };
        Assert.Equal(PullKind.Plain, (await lab.RestoreAsync(named)).Pull!.Kind);

        await lab.PublishAsync(1, 2, lab.Folder["release.key"]);
        var image = await lab.RestoreAsync(request with { Destination = lab.Near("signed") });
        Assert.NotEqual("", image.ManifestDigest);
    }

    private static async Task ForgetAsync(PullLab lab, string delta, string entry)
    {
        var manifest = await lab.ManifestAsync(delta);
        var layer = manifest["layers"]!.AsArray().First(
            l => l!["annotations"]!["org.opencontainers.image.title"]!.GetValue<string>()
                .StartsWith(entry, StringComparison.Ordinal))!;
        await DeleteAsync(lab, layer["digest"]!.GetValue<string>());
    }

    private static async Task DeleteAsync(PullLab lab, string blob)
    {
        using var client = new HttpClient();
        using var answer = await client.DeleteAsync($"http://{lab.Host}/v2/{lab.Repository}/blobs/{blob}");
        Assert.Equal(System.Net.HttpStatusCode.Accepted, answer.StatusCode);
    }
}
