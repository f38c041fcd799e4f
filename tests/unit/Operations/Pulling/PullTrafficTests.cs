using Diffah.Engine.Operations;
using Diffah.Tests.Transports.Registry.Support;
using Xunit.Abstractions;

namespace Diffah.Tests.Operations.Pulling;

/// <summary>
/// What crosses the wire where an image is restored by its name, by the access log of a registry without the referrers
/// API.
/// </summary>
public sealed class PullTrafficTests(PlainRegistry registry, ITestOutputHelper output) : IClassFixture<PlainRegistry>
{
    [SkippableFact]
    public async Task With_one_delta_its_entries_cross_the_wire_and_no_layer_besides()
    {
        using var lab = await new PullLab(registry.Process.Host).PushAsync(1, 2);
        var delta = await lab.PublishAsync(1, 2);
        var plan = await lab.PlanAsync(lab.Request(2));
        Assert.Equal([PullKind.Delta, PullKind.Plain], plan.Ways.Select(w => w.Kind));
        Assert.True(plan.Ways[0].IsChosen);
        Assert.False(plan.Ways[1].IsChosen);
        Assert.EndsWith(delta, plan.Ways[0].Steps.Single().Delta, StringComparison.Ordinal);
        // What changed and what is new of the image, as it is stored.
        Assert.Equal(lab[2].BlobDescriptors.Skip(1).TakeLast(2).Sum(b => b.Size), plan.Ways[1].Bytes);
        Assert.DoesNotContain("got2", File.ReadAllText(lab.Folder["near/index.json"]), StringComparison.Ordinal);

        registry.Process.ClearLog();
        var image = await lab.RestoreAsync(lab.Request(2));
        await AssertFetchedAsync(lab, "one delta", plan, image);
        await lab.AssertGotAsync(2);
        Assert.Equal((PullKind.Delta, delta), (image.Pull!.Kind, image.Pull.Deltas.Single()[^71..]));
        Assert.Equal((1, 2, 0), (image.BaselineLayerCount, image.PatchedLayerCount, image.FullLayerCount));
        Assert.Equal(lab[2].Manifest.Digest.ToString(), image.ManifestDigest);
    }

    [SkippableFact]
    public async Task With_a_chain_of_two_the_image_between_them_does_not_cross_the_wire()
    {
        using var lab = await new PullLab(registry.Process.Host).PushAsync(1, 2, 3);
        var first = await lab.PublishAsync(1, 2);
        var second = await lab.PublishAsync(2, 3);
        var plan = await lab.PlanAsync(lab.Request(3));
        Assert.Equal([PullKind.Chain, PullKind.Plain], plan.Ways.Select(w => w.Kind));

        registry.Process.ClearLog();
        var image = await lab.RestoreAsync(lab.Request(3));
        var log = await AssertFetchedAsync(lab, "chain of two", plan, image);
        await lab.AssertGotAsync(3);
        Assert.Equal([first, second], image.Pull!.Deltas.Select(d => d[^71..]));
        // The layer that is new in the version between is needed by nobody, and nothing of that version is written.
        var between = lab[2].BlobDescriptors.Select(b => b.Digest).Except(lab[3].BlobDescriptors.Select(b => b.Digest));
        var fresh = lab[2].BlobDescriptors.Last(b => b.Size is > 10_000 and < 30_000).Digest;
        Assert.DoesNotContain(log, l => l.Path.EndsWith($"/blobs/{fresh}", StringComparison.Ordinal));
        Assert.Empty(lab.Blobs.Intersect(between.Select(b => b.Hex)));
    }

