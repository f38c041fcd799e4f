using System.Text;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Mutation;
using Diffah.Fuzz.Running;

namespace Diffah.Fuzz.Classes;

/// <summary>References, platforms and digests as people write them.</summary>
internal sealed class NameClass : FuzzClass
{
    private static readonly string[] Starts =
    [
        "docker-archive:", "oci-archive:", "oci:", "dir:", "docker://", "docker:", "containers-storage:", "https://",
        "docker-daemon:", "", "DOCKER://", "linux/", "sha256:",
    ];

    private static readonly string[] Middles =
    [
        "example.com/app", "localhost:5000/a/b", "[::1]:80/a", "./a.tar", "a.tar:example.com/app:v1", "amd64", "a:b:c",
        "a@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "a:@0", "a:@-1", "user:pass@host/a",
    ];

    public override string Name => "names";

    public override FuzzInput Build(Dice dice, string origin)
    {
        var text = dice.Of<string>(Starts) + dice.Of<string>(Middles) + (dice.OneIn(2) ? HostileText.Of(dice) : "");
        return Input(origin, dice.OneIn(3) ? ByteMutator.Mutate(Encoding.UTF8.GetBytes(text), dice)
            : Encoding.UTF8.GetBytes(dice.OneIn(5) ? HostileText.Of(dice) : text));
    }

    public override IEnumerable<FuzzInput> HandMade() => new[]
    {
        "", ":", "docker://", "docker://" + new string('a', 1 << 20), "dir:" + new string('/', 1 << 20),
        new string(':', 1 << 20), "docker://" + string.Concat(Enumerable.Repeat("a/", 100_000)),
        string.Concat(Enumerable.Repeat("linux/", 100_000)), "oci:\ud83d", "docker://a\u001b[2J/b",
    }.Select((text, number) => Input($"hand-made: {number}", Encoding.UTF8.GetBytes(text)));

    public override async Task RunAsync(FuzzInput input, Trial trial)
    {
        var text = Encoding.UTF8.GetString(input.Files["name"]);
        var reference = await trial.ParseAsync("ImageReference.Parse", () => ImageReference.Parse(text));
        if (reference.Succeeded && reference.Value.ToString() != text)
            throw new LawBrokenException(Law.Exact, "ImageReference.Parse", "it does not print back as parsed");
        var platform = await trial.ParseAsync("Platform.Parse", () => Platform.Parse(text));
        if (platform.Succeeded && platform.Value.ToString() != text)
            throw new LawBrokenException(Law.Exact, "Platform.Parse", "it does not print back as parsed");
        var digest = await trial.ParseAsync("Digest.Parse", () => Digest.Parse(text));
        if (digest.Succeeded && digest.Value.ToString() != text)
            throw new LawBrokenException(Law.Exact, "Digest.Parse", "it does not print back as parsed");
        await trial.ParseAsync("ImageReference.AtDigest", () => reference.Value?.AtDigest(Digest.Compute([])));
    }

    private FuzzInput Input(string origin, byte[] text) => new FuzzInput(Name, origin).WithFiles([new("name", text)]);
}
