using System.Text;
using Diffah.Engine.Configuration;
using Diffah.Engine.Operations;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Mutation;
using Diffah.Fuzz.Running;

namespace Diffah.Fuzz.Classes;

/// <summary>Configuration files: YAML of a few lines, and what YAML could be besides.</summary>
internal sealed class ConfigurationClass : FuzzClass
{
    private const string File = "config.yaml";

    private static readonly string[] Keys =
    [
        "platform", "intra-layer", "format-version", "effort", "authfile", "retry-times", "retry-delay", "zstd-level",
        "zstd-window-log", "workers", "candidates", "workdir", "memory-budget", "max-layer-size", "force", "wrokers",
        "<<", "? a", "- a",
    ];

    private static readonly string[] Values =
    [
        "1", "auto", "true", "linux/arm64", "~/x", "8GiB", "1m30s", "\"quoted\"", "'single'", "|\n  block", ">-\n  a",
        "[1, 2]", "{a: b}", "&a x", "*a", "!!int 3", "!<tag> x", "\"\\x1b[31m\"", "\"\\ud800\"", "1e400", "0x10", "0o7",
        "99999999999999999999", "-1", "NaN", "~", "", "# comment", "\t1", "9e9GiB", "1d2h", "999999999999h", "0.0001ms",
        "full",
    ];

    public override string Name => "configuration";

    public override IEnumerable<FuzzInput> HandMade()
    {
        var bomb = "a0: &a0 [x, x]\n" + string.Concat(Enumerable.Range(1, 30).Select(i =>
            $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n"));
        string[] texts =
        [
            "", "\0", "\uFEFFworkers: 3\n", bomb, new string('[', 100_000), new string('{', 100_000),
            string.Concat(Enumerable.Repeat("- ", 100_000)), string.Concat(Enumerable.Repeat("? ", 100_000)),
            "&a a: *a\n", "--- 1\n--- 2\n", "%YAML 9.9\n---\nworkers: 3\n", "workers: " + new string('9', 1_000_000),
            new string('k', 200_000) + ": 1\n", "workers: \"" + new string('\\', 100_001), "\"\\U0011FFFF\": 1\n",
            string.Concat(Enumerable.Range(0, 20_000).Select(i => $"k{i}: 1\n")), "!!binary x: 1\n",
            "a\r\u0085\u2028b: 1",
        ];
        return texts.Select((text, number) => Input($"hand-made: {number}", Encoding.UTF8.GetBytes(text)));
    }

    public override FuzzInput Build(Dice dice, string origin)
    {
        var text = new StringBuilder();
        for (var lines = 1 + dice.Below(6); lines > 0; lines--)
            text.Append(dice.Of("", "", "", " ", "\t"))
                .Append(dice.OneIn(10) ? HostileText.Of(dice) : dice.Of<string>(Keys)).Append(dice.Of(": ", ":", " : "))
                .Append(dice.OneIn(8) ? HostileText.Of(dice) : dice.Of<string>(Values))
                .Append(dice.Of("\n", "\n", "\r\n"));
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        return Input(origin, dice.OneIn(2) ? bytes : ByteMutator.Mutate(bytes, dice));
    }

    public override async Task RunAsync(FuzzInput input, Trial trial)
    {
        var file = new ConfigurationFile(trial[File], IsNamed: true) { HomeFolder = trial.Input };
        var read = await trial.ParseAsync("ReadConfiguration", () => ReadConfiguration.Run(file));
        var check = await trial.ParseAsync("CheckConfiguration", () => CheckConfiguration.Run(file));
        await trial.ParseAsync("ReadConfiguration.Explain", () => ReadConfiguration.Explain(file, KnobValues.None));
        if (check.Succeeded && check.Value.IsValid != read.Succeeded)
            throw new LawBrokenException(Law.Exact, "CheckConfiguration", "it does not say what reading says");
    }

    private FuzzInput Input(string origin, byte[] content) =>
        new FuzzInput(Name, origin).WithFiles([new(File, content)]);
}
