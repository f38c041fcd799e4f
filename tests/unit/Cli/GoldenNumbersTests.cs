using System.Text.Json;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli;

/// <summary>
/// The numbers of JSON answers about archives and images that this project did not write. The right values were
/// reckoned by hand, from what <c>tar tv</c> says of the archive and from its sidecar and manifests. Each means what it
/// means to the first implementation; what we say besides is in <c>savings</c>.
/// </summary>
public sealed class GoldenNumbersTests : IDisposable
{
    // One image of a manifest (757 bytes), a configuration (2216), a layer that the baseline has and two patched ones.
    private const string Web = "deltas/web-v1-v2.docker.delta.tar";
    private const long WebFile = 1001472;
    private const long Reused = 6860800;
    private const long Large = 10152960, LargePatch = 873989;
    private const long Small = 2842624, SmallPatch = 117329;
    private const long Whole = 757 + 2216;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task The_archives_bytes_are_those_of_its_blobs()
    {
        var data = await DataAsync("inspect", Fixtures.Path(Web));
        Assert.Equal(Whole + LargePatch + SmallPatch, data.GetProperty("total_archive_bytes").GetInt64());
    }

    [SkippableFact]
    public async Task The_ratio_of_patches_is_of_the_patched_layers()
    {
        var savings = (await DataAsync("inspect", Fixtures.Path(Web))).GetProperty("patch_savings");
        Assert.Equal(12004266, savings.GetProperty("bytes").GetInt64());
        Assert.Equal(12004266 / 12995584.0, savings.GetProperty("ratio").GetDouble(), 12);
    }

    [SkippableFact]
    public async Task A_layer_that_the_baseline_has_is_saved_whole()
    {
        var image = (await DataAsync("inspect", Fixtures.Path(Web))).GetProperty("images")[0];
        Assert.Equal([Reused, Large - LargePatch, Small - SmallPatch], SavedBytes(image.GetProperty("layers")));
        Assert.Equal([Large - LargePatch, Reused, Small - SmallPatch], SavedBytes(image.GetProperty("top_savings")));
        Assert.Equal(1, image.GetProperty("top_savings")[1].GetProperty("saved_ratio").GetDouble());
    }

    [SkippableFact]
    public async Task What_is_no_patch_is_patched_from_an_empty_text()
    {
        var layers = (await DataAsync("inspect", Fixtures.Path(Web))).GetProperty("images")[0].GetProperty("layers")
            .EnumerateArray();
        string[] expected =
        [
            "",
            "sha256:3375dc7a4571ea7426a61855f785469b5add504b5000153f3489e029a6a93124",
            "sha256:f197c8d7a7a672d88aede22ceb2e58728e0a1fbfa422fadf957ff289bfea695c",
        ];
        Assert.Equal(expected, layers.Select(l => l.GetProperty("patch_from").GetString()));
    }

    [SkippableFact]
    public async Task Savings_are_of_the_whole_image_and_the_whole_file()
    {
        var data = await DataAsync("inspect", Fixtures.Path(Web));
        foreach (var savings in new[] { data.GetProperty("savings"), data.GetProperty("images")[0]
            .GetProperty("savings") })
            AssertSavings(savings, Whole + Reused + Large + Small, WebFile);
    }

    /// <summary>
    /// What the container takes is of both images, so an image's part is its blobs: manifest, configuration (283 bytes)
    /// and patches.
    /// </summary>
    [SkippableFact]
    public async Task An_image_of_a_bundle_takes_what_its_blobs_take()
    {
        var data = await DataAsync("inspect", Fixtures.Path("deltas/two-services.bundle.tar"));
        var (a, b) = (data.GetProperty("images")[0], data.GetProperty("images")[1]);
        AssertSavings(a.GetProperty("savings"), 560 + 283 + 1050220 + 2076, 560 + 283 + 35);
        AssertSavings(b.GetProperty("savings"), 588 + 283 + 1050112 + 2048, 588 + 283 + 120 + 27);
        AssertSavings(data.GetProperty("savings"), 560 + 283 + 1050220 + 2076 + 588 + 283 + 1050112 + 2048, 13312);
        Assert.Equal(560 + 283 + 588 + 120 + 27 + 283 + 35, data.GetProperty("total_archive_bytes").GetInt64());
    }

