using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Signing;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Signing.Support;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Operations.Publishing;

/// <summary>The deltas that a policy wants for a new version, made and published.</summary>
public sealed class PublishByPolicyTests(PlainRegistry registry) : IClassFixture<PlainRegistry>
{
    [SkippableFact]
    public async Task A_new_version_gets_the_deltas_of_the_policy_and_none_twice()
    {
        using var lab = new PublishLab(registry.Process.Host, registry.Options);
        var previous = await PushAsync(lab);

        var first = await PublishAsync(lab, "neighbours");
        Assert.Equal([(previous[2].Digest.ToString(), false)], Shown(first));
        var second = await PublishAsync(lab, "skip-list");
        Assert.Equal(
            [(previous[2].Digest.ToString(), true), (previous[1].Digest.ToString(), false)], Shown(second));
        Assert.All(second.Published, d => Assert.Equal(lab.Target.Digest.ToString(), d.TargetDigest));
        Assert.Empty(second.Unkept);
        Assert.Empty(Directory.GetFileSystemEntries(lab.Folder["work"]));
        // What the other policy had made has no use for this one.
        Assert.Equal([previous[1].Digest.ToString()], (await PublishAsync(lab, "neighbours")).Unkept
            .Select(d => Assert.Single(d.Baselines).ManifestDigest));
    }

    [SkippableFact]
    public async Task Versions_are_the_tags_in_numbers_and_older_deltas_are_told_that_have_no_use_any_longer()
    {
        using var lab = new PublishLab(registry.Process.Host, registry.Options);
        var previous = await PushAsync(lab);
        await lab.PushAsync(lab.Target, "latest");
        // For v3 a skip list has deltas from v2 and v1; once v4 is out, v1 goes by v3 no longer: v1, v3, v4 is it.
        var older = await PublishAsync(lab, "skip-list", "v3", []);
        Assert.Equal([previous[1].Digest.ToString(), previous[0].Digest.ToString()],
            older.Published.Select(d => d.Delta.Baselines[0].ManifestDigest));
        var newest = await PublishAsync(lab, "neighbours", "v4", []);
        Assert.Equal([(previous[2].Digest.ToString(), false)], Shown(newest));
        var unkept = Assert.Single(newest.Unkept);
        Assert.Equal((previous[2].Digest.ToString(), previous[0].Digest.ToString()),
            (unkept.TargetDigest, Assert.Single(unkept.Baselines).ManifestDigest));
        // Nothing is deleted.
        Assert.Equal(2, (await PublishAsync(lab, "skip-list", "v3", [])).Published.Count(d => d.WasPublished));
    }

    [SkippableFact]
    public async Task Who_signs_goes_by_signed_deltas_alone()
    {
        using var keys = new KeyBench();
        using var lab = new PublishLab(registry.Process.Host, registry.Options);
        await PushAsync(lab);
        await PublishAsync(lab, "neighbours");
        var signed = Assert.Single((await PublishAsync(lab, "neighbours", key: keys.Private)).Published);
        Assert.Equal((false, true), (signed.WasPublished, signed.Delta.IsSigned));
        Assert.True(Assert.Single((await PublishAsync(lab, "neighbours", key: keys.Private)).Published).WasPublished);
    }

    [Theory]
    [InlineData("recommended", 5, "v5 v4 v2")]
    [InlineData("every-pair", 3, "v3 v2 v1")]
    [InlineData("neighbours", 3, "v3")]
    public async Task Versions_are_chosen_by_their_order(string policy, int count, string chosen)
    {
        using var lab = new PublishLab("far.example");
        var choice = await new PublishByPolicy(lab).ChooseAsync(
            Request("docker://far.example/app", policy, count), EventSink.None, default);
        Assert.Equal(chosen, string.Join(' ', choice.Chosen));
        Assert.Equal(count, choice.Previous.Length);
    }

    [Fact]
    public async Task What_can_not_be_meant_is_refused()
    {
        var request = Request("docker://far.example/app", "skip-list", 2);
        await AssertRefusedAsync(request with { Policy = "all" });
        await AssertRefusedAsync(request with { Previous = ["v1", "v1"] });
        await AssertRefusedAsync(request with { Previous = ["v3"] });
        await AssertRefusedAsync(request with { Previous = ["other/app:v1"] });
        await AssertRefusedAsync(request with { Image = ImageReference.Parse("oci:/layout:v3") });
        await AssertRefusedAsync(request with { Image = ImageReference.Parse("docker://far.example/app") });
    }

    private static async Task AssertRefusedAsync(PublishByPolicyRequest request)
    {
        using var lab = new PublishLab("far.example");
        Assert.Equal(DiffahErrors.InvalidArgument, (await Assert.ThrowsAsync<DiffahException>(
            () => new PublishByPolicy(lab).ChooseAsync(request, EventSink.None, default))).Error);
    }

    private static async Task<MemoryImage[]> PushAsync(PublishLab lab)
    {
        var (older, old) = Pairs.Tiny();
        MemoryImage[] previous = [older, old, lab.Baseline];
        for (var i = 0; i < previous.Length; i++)
            await lab.PushAsync(previous[i], $"v{i + 1}");
        await lab.PushAsync(lab.Target, "v4");
        return previous;
    }

    private static IEnumerable<(string From, bool WasPublished)> Shown(PolicyPublication publication) =>
        publication.Published.Select(d => (Assert.Single(d.Delta.Baselines).ManifestDigest, d.WasPublished));

    private static Task<PolicyPublication> PublishAsync(
        PublishLab lab, string policy, string tag = "v4", string[]? previous = null, string? key = null) =>
        new PublishByPolicy(lab).RunAsync(Request(lab.Repository, policy, 3) with
        {
            Image = ImageReference.Parse($"{lab.Repository}:{tag}"),
            Previous = [.. previous ?? ["v1", "v2", "v3"]],
            Encoding = DeltaLab.Quick,
            SigningKey = key is null ? null : new SigningKeySource(key),
            WorkDirectory = lab.Folder["work"],
        }, EventSink.None, default);

    private static PublishByPolicyRequest Request(string repository, string policy, int count) => new()
    {
        Image = ImageReference.Parse($"{repository}:v{count + 1}"),
        Previous = [.. Enumerable.Range(1, count).Select(i => $"v{i}")],
        Policy = policy,
    };
}
