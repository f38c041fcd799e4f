using System.Text;
using Diffah.Engine.Operations.Specs;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Mutation;
using Diffah.Fuzz.Running;

namespace Diffah.Fuzz.Classes;

/// <summary>Files that list the images of a bundle.</summary>
internal sealed class SpecClass : FuzzClass
{
    private const string File = "spec.json";
    private const string Whole =
        """{"pairs":[{"name":"app","baseline":"docker-archive:a.tar","target":"oci:x:v2"},{"name":"db","baseline":"dir:d","target":"docker://example.com/db:1"}]}""";

    private static readonly string[] Documents =
    [
        Whole, """{"baselines":{"app":"oci-archive:./a.tar:v1","db":"dir:/x"}}""",
        """{"outputs":{"app":"oci:out:v1","db":"docker-archive:o.tar:example.com/a:b"}}""",
    ];

    public override string Name => "specs";

    public override IEnumerable<FuzzInput> HandMade() => new[]
    {
        "", "{", new string('[', 1_000_000), Whole.Replace("app", new string('a', 1_000_000)),
        Whole.Replace("a.tar", "\\u0000\\u001b"), Whole.Replace("\"app\"", "\"db\""), "\uFEFF" + Whole,
        "{\"pairs\":[" + string.Join(',', Enumerable.Range(0, 40_000).Select(i =>
            $$"""{"name":"n{{i}}","baseline":"dir:a","target":"dir:b"}""")) + "]}",
        "{\"outputs\":{" + string.Join(',', Enumerable.Range(0, 60_000).Select(i => $"\"n{i}\":\"dir:a\"")) + "}}",
    }.Select((text, number) => Input($"hand-made: {number}", Encoding.UTF8.GetBytes(text)));

    public override FuzzInput Build(Dice dice, string origin) =>
        Input(origin, JsonMutator.Mutate(Encoding.UTF8.GetBytes(dice.Of<string>(Documents)), dice));

    public override async Task RunAsync(FuzzInput input, Trial trial)
    {
        await trial.ParseAsync("SpecFiles.ReadBundle", () => SpecFiles.ReadBundle(trial[File]));
        await trial.ParseAsync("SpecFiles.ReadBaselines", () => SpecFiles.ReadBaselines(trial[File]));
        await trial.ParseAsync("SpecFiles.ReadOutputs", () => SpecFiles.ReadOutputs(trial[File]));
    }

    private FuzzInput Input(string origin, byte[] content) =>
        new FuzzInput(Name, origin).WithFiles([new(File, content)]);
}
