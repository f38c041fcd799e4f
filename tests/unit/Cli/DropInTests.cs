using System.Text.Json;
using Diffah.Engine.Configuration;
using Diffah.Engine.Operations;
using Diffah.Samples;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli;

/// <summary>What scripts written for the Go tool rely on.</summary>
public sealed class DropInTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SampleSet _samples;

    public DropInTests() => _samples = SampleImages.WriteAll(_folder["samples"], 0.1);

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Writers { get; } = ["diff oci:a oci:b c", "bundle spec.json c",
        "apply d oci:a oci:b", "unbundle d a.json b.json", "copy oci:a oci:b"];

    [Theory]
    [MemberData(nameof(Writers))]
    public async Task Force_is_the_option_then_the_variable_then_the_file(string line)
    {
        Assert.False(await ForceOfAsync(line, null, null));
        Assert.True(await ForceOfAsync(line, null, "force: true"));
        Assert.False(await ForceOfAsync(line, "false", "force: true"));
        Assert.True(await ForceOfAsync(line, "1", "force: false"));
        Assert.True(await ForceOfAsync($"{line} --force", "0", null));
        Assert.False(await ForceOfAsync($"{line} --force=false", "true", "force: true"));
    }

    [Fact]
    public async Task Force_by_default_is_no_word_about_keys()
    {
        var run = await RunAsync("keygen a.key", "true", "force: true");
        Assert.False(((CreateKeyPairRequest)run.Operations.Request!).Overwrite);
    }

    [Fact]
    public async Task A_variable_that_is_neither_true_nor_false_is_refused()
    {
        var run = await RunAsync("copy oci:a oci:b", "perhaps", null);
        Assert.Equal((2, null), (run.ExitCode, run.Operations.Called));
        Assert.Contains("DIFFAH_FORCE is 'perhaps'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_is_there_is_refused_with_what_would_allow_it()
    {
        await File.WriteAllTextAsync(_folder["out.tar"], "old");
        var run = await CliRun.InAsync(
            _folder.Path, "copy", Docker.V1.Reference, "docker-archive:out.tar", "-o", "json");
        Assert.Equal(2, run.ExitCode);
        foreach (var way in new[] { "--force", "DIFFAH_FORCE", "force: true" })
            Assert.Contains(way, run.ErrorBody.GetProperty("next_action").GetString(), StringComparison.Ordinal);
        Assert.Equal("old", await File.ReadAllTextAsync(_folder["out.tar"]));
    }

    [Theory]
    [InlineData("export --pair app=a.tar,b.tar --output x.tar", "diffah diff BASELINE TARGET", "diffah bundle SPEC")]
    [InlineData("export", "diffah diff BASELINE TARGET", "diffah bundle SPEC")]
    [InlineData("import --delta x.tar --baseline app=a.tar", "diffah apply DELTA", "diffah unbundle DELTA")]
    [InlineData("--quiet import x.tar a.tar", "diffah apply DELTA", "diffah unbundle DELTA")]
    public async Task A_verb_that_was_removed_names_its_successors(string line, params string[] successors)
    {
        var run = await CliRun.OfAsync([.. line.Split(' '), "-o", "json"]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("was removed", run.ErrorBody.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.All(successors,
            s => Assert.Contains(s, run.ErrorBody.GetProperty("next_action").GetString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("apply")]
    [InlineData("unbundle")]
    public async Task Restoring_takes_workers_and_a_memory_budget(string verb)
    {
        var line = verb == "apply" ? "apply d oci:a oci:b" : "unbundle d a.json b.json";
        Assert.Equal((null, 8L << 30), Limits(await RunAsync(line, null, null)));
        Assert.Equal((2, 1L << 20), Limits(await RunAsync(line, null, "workers: 2\nmemory-budget: 1MiB")));
        Assert.Equal((3, 0L),
            Limits(await RunAsync($"{line} --workers=3 --memory-budget=0", null, "workers: 2\nmemory-budget: 1MiB")));
    }

    [Fact]
    public async Task A_layer_that_the_memory_budget_can_not_hold_is_refused_before_any_work()
    {
        await DiffAsync(Docker);
        var run = await CliRun.InAsync(_folder.Path, "apply", "delta.tar", Docker.V1.Reference,
            "docker-archive:out.tar", "--memory-budget", "1MiB", "-o", "json", "--log-level", "error");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("memory budget", run.ErrorBody.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out.tar"]));
        run = await CliRun.InAsync(
            _folder.Path, "apply", "delta.tar", Docker.V1.Reference, "docker-archive:out.tar", "--workers", "0");
        Assert.Equal(2, run.ExitCode);
        run = await CliRun.InAsync(_folder.Path, "apply", "delta.tar", Docker.V1.Reference, "docker-archive:out.tar",
            "--memory-budget", "64MiB", "--workers", "1");
        Assert.True(run.ExitCode == 0, run.Error);
    }

    [Theory]
    [InlineData("apply delta.tar {v1} docker-archive:out.tar")]
    [InlineData("verify delta.tar")]
    public async Task A_log_that_is_named_is_no_matter_where_the_archive_has_no_entry(string line)
    {
        await DiffAsync(Docker);
        string[] args = [.. line.Replace("{v1}", Docker.V1.Reference, StringComparison.Ordinal).Split(' '),
            "--verify-rekor-url", "https://rekor.example"];
        var run = await CliRun.InAsync(_folder.Path, args);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("no transparency log was asked", run.Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder["delta.tar.rekor.json"], "{}");
        run = await CliRun.InAsync(_folder.Path, [.. args, "-o", "json", "--force"]);
        run = args[0] == "verify" ? await CliRun.InAsync(_folder.Path, [.. args, "-o", "json"]) : run;
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("reserved", run.ErrorBody.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("docker-archive:out.tar", "example.com/app:v2")]
    [InlineData("docker-archive:out.tar:other/name:v9", "docker.io/other/name:v9")]
    public async Task A_restored_docker_archive_has_a_name(string destination, string expected)
    {
        await DiffAsync(Docker);
        var run = await CliRun.InAsync(
            _folder.Path, "apply", "delta.tar", Docker.V1.Reference, destination, "-o", "json", "--log-level", "error");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal([expected], await TagsAsync("out.tar"));
        Assert.Equal(Docker.V2.ConfigDigest,
            $"sha256:{await ExternalTool.RunAsync("sh", "-c", $"skopeo inspect --config --raw docker-archive:{_folder["out.tar"]}:{expected} | sha256sum | cut -c1-64 | tr -d '\n'")}");
    }

    [SkippableFact]
    public async Task Each_image_of_a_bundle_has_its_name()
    {
        var pair = $$"""{"name":"svc","baseline":"{{Docker.V1.Reference}}","target":"{{Docker.V2.Reference}}"}""";
        await File.WriteAllTextAsync(_folder["spec.json"], $$"""{"pairs":[{{pair}}]}""");
        await File.WriteAllTextAsync(
            _folder["baselines.json"], "{\"baselines\":{\"svc\":\"" + Docker.V1.Reference + "\"}}");
        await File.WriteAllTextAsync(_folder["outputs.json"], """{"outputs":{"svc":"docker-archive:out.tar"}}""");
        foreach (var line in new[] { "bundle spec.json bundle.tar --zstd-level 3",
            "unbundle bundle.tar baselines.json outputs.json" })
        {
            var run = await CliRun.InAsync(_folder.Path, line.Split(' '));
            Assert.True(run.ExitCode == 0, run.Error);
        }
        Assert.Equal(["example.com/app:v2"], await TagsAsync("out.tar"));
    }

    [SkippableFact]
    public async Task What_is_not_known_is_not_made_up()
    {
        await ExternalTool.RunAsync("skopeo", "copy", Docker.V2.Reference, $"docker-archive:{_folder["nameless.tar"]}");
        var made = await CliRun.InAsync(
            _folder.Path, "diff", Docker.V1.Reference, "docker-archive:nameless.tar", "delta.tar", "--zstd-level", "3");
        Assert.True(made.ExitCode == 0, made.Error);
        var run = await CliRun.InAsync(
            _folder.Path, "apply", "delta.tar", Docker.V1.Reference, "docker-archive:out.tar");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Empty(await TagsAsync("out.tar"));
    }

    private SamplePair Docker => _samples[SampleFormat.DockerArchive];

    private async Task DiffAsync(SamplePair pair)
    {
        var run = await CliRun.InAsync(
            _folder.Path, "diff", pair.V1.Reference, pair.V2.Reference, "delta.tar", "--zstd-level", "3");
        Assert.True(run.ExitCode == 0, run.Error);
    }

    /// <summary>The names in an archive, as tar and a JSON parser of their own see them.</summary>
    private async Task<string[]> TagsAsync(string name)
    {
        using var manifest =
            JsonDocument.Parse(await ExternalTool.RunAsync("tar", "-xOf", _folder[name], "manifest.json"));
        var tags = manifest.RootElement[0].GetProperty("RepoTags");
        return tags.ValueKind == JsonValueKind.Null ? [] : [.. tags.EnumerateArray().Select(t => t.GetString()!)];
    }

    private async Task<bool> ForceOfAsync(string line, string? variable, string? file)
    {
        var run = await RunAsync(line, variable, file);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Operations.Request switch
        {
            CreateArchiveRequest create => create.Overwrite,
            RestoreRequest restore => restore.Overwrite,
            var copy => ((CopyImageRequest)copy!).Overwrite,
        };
    }

    private static (int? Workers, long Budget) Limits(CliRun run) =>
        ((RestoreRequest)run.Operations.Request!) is var request ? (request.Workers, request.MemoryBudget) : default;

    private async Task<CliRun> RunAsync(string line, string? variable, string? file)
    {
        await File.WriteAllTextAsync(_folder["config.yaml"], file ?? "");
        return await CliRun.OnAsync(
            host => host with
            {
                ReadVariable = name => name == "DIFFAH_FORCE" ? variable : null,
                ConfigurationFile = new ConfigurationFile(_folder["config.yaml"], IsNamed: true)
            },
            line.Split(' '));
    }
}