    [SkippableFact]
    public async Task With_no_delta_the_layers_that_are_not_there_cross_the_wire()
    {
        using var lab = await new PullLab(registry.Process.Host).PushAsync(1, 2);
        var plan = await lab.PlanAsync(lab.Request(2));
        Assert.Equal(PullKind.Plain, plan.Ways.Single().Kind);
        Assert.Contains("no delta is published", plan.Why, StringComparison.Ordinal);
        registry.Process.ClearLog();
        var image = await lab.RestoreAsync(lab.Request(2));
        await AssertFetchedAsync(lab, "none", plan, image);
        await lab.AssertGotAsync(2);
        Assert.Equal((1, 0, 2), (image.BaselineLayerCount, image.PatchedLayerCount, image.FullLayerCount));
    }

    [SkippableFact]
    public async Task A_delta_that_takes_more_than_the_image_is_left_alone()
    {
        using var lab = await new PullLab(registry.Process.Host).PushAsync(1, 2);
        await lab.PublishAsync(1, 2);
        // All but the small layer is at the destination already.
        await lab.RestoreAsync(lab.Request(2));
        registry.Process.ClearLog();
        var image = await lab.RestoreAsync(lab.Request(2) with { Destination = lab.Near("again") });
        Assert.Equal(PullKind.Plain, image.Pull!.Kind);
        var log = await registry.Process.LogAsync();
        Assert.DoesNotContain(log, l => l is { Status: 200, Bytes: > 10_000 });
    }

    [SkippableFact]
    public async Task A_copy_with_a_baseline_is_the_same()
    {
        using var lab = await new PullLab(registry.Process.Host).PushAsync(1, 2);
        await lab.PublishAsync(1, 2);
        var image = await lab.CopyAsync(lab.Request(2));
        await lab.AssertGotAsync(2);
        Assert.Equal(PullKind.Delta, image.Pull!.Kind);
        Assert.Equal(image.ImageBytes - image.Pull.FetchedBytes, image.SparedBytes);
        Assert.Equal<string>(["linux/amd64"], image.Platforms);
    }

    /// <summary>The wire against the plan: the same blobs, each once, and the bytes that the plan says.</summary>
    private async Task<IReadOnlyList<AccessLogLine>> AssertFetchedAsync(
        PullLab lab, string what, PullPlan plan, RestoredImage image)
    {
        var log = (await registry.Process.LogAsync())
            .Where(l => l.Path.Contains(lab.Repository, StringComparison.Ordinal)).ToArray();
        Assert.DoesNotContain(log, l => l.Method is not ("GET" or "HEAD"));
        var blobs = log.Where(l => l.Path.Contains("/blobs/", StringComparison.Ordinal)).ToArray();
        Assert.Equal(blobs.Length, blobs.DistinctBy(b => b.Path).Count());
        var chosen = plan.Ways.Single(w => w.IsChosen);
        var config = lab[int.Parse(image.Name[^1..], System.Globalization.CultureInfo.InvariantCulture)]
            .BlobDescriptors.First(b => b.MediaType.Contains("config", StringComparison.Ordinal));
        // The configuration is read to know the image, whatever the way is.
        Assert.Equal(chosen.Bytes + config.Size, blobs.Sum(b => b.Bytes));
        // The list of what refers to an image is no part of any.
        Assert.Equal(log.Where(l => l is { Method: "GET", Status: 200 }
            && !l.Path.Contains("/manifests/sha256-", StringComparison.Ordinal)).Sum(l => l.Bytes),
            image.Pull!.FetchedBytes);
        output.WriteLine($"{what}: {log.Length} requests, {log.Where(l => l.Status == 200).Sum(l => l.Bytes)} bytes; "
            + $"of these {blobs.Length} blobs with {blobs.Sum(b => b.Bytes)}; plan: {chosen.Bytes} in {chosen.Requests}; "
            + $"told: {image.Pull!.FetchedBytes}; image: {image.ImageBytes}");
        foreach (var line in log)
            output.WriteLine($"  {line.Method} {line.Path.Replace(lab.Repository, "app", StringComparison.Ordinal)} "
                + $"{line.Status} {line.Bytes}");
        return log;
    }
}
