using Diffah.Engine.Configuration;
using Diffah.Engine.Deltas;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports.Registry;
using Diffah.Tests.Support;

namespace Diffah.Tests.Configuration;

public sealed class EffectiveConfigurationTests : IDisposable
{
    private static readonly string[] Keys =
    [
        "platform", "intra-layer", "format-version", "effort", "authfile", "retry-times", "retry-delay", "zstd-level",
        "zstd-window-log", "workers", "candidates", "workdir", "memory-budget", "max-layer-size", "force",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_file_the_defaults_of_the_engine_count()
    {
        var effective = Explain(null);
        Assert.Equal(Keys, effective.Values.Select(v => v.Key));
        Assert.All(effective.Values, v => Assert.Equal(ConfigurationSource.Default, v.Source));
        var (encoding, registry) = (new EncodingOptions(), new RegistryOptions());
        Assert.Equal((encoding.Platform.ToString(), encoding.IntraLayer.ToString(), encoding.FormatVersion,
            encoding.Effort.ToString(), encoding.Workers, encoding.Candidates), (effective.Platform,
            effective.IntraLayer, effective.FormatVersion, effective.Effort, effective.Workers, effective.Candidates));
        Assert.Equal((encoding.ZstdLevel, new WindowLog(encoding.ZstdWindowLog).ToString(), encoding.MemoryBudget),
            (effective.ZstdLevel, effective.ZstdWindowLog, effective.MemoryBudget));
        Assert.Equal((registry.RetryCount, registry.RetryDelay, null, null),
            (effective.RetryCount, effective.RetryDelay, effective.AuthFile, effective.WorkDirectory));
        Assert.Equal(["linux/amd64", "auto", "2", "compact", "", "3", "", "22", "auto", "8", "3", "", "8GiB", "128GiB",
            "false"], effective.Values.Select(v => v.Text));
    }

    [Fact]
    public void The_environment_wins_over_the_file_and_the_file_over_the_defaults()
    {
        var effective = Explain("workdir: /file\nauthfile: /file.json\nworkers: 2\n",
            KnobValues.None.With(Knobs.WorkDirectory, "/environment"));
        Assert.Equal(
            ("/environment", "/file.json", 2), (effective.WorkDirectory, effective.AuthFile, effective.Workers));
        Assert.Equal(
            [("authfile", ConfigurationSource.File), ("workers", ConfigurationSource.File),
                ("workdir", ConfigurationSource.Environment)],
            effective.Values.Where(v => v.Source != ConfigurationSource.Default).Select(v => (v.Key, v.Source)));
    }

    [Fact]
    public void A_value_of_the_file_that_is_the_default_comes_from_the_file() =>
        Assert.Equal(ConfigurationSource.File,
            Explain("zstd-window-log: auto").Values.Single(v => v.Key == "zstd-window-log").Source);

    [Fact]
    public void Problems_are_part_of_the_answer()
    {
        var effective = Explain("workers: 0\ncandidates: 5\n");
        Assert.Equal((8, 5, 1), (effective.Workers, effective.Candidates, Assert.Single(effective.Problems).Line));
    }

    [Fact]
    public async Task The_template_is_all_comments_and_its_defaults_are_those_of_the_engine()
    {
        var path = await WriteConfiguration.RunAsync(Location, overwrite: false, default);
        var text = await File.ReadAllTextAsync(path);
        Assert.Equal(KnobValues.None, ReadConfiguration.Run(Location));

        var set = string.Join(
            '\n', text.Split('\n')
                .Select(l => l.StartsWith('#') && !l.StartsWith("# ", StringComparison.Ordinal) ? l[1..] : l));
        var configuration = (await ExplainAsync(set)).Values;
        Assert.All(configuration, v => Assert.Equal(ConfigurationSource.File, v.Source));
        Assert.All(Explain(null).Values.Where(v => v.Value is not null),
            v => Assert.Equal(v.Value, configuration.Single(c => c.Key == v.Key).Value));
    }

    private ConfigurationFile Location => new(_folder["config.yaml"], IsNamed: true) { HomeFolder = "/home/me" };

    private EffectiveConfiguration Explain(string? text, KnobValues? environment = null)
    {
        if (text is not null)
            File.WriteAllText(Location.Path, text);
        return ReadConfiguration.Explain(text is null ? null : Location, environment ?? KnobValues.None);
    }

    private async Task<EffectiveConfiguration> ExplainAsync(string text)
    {
        await File.WriteAllTextAsync(Location.Path, text);
        return ReadConfiguration.Explain(Location, KnobValues.None);
    }
}
