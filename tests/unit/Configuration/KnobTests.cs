using Diffah.Engine.Configuration;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Tests.Cli;
using Diffah.Tests.Support;
using Mono.Cecil;

namespace Diffah.Tests.Configuration;

/// <summary>
/// Every row of the table has its option, its parameter, its key and its page, and sources win over one another.
/// </summary>
public sealed class KnobTests
{
    private static readonly Dictionary<KnobUse, (string[] Verbs, string[] Cmdlets)> Commands = new()
    {
        [KnobUse.Produce] = (["diff", "bundle", "merge"],
            ["New-DiffahDelta", "New-DiffahBundle", "Merge-DiffahDelta"]),
        [KnobUse.Restore] = (["apply", "unbundle"], ["Restore-DiffahImage"]),
        [KnobUse.Copy] = (["copy"], ["Copy-DiffahImage"]),
        [KnobUse.Show] = (["image"], ["Get-DiffahImage"]),
        [KnobUse.Verify] = (["verify"], ["Test-DiffahArchive"]),
        [KnobUse.Compare] = (["compare"], ["Compare-DiffahImage"]),
        [KnobUse.Report] = (["report", "inventory"], ["Export-DiffahReport", "Export-DiffahInventory"]),
        [KnobUse.Publish] = (["publish"], ["Publish-DiffahDelta"]),
        [KnobUse.Find] = (["find"], ["Find-DiffahDelta"]),
        [KnobUse.Doctor] = (["doctor"], ["Test-DiffahEnvironment"]),
    };

    public static TheoryData<string> Names => [.. Knobs.All.Select(k => k.Name)];

    public static IEnumerable<object[]> Verbs =>
        Commands.SelectMany(c => c.Value.Verbs.Select(verb => new object[] { c.Key, verb }));

