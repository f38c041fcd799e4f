using System.Text;
using Diffah.Engine.Configuration;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Tests.Support;

namespace Diffah.Tests.Configuration;

public sealed class ConfigurationReaderTests : IDisposable
{
    private const string Whole = """
        # every key
        platform: linux/arm64
        intra-layer: off
        format-version: 1
        effort: full
        authfile: auth.json
        retry-times: 7
        retry-delay: 500ms
        zstd-level: 12
        zstd-window-log: 27
        workers: 2
        candidates: 5
        workdir: "~/spool"
        memory-budget: 512MiB
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_key_is_read()
    {
        var expected = KnobValues.None
            .With(Knobs.Platform, new Platform("linux", "arm64"))
            .With(Knobs.IntraLayer, IntraLayerMode.Off)
            .With(Knobs.FormatVersion, 1)
            .With(Knobs.Effort, EncodingEffort.Full)
            .With(Knobs.AuthFile, _folder["auth.json"])
            .With(Knobs.RetryCount, 7)
            .With(Knobs.RetryDelay, TimeSpan.FromMilliseconds(500))
            .With(Knobs.ZstdLevel, 12)
            .With(Knobs.ZstdWindowLog, new WindowLog(27))
            .With(Knobs.Workers, 2)
            .With(Knobs.Candidates, 5)
            .With(Knobs.WorkDirectory, "/home/me/spool")
            .With(Knobs.MemoryBudget, 512L << 20);
        Assert.Equal(expected, Read(Whole));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("# nothing but a comment")]
    [InlineData("---\n...\n")]
    public void A_file_that_says_nothing_is_an_empty_configuration(string text) =>
        Assert.Equal(KnobValues.None, Read(text));

    [Theory]
    [InlineData("\uFEFFworkers: 2")]
    [InlineData("--- # one document\nworkers: 2\n...\n")]
    [InlineData("{workers: 2}")]
    [InlineData("'workers':    2 # two")]
    [InlineData("workers:\n  2")]
    public void YAML_is_read_in_all_its_shapes(string text) =>
        Assert.Equal(KnobValues.None.With(Knobs.Workers, 2), Read(text));

    [Theory]
    [InlineData("memory-budget: 0", 0)]
    [InlineData("memory-budget: 8GB", 8L << 30)]
    [InlineData("memory-budget: 1.5GiB", 3L << 29)]
    [InlineData("memory-budget: 1048576", 1048576)]
    public void Sizes_are_read_as_everywhere(string text, long expected) =>
        Assert.Equal(expected, Read(text).Get(Knobs.MemoryBudget));

    [Theory]
    [InlineData("zstd-window-log: auto", null)]
    [InlineData("zstd-window-log: 31", 31)]
    public void A_window_is_auto_or_a_number(string text, int? expected) =>
        Assert.Equal(new WindowLog(expected), Read(text).Get(Knobs.ZstdWindowLog));

    [Theory]
    [InlineData("effort: fast", EncodingEffort.Fast)]
    [InlineData("effort: Compact", EncodingEffort.Compact)]
    [InlineData("effort: FULL", EncodingEffort.Full)]
    public void A_word_is_read_however_it_is_cased(string text, EncodingEffort expected) =>
        Assert.Equal(expected, Read(text).Get(Knobs.Effort));

    [Theory]
    [InlineData("auth.json", "{folder}/auth.json")]
    [InlineData("../auth.json", "{parent}/auth.json")]
    [InlineData("/etc/auth.json", "/etc/auth.json")]
    [InlineData("~/auth.json", "/home/me/auth.json")]
    [InlineData("./~/auth.json", "{folder}/~/auth.json")]
    public void Paths_begin_at_the_files_folder(string path, string expected)
    {
        expected = expected.Replace("{folder}", _folder.Path, StringComparison.Ordinal)
            .Replace("{parent}", Path.GetDirectoryName(_folder.Path), StringComparison.Ordinal);
        Assert.Equal((expected, expected),
            (Read($"authfile: {path}").Get(Knobs.AuthFile), Read($"workdir: {path}").Get(Knobs.WorkDirectory)));
    }

    [Theory]
    [InlineData("workers: 2\nwrokers: 2", 2, "wrokers", "did you mean 'workers'?")]
    [InlineData("zzz: 2", 1, "zzz", "There is no such key.")]
    [InlineData("Workers: 2", 1, "Workers", "did you mean 'workers'?")]
    [InlineData("<<: 2", 1, "<<", "There is no such key.")]
    [InlineData("workers: 2\n\nworkers: 3", 3, "workers", "in line 1")]
    [InlineData("\nworkers: many", 2, "workers", "It is 'many'; it must be a whole number.")]
    [InlineData("workers: '2'", 1, "workers", "whole number")]
    [InlineData("workers: 2.5", 1, "workers", "whole number")]
    [InlineData("workers: true", 1, "workers", "whole number")]
    [InlineData("workers: 99999999999", 1, "workers", "whole number")]
    [InlineData("workers: [2]", 1, "workers", "no list or mapping")]
    [InlineData("workers:\n  at: 2", 1, "workers", "no list or mapping")]
    [InlineData("workers:", 1, "workers", "no value")]
    [InlineData("workdir: ~", 1, "workdir", "no value")]
    [InlineData("workdir: null", 1, "workdir", "no value")]
    [InlineData("workdir: ''", 1, "workdir", "a path")]
    [InlineData("workdir: 12", 1, "workdir", "a path")]
    [InlineData("authfile: yes\nworkdir: false", 2, "workdir", "a path")]
    [InlineData("platform: linux", 1, "platform", "a platform")]
    [InlineData("intra-layer: maybe", 1, "intra-layer", "auto, off or required")]
    [InlineData("format-version: 3", 1, "format-version", "1 or 2")]
    [InlineData("format-version: v2", 1, "format-version", "1 or 2")]
    [InlineData("effort: most", 1, "effort", "It is 'most'; it must be fast, compact or full.")]
    [InlineData("effort: 1", 1, "effort", "fast, compact or full")]
    [InlineData("retry-delay: soon", 1, "retry-delay", "a duration")]
    [InlineData("memory-budget: lots", 1, "memory-budget", "a size")]
    [InlineData("memory-budget: -1", 1, "memory-budget", "a size")]
    [InlineData("zstd-window-log: wide", 1, "zstd-window-log", "auto or a whole number")]
    [InlineData("# range\nworkers: 0", 2, "workers", "between 1 and 1024")]
    [InlineData("candidates: 1025", 1, "candidates", "between 1 and 1024")]
    [InlineData("zstd-level: 23", 1, "zstd-level", "between 1 and 22")]
    [InlineData("zstd-window-log: 9", 1, "zstd-window-log", "between 10 and 31")]
    [InlineData("retry-times: 101", 1, "retry-times", "between 0 and 100")]
    [InlineData("retry-times: -1", 1, "retry-times", "between 0 and 100")]
    [InlineData("retry-delay: 31s", 1, "retry-delay", "between 0 and 30 seconds")]
    [InlineData("workers: &anchor 2", 1, null, "Anchors")]
    [InlineData("retry-times: 1\n&a workers: 2", 2, null, "Anchors")]
    [InlineData("workers: 2\ncandidates: *workers", 2, null, "")]
    [InlineData("workers: !!int 2", 1, null, "Tags")]
    [InlineData("!mine\nworkers: 2", 1, null, "Tags")]
    [InlineData("? [workers]\n: 2", 1, null, "A key must be a word.")]
    [InlineData("workers: 2\n---\nworkers: 3", 2, null, "second document")]
    [InlineData("- workers", 1, null, "key: value")]
    [InlineData("just words", 1, null, "key: value")]
    [InlineData("workers: 2\n\tcandidates: 3", 2, null, "no YAML")]
    [InlineData("workers: 2\nworkdir: \"open", 2, null, "no YAML")]
    [InlineData("workers: 2\nworkdir: 'a' b", 2, null, "no YAML")]
    [InlineData("workers: 2\nworkdir: \"open\nretry-times: 2\nretry-delay: 2", 2, null, "no YAML")]
    [InlineData("retry-times: 2\nworkers 3\ncandidates: 2", 2, null, "no YAML")]
    [InlineData("retry-times: 2\n candidates: 2", 2, null, "no YAML")]
    [InlineData("retry-times: 2\n@workers: 2", 2, null, "no YAML")]
    [InlineData("{workers: 1\nretry-times: 2", 2, null, "no YAML")]
    public void What_is_wrong_is_named_with_its_line_and_key(string text, int line, string? key, string part)
    {
        var problem = Assert.Single(Check(text).Problems);
        Assert.Equal((line, key), (problem.Line, problem.Key));
        Assert.Contains(part, problem.Message, StringComparison.Ordinal);

        var error = Assert.Throws<DiffahException>(() => Read(text));
        Assert.Equal(DiffahErrors.ConfigurationInvalid, error.Error);
        Assert.Contains($"'{_folder["config.yaml"]}', line {line}", error.Message, StringComparison.Ordinal);
        Assert.Contains(key ?? "", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_problem_is_listed() =>
        Assert.Equal([1, 3], Check("workers: 0\nretry-times: 2\ncandidate: 3\n").Problems.Select(p => p.Line!.Value));

    [Fact]
    public void There_are_never_more_problems_than_anyone_reads() =>
        Assert.Equal(100, Check(string.Concat(Enumerable.Range(0, 5000).Select(i => $"k{i}: 1\n"))).Problems.Length);

    [Theory]
    [InlineData("workers: ", "[")]
    [InlineData("", "[")]
    [InlineData("workers: ", "{a: ")]
    [InlineData("", "- ")]
    public void Depth_is_refused_before_it_is_reached(string head, string nesting) =>
        Assert.Single(Check(head + string.Concat(Enumerable.Repeat(nesting, 200_000))).Problems);

    [Fact]
    public void Whatever_is_in_a_file_it_is_read_or_refused()
    {
        const string letters = "\n\n\t  :-[]{}#&*!|>'\"%@`,?a0~\u0001\u00e9";
        var random = new Random(20261121);
        for (var round = 0; round < 2000; round++)
        {
            var text = new StringBuilder(Whole);
            for (var change = random.Next(1, 6); change > 0; change--)
                text.Insert(random.Next(text.Length), letters[random.Next(letters.Length)]);
            var check = Check(text.ToString());
            Assert.Equal(check.IsValid, check.Problems.IsEmpty);
            Assert.All(check.Problems, p => Assert.InRange(p.Line ?? 0, 1, text.ToString().Split('\n').Length + 1));
        }
    }

    [Fact]
    public void A_file_that_is_too_large_is_refused()
    {
        var problem = Assert.Single(Check(new string('#', (1 << 20) + 1)).Problems);
        Assert.Equal((null, "It is larger than 1.0 MiB."), (problem.Line, problem.Message));
        Assert.Empty(Check(new string('#', 1 << 20)).Problems);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_found_in_their_line()
    {
        File.WriteAllBytes(_folder["config.yaml"], [.. "workers: 2\n# caf"u8, 0xE9, .. "\n\n"u8]);
        Assert.Equal([(2, "This is no UTF-8.")],
            CheckConfiguration.Run(Location).Problems.Select(p => (p.Line!.Value, p.Message)));
    }

    [Fact]
    public void An_unknown_keys_value_is_not_repeated() =>
        Assert.DoesNotContain("hunter2", Check("password: hunter2").Problems[0].Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_there_is_empty_unless_it_was_named()
    {
        var absent = new ConfigurationFile(_folder["missing/config.yaml"], IsNamed: false);
        Assert.Equal(KnobValues.None, ReadConfiguration.Run(absent));
        Assert.Equal(KnobValues.None, ReadConfiguration.Run(null));
        var error = Assert.Throws<DiffahException>(() => ReadConfiguration.Run(absent with { IsNamed = true }));
        Assert.Equal((DiffahErrors.FileNotFound, DiffahErrorCategory.User), (error.Error, error.Error.Category));
        Assert.Contains("DIFFAH_CONFIG", error.NextAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_no_file() =>
        Assert.Equal(DiffahErrors.ConfigurationInvalid,
            Assert.Throws<DiffahException>(
                () => ReadConfiguration.Run(new ConfigurationFile(_folder.Path, IsNamed: false))).Error);

    private ConfigurationFile Location => new(_folder["config.yaml"], IsNamed: true) { HomeFolder = "/home/me" };

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void A_file_may_be_of_a_shell_of_Windows(string encoding)
    {
        var file = Write("");
        File.WriteAllText(file.Path, "workers: 2\r\nzstd-level: 3\r\n", System.Text.Encoding.GetEncoding(encoding));
        Assert.Empty(CheckConfiguration.Run(file).Problems);
    }

    private KnobValues Read(string text) => ReadConfiguration.Run(Write(text));

    private ConfigurationCheck Check(string text) => CheckConfiguration.Run(Write(text));

    private ConfigurationFile Write(string text)
    {
        File.WriteAllText(_folder["config.yaml"], text);
        return Location;
    }
}