    /// <summary>
    /// Whole layers are counted to the byte: a dry run that may patch only says the most it may come to.
    /// </summary>
    [SkippableFact]
    public async Task A_dry_run_counts_layers_for_images_and_blobs_for_the_archive()
    {
        var data = await DataAsync(
            "diff", "-n", "--intra-layer", "off", Image("web-v1"), Image("web-v2"), _folder["none.tar"]);
        Assert.Equal((1, 4), (data.GetProperty("total_images").GetInt32(), data.GetProperty("total_blobs").GetInt32()));
        Assert.Equal(Whole + Large + Small, data.GetProperty("archive_bytes").GetInt64());
        var image = data.GetProperty("images")[0];
        Assert.Equal((2, Large + Small),
            (image.GetProperty("shipped_blobs").GetInt32(), image.GetProperty("archive_bytes").GetInt64()));
        AssertSavings(image.GetProperty("savings"), Whole + Reused + Large + Small, Whole + Large + Small);
        var file = data.GetProperty("savings").GetProperty("traveling_bytes").GetInt64();
        Assert.InRange(file, Whole + Large + Small + 1, Whole + Large + Small + 10_000);
    }

    [SkippableFact]
    public async Task A_dry_run_of_apply_has_the_size_of_the_file()
    {
        var data = await DataAsync(
            "apply", "-n", Fixtures.Path(Web), Image("web-v1"), $"docker-archive:{_folder["web-v2.tar"]}");
        Assert.Equal(WebFile, data.GetProperty("archive_bytes").GetInt64());
        AssertSavings(data.GetProperty("savings"), Whole + Reused + Large + Small, WebFile);
    }

    [SkippableFact]
    public async Task Whoever_restores_reads_the_numbers_of_whoever_made_the_archive()
    {
        var destination = $"docker-archive:{_folder["web-v2.tar"]}";
        var run = await CliRun.InAsync(
            _folder.Path, "apply", "--progress", "off", "-v", Fixtures.Path(Web), Image("web-v1"), destination);
        Assert.True(run.ExitCode == 0, run.Error);
        // 19859357 and 1001472 bytes in MiB and KiB; 1 - 1001472 / 19859357.
        const string Numbers = ": 18.9 MiB (19859357 bytes) from 978.0 KiB (1001472 bytes), 95.0 % spared, in ";
        Assert.Contains($"\nwrote {destination}{Numbers}", run.Output, StringComparison.Ordinal);
        Assert.Contains($"debug: Wrote {destination}{Numbers}", run.Error, StringComparison.Ordinal);
        var inspected = await CliRun.InAsync(_folder.Path, "inspect", Fixtures.Path(Web));
        Assert.Contains(
            "\ntravels: 978.0 KiB (1001472 bytes) for an image of 18.9 MiB (19859357 bytes), 95.0 % spared\n",
            inspected.Output, StringComparison.Ordinal);
    }

    private static string Image(string name) => $"docker-archive:{Fixtures.Path($"web/{name}.docker.tar")}";

    private static IEnumerable<long> SavedBytes(JsonElement layers) =>
        layers.EnumerateArray().Select(l => l.GetProperty("saved_bytes").GetInt64());

    private static void AssertSavings(JsonElement savings, long image, long traveling)
    {
        Assert.Equal(image, savings.GetProperty("image_bytes").GetInt64());
        Assert.Equal(traveling, savings.GetProperty("traveling_bytes").GetInt64());
        Assert.Equal(image - traveling, savings.GetProperty("spared_bytes").GetInt64());
        Assert.Equal(1 - ((double)traveling / image), savings.GetProperty("spared_ratio").GetDouble(), 12);
    }

    private async Task<JsonElement> DataAsync(params string[] args)
    {
        var run = await CliRun.InAsync(_folder.Path, [.. args, "-o", "json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Data;
    }
}
