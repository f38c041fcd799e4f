using Diffah.Fuzz.Building;
using Diffah.Fuzz.Classes;
using Diffah.Fuzz.Running;
using Diffah.Tests.Support;

namespace Diffah.Tests.Fuzz;

/// <summary>The fuzzer's kept inputs: what was thought out, and what once broke a law.</summary>
public sealed class KeptInputTests
{
    // Other tests run beside these, so that the memory of the process says little.
    private const int Workers = 64;

    public static TheoryData<string> Classes => [.. FuzzClasses.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Classes))]
    public async Task No_kept_input_breaks_a_law(string name)
    {
        using var folder = new TemporaryFolder();
        using var watch = new ResourceWatch();
        var (inputClass, run) = (FuzzClasses.Get(name), new InputRun(folder.Path, watch, Workers));
        var broken = new List<string>();
        foreach (var input in Seeds.Of(name).Concat(inputClass.HandMade()))
        {
            if ((await run.RunAsync(inputClass, input)).Broken is { } law)
                broken.Add($"{input.Origin}: {law.Message}");
        }
        Assert.True(broken.Count == 0, string.Join("\n\n", broken));
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void The_same_seed_and_number_give_the_same_input(string name)
    {
        var inputs = Enumerable.Range(0, 2)
            .Select(_ => FuzzClasses.Get(name).Build(Dice.For(3, name, 5), "")).ToArray();
        Assert.Equal(inputs[0].Files, inputs[1].Files);
        Assert.Equal(inputs[0].Settings, inputs[1].Settings);
        var other = FuzzClasses.Get(name).Build(Dice.For(4, name, 5), "");
        Assert.False(Same(inputs[0], other));
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void A_saved_input_is_the_same_again(string name)
    {
        using var folder = new TemporaryFolder();
        var input = FuzzClasses.Get(name).Build(Dice.For(3, name, 6), "origin");
        input.Save(folder["input.json"]);
        var loaded = FuzzInput.Load(folder["input.json"]);
        Assert.True(Same(input, loaded));
        Assert.Equal(input.Links, loaded.Links);
        Assert.Equal((input.Class, input.Origin), (loaded.Class, loaded.Origin));
    }

    private static bool Same(FuzzInput one, FuzzInput two) =>
        one.Files.Keys.SequenceEqual(two.Files.Keys) && one.Settings.SequenceEqual(two.Settings)
        && one.Files.All(file => file.Value.SequenceEqual(two.Files[file.Key]));
}
