using System.Text;
using Diffah.Engine.Images.BaseImages;
using Diffah.Engine.Oci;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Mutation;
using Diffah.Fuzz.Running;

namespace Diffah.Fuzz.Classes;

/// <summary>Dockerfiles, read for the image that they build on.</summary>
internal sealed class DockerfileClass : FuzzClass
{
    private const string File = "Dockerfile";

    private static readonly string[] Lines =
    [
        "# escape=`", "# syntax=docker/dockerfile:1", "# comment", "", "ARG A", "ARG A=1", "ARG B=$A$A",
        "ARG C=${A:-x}",
        "ARG D=\"${B%%1*}\"", "ARG E=${B//1/22} F='x'", "FROM alpine:3.19", "FROM a:$A", "FROM ${C}:1 AS x", "FROM x",
        "FROM --platform=$TARGETPLATFORM a", "FROM scratch", "RUN <<EOF", "EOF", "RUN <<-'A B' cat 3<<C", "\tA B", "C",
        "RUN a \\", "RUN a `", "COPY <<x /y", "x", "ONBUILD RUN <<EOF", "FROM a\\:1", "FROM \"a\"'b'", "FROM ${A?no}",
    ];

    public override string Name => "dockerfiles";

    public override IEnumerable<FuzzInput> HandMade() => new[]
    {
        "", "FROM", "\uFEFFFROM a", "FROM " + new string('$', 1_000_000),
        "FROM " + string.Concat(Enumerable.Repeat("${A:-", 200_000)),
        "FROM " + string.Concat(Enumerable.Repeat("${A/", 200_000)),
        "ARG A=" + new string('a', 60_000) + "\nARG B=${A//" + new string('*', 60_000) + "/b}\nFROM $B",
        "ARG A=aaaaaaaaaa\n" + string.Concat(Enumerable.Repeat("ARG A=$A$A\n", 80_000)) + "FROM a",
        string.Concat(Enumerable.Range(0, 40_000).Select(i => $"FROM s{i} AS s{i + 1}\n")),
        "RUN " + string.Concat(Enumerable.Repeat("<<A ", 200_000)), new string('\n', 1_000_000), "FROM " + '\\',
    }.Select((text, number) => Input($"hand-made: {number}", Encoding.UTF8.GetBytes(text)));

    public override FuzzInput Build(Dice dice, string origin)
    {
        var text = string.Join(dice.OneIn(4) ? "\r\n" : "\n",
            Enumerable.Range(0, dice.Below(20)).Select(_ => dice.Of<string>(Lines)));
        if (dice.OneIn(4))
            text += HostileText.Of(dice);
        var bytes = Encoding.UTF8.GetBytes(text);
        return Input(origin, dice.OneIn(2) ? ByteMutator.Mutate(bytes, dice) : bytes);
    }

    public override async Task RunAsync(FuzzInput input, Trial trial)
    {
        var given = new Dictionary<string, string> { ["A"] = "given" };
        foreach (var arguments in (Dictionary<string, string>[])[[], given])
            await trial.ParseAsync("Dockerfile.FindBase", () => Dockerfile.ReadAsync(trial[File], default)
                .GetAwaiter().GetResult().FindBase(Platform.Default, arguments));
    }

    private FuzzInput Input(string origin, byte[] content) =>
        new FuzzInput(Name, origin).WithFiles([new(File, content)]);
}