    public static IEnumerable<object[]> Cmdlets =>
        Commands.SelectMany(c => c.Value.Cmdlets.Select(cmdlet => new object[] { c.Key, cmdlet }));

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_verb_has_the_options_of_the_knobs_for_its_use_and_of_no_others(KnobUse use, string verb)
    {
        var help = (await CliRun.OfAsync(verb, "--help")).Output;
        var options = Knobs.All.Where(k => help.Contains($"{k.Option} ", StringComparison.Ordinal));
        Assert.Equal(For(use).Select(k => k.Option), options.Select(k => k.Option));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_cmdlet_has_the_parameters_of_the_knobs_for_its_use_and_of_no_others_and_its_page_has_them_too(
        KnobUse use, string cmdlet)
    {
        var expected = For(use).Select(k => k.Parameter).ToArray();
        Assert.Equal(expected, Knobs.All.Select(k => k.Parameter).Where(ParametersOf(cmdlet).Contains));
        var page = File.ReadAllLines(Path.Combine(Repository.Root, $"docs/cmdlets/{cmdlet}.md"));
        Assert.Equal(expected, Knobs.All.Select(k => k.Parameter).Where(p => page.Contains($"### -{p}")));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_knob_has_its_row_in_the_documentation_and_its_words_in_the_table(string name)
    {
        var knob = Knobs.All.Single(k => k.Name == name);
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs/configuration.md"));
        Assert.Contains($"| `{knob.Name}` | `-{knob.Parameter}` | `{knob.Option}` |", page, StringComparison.Ordinal);
        if (knob.Variable is { } variable)
            Assert.Contains($"`{variable}` for", page.ReplaceLineEndings(" "), StringComparison.Ordinal);
        string[] words = [knob.Comment, knob.Sample, knob.Rule, knob.OptionRule, knob.HelpOf(KnobUse.Produce).Text,
            knob.HelpOf(KnobUse.Restore).Text];
        Assert.All(words, word => Assert.NotEqual("", word));
    }

    [Fact]
    public void Keys_parameters_and_variables_are_each_there_once()
    {
        Assert.Equal(Knobs.All, Knobs.All.DistinctBy(k => k.Name));
        Assert.Equal(Knobs.All, Knobs.All.DistinctBy(k => k.Parameter));
        Assert.Equal(["REGISTRY_AUTH_FILE", "DIFFAH_WORKDIR", "DIFFAH_MAX_LAYER_SIZE", "DIFFAH_FORCE"],
            Knobs.All.Select(k => k.Variable).OfType<string>());
    }

    [Fact]
    public void What_one_source_says_wins_over_the_next_knob_by_knob()
    {
        var options = KnobValues.None.With(Knobs.Workers, 1);
        var environment = KnobValues.OfEnvironment(name => name == "DIFFAH_WORKDIR" ? "spool" : "", Knobs.All)
            .ResolvePaths(path => $"/here/{path}");
        var file = KnobValues.None.With(Knobs.Workers, 2).With(Knobs.WorkDirectory, "/file").With(Knobs.Candidates, 7);
        var values = options.Over(environment).Over(file);
        Assert.Equal((1, "/here/spool", 7),
            (values.Get(Knobs.Workers), values.Get(Knobs.WorkDirectory), values.Get(Knobs.Candidates)));
        Assert.Equal((22, null), (values.Get(Knobs.ZstdLevel), values.Find(Knobs.ZstdLevel)));
        Assert.Equal(new EncodingOptions { Workers = 1, Candidates = 7 }, values.ToEncodingOptions());
    }

    [Fact]
    public void The_defaults_are_those_of_the_rooms_that_use_them()
    {
        Assert.Equal(new EncodingOptions(), KnobValues.None.ToEncodingOptions());
        Assert.Equal(new EncodingOptions(),
            Knobs.All.Aggregate(new EncodingOptions(), (options, knob) => knob.Apply(options, knob.DefaultValue)));
        Assert.Null(KnobValues.None.ToRegistryOptions().RetryDelay);
    }

    [Fact]
    public void A_variable_that_is_wrong_is_told_where_its_knob_is_asked_for_only()
    {
        Assert.Equal(KnobValues.None, KnobValues.OfEnvironment(_ => "maybe", [Knobs.Workers]));
        var error = Assert.Throws<DiffahException>(() => KnobValues.OfEnvironment(_ => "maybe", [Knobs.Force]));
        Assert.Equal("DIFFAH_FORCE is 'maybe'; it must be true or false.", error.Message);
    }

    [Fact]
    public void A_parameter_takes_a_value_or_its_text()
    {
        Assert.Equal(new Platform("linux", "arm64"), Knobs.Platform.Read("linux/arm64", "-Platform"));
        Assert.Equal(new WindowLog(27), Knobs.ZstdWindowLog.Read("27", "-ZstdWindowLog"));
        Assert.Equal(TimeSpan.FromSeconds(2), Knobs.RetryDelay.Read(TimeSpan.FromSeconds(2), "-RetryDelay"));
        Assert.Equal("-Workers is 'many'; it must be a whole number.",
            Assert.Throws<DiffahException>(() => Knobs.Workers.Read("many", "-Workers")).Message);
        Assert.Equal("'linux' is not a platform.",
            Assert.Throws<DiffahException>(() => Knobs.Platform.Read("linux", "-Platform")).Message);
    }

    private static IEnumerable<Knob> For(KnobUse use) =>
        Knobs.All.Where(k => (k.Uses & (use | KnobUse.Registry)) != KnobUse.None);

    private static HashSet<string> ParametersOf(string cmdlet)
    {
        using var module =
            AssemblyDefinition.ReadAssembly(Repository.BuildOf("src/Diffah.PowerShell", "Diffah.PowerShell.dll"));
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var type = module.MainModule.GetType(
            $"Diffah.PowerShell.Commands.{cmdlet.Replace("-", "", StringComparison.Ordinal)}Command");
            type is not null;
            type = type.BaseType.Scope == type.Scope ? type.BaseType.Resolve() : null)
        {
            names.UnionWith(type.Properties.Where(
                p => p.CustomAttributes.Any(a => a.AttributeType.Name == "ParameterAttribute")).Select(p => p.Name));
        }
        return names;
    }
}
