using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Containerd;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Conformance;

namespace Diffah.Tests.Transports.Containerd;

/// <summary>How images of containerd are named, and what is said of those that are not there.</summary>
public sealed class ContainerdNamesTests(SharedContainerd containerd) : IClassFixture<SharedContainerd>
{
    private const string OfNothing = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static readonly SampleImage Sample = SampleImage.Oci(1);

    [SkippableTheory]
    [InlineData("containerd:app:v1")]
    [InlineData("containerd:docker.io/library/app:v1")]
    [InlineData("containerd:app@{0}")]
    [InlineData("containerd:app:v1@{0}")]
    [InlineData("containerd:{0}")]
    public async Task An_image_is_found_by_what_people_write(string written)
    {
        using var bench = await OpenAsync();
        var reference = string.Format(null, written, Sample.Manifest.Digest);
        Assert.Equal(Sample.Manifest.Digest.ToString(), (await bench.GetAsync(reference)).Digest);
    }

    [SkippableFact]
    public async Task A_name_that_is_not_in_full_is_found_as_it_is()
    {
        using var bench = await OpenAsync();
        await bench.CtrAsync("images", "tag", "docker.io/library/app:v1", "short:v7");
        Assert.Equal(Sample.Manifest.Digest.ToString(), (await bench.GetAsync("containerd:short:v7")).Digest);
        using var transport = new ContainerdTransport(bench.Environment.Daemons);
        Assert.Equal(["docker.io/library/app:v1", "short:v7"], await transport.ListNamesAsync(default));
    }

    [SkippableFact]
    public async Task A_name_with_a_digest_is_written_where_it_is_the_image_s()
    {
        using var bench = await OpenAsync();
        var name = $"docker.io/library/other@{Sample.Manifest.Digest}";
        await bench.CopyAsync("containerd:app:v1", $"containerd:{name}");
        Assert.Contains(name, await bench.CtrAsync("images", "ls", "-q"), StringComparison.Ordinal);
        await TransportConformance.AssertFailsAsync(DiffahErrors.ConversionRefused, () => bench.CopyAsync(
            "containerd:app:v1", $"containerd:other@{SampleImage.Oci(2).Manifest.Digest}"));
        await TransportConformance.AssertFailsAsync(DiffahErrors.InvalidReference,
            () => bench.CopyAsync("containerd:app:v1", $"containerd:{Sample.Manifest.Digest}"));
    }

    [SkippableTheory]
    [InlineData("containerd:app:v2", "Did you mean containerd:docker.io/library/app:v1?")]
    [InlineData("containerd:something/that/is/far/away", "for example containerd:docker.io/library/app:v1")]
    [InlineData($"containerd:app@{OfNothing}", "containerd:docker.io/library/app:v1")]
    [InlineData($"containerd:{OfNothing}", "containerd:docker.io/library/app:v1")]
    public async Task What_is_not_there_is_told_with_what_is(string reference, string advice)
    {
        using var bench = await OpenAsync();
        var error = await TransportConformance.AssertFailsAsync(
            DiffahErrors.ImageNotFound, () => bench.GetAsync(reference));
        Assert.Contains($"in the namespace '{bench.Namespace}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(advice, error.NextAction, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_image_of_another_namespace_is_told_from_one_that_is_nowhere()
    {
        using var bench = await OpenAsync();
        await bench.CopyAsync("containerd:app:v1", "containerd:only-here:v1");
        using var other = new ContainerdBench(containerd.Process);
        var elsewhere = await TransportConformance.AssertFailsAsync(
            DiffahErrors.ImageNotFound, () => other.GetAsync("containerd:only-here:v1"));
        Assert.Contains($"no namespace '{other.Namespace}'", elsewhere.Message, StringComparison.Ordinal);
        Assert.Contains($"CONTAINERD_NAMESPACE={bench.Namespace}", elsewhere.NextAction, StringComparison.Ordinal);
        var nowhere = await TransportConformance.AssertFailsAsync(
            DiffahErrors.ImageNotFound, () => other.GetAsync("containerd:not-anywhere:v1"));
        Assert.Contains(bench.Namespace, nowhere.NextAction, StringComparison.Ordinal);
    }

    private async Task<ContainerdBench> OpenAsync()
    {
        var bench = new ContainerdBench(containerd.Process);
        await bench.WriteFolderAsync("in", Sample);
        await bench.CopyAsync($"dir:{bench["in"]}", "containerd:app:v1");
        return bench;
    }
}
