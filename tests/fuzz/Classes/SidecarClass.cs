using System.Text;
using System.Text.Json;
using Diffah.Engine.Deltas.Archive;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Mutation;
using Diffah.Fuzz.Running;

namespace Diffah.Fuzz.Classes;

/// <summary>Sidecars of version 2 by themselves: contents, wrappings, recipes and reused layers.</summary>
internal sealed class SidecarClass : FuzzClass
{
    private const string Whole = "whole";

    private static readonly string[] Texts =
    [
        "{}", """{"version":"v2"}""", """{"version":"v2","feature":"bundle"}""",
        """{"version":"v2","feature":"bundle","contents":{},"reused":{},"blobs":{},"images":[]}""",
        """{"version":"v2","feature":"bundle","contents":[],"reused":null,"blobs":{},"images":[]}""",
        """{"version":"v3","feature":"bundle"}""",
    ];

    public override string Name => "sidecar-v2";

    public override IEnumerable<FuzzInput> HandMade() =>
    [
        .. Texts.Select((text, i) => Input($"hand-made: {i}", Encoding.UTF8.GetBytes(text))),
        .. Enumerable.Range(0, 8).Select(i => Input($"hand-made: whole {i}", Sidecar(new Dice((ulong)i)), true)),
    ];

    public override FuzzInput Build(Dice dice, string origin) =>
        Input(origin, JsonMutator.Mutate(Sidecar(dice), dice));

    public override async Task RunAsync(FuzzInput input, Trial trial)
    {
        var bytes = input.Files["sidecar"];
        var first = await trial.ReadAsync("Sidecars.Read", (events, _) => Task.Run(() => Sidecars.Read(bytes, events)));
        if (!first.Succeeded)
        {
            if (input[Whole] != "")
                throw new LawBrokenException(Law.Exact, "Sidecars.Read", "a sidecar that is right is refused");
            return;
        }
        // What was read can be written, and says the same again.
        var written = Sidecars.Write(first.Value);
        var again = await trial.ReadAsync(
            "Sidecars.Read again", (events, _) => Task.Run(() => Sidecars.Read(written, events)));
        if (!again.Succeeded || !Sidecars.Write(again.Value).AsSpan().SequenceEqual(written))
            throw new LawBrokenException(Law.Exact, "Sidecars.Write", "what was read is not what is written");
    }

    private static byte[] Sidecar(Dice dice)
    {
        var manifest = Digest(dice);
        string[] contents = [.. Enumerable.Range(0, 1 + dice.Below(4)).Select(_ => Digest(dice))];
        string[] sources = [.. Enumerable.Range(0, dice.Below(4)).Select(_ => Digest(dice))];
        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["version"] = "v2",
            ["feature"] = "bundle",
            ["tool"] = "diffah",
            ["tool_version"] = "1",
            ["created_at"] = "2024-01-01T00:00:00Z",
            ["platform"] = "linux/amd64",
            ["blobs"] = Blobs(manifest, contents, dice),
            ["images"] = new[] { Image(manifest, dice) },
            ["contents"] = contents.ToDictionary(c => c, _ => (object)new Dictionary<string, object>
            {
                ["size"] = 4096,
                ["codec"] = "files-zstd",
                ["sources"] = sources,
                ["archive_size"] = 1 + dice.Below(1000),
            }),
            ["reused"] = Enumerable.Range(0, dice.Below(3)).ToDictionary(_ => Digest(dice), _ => (object)Form(
                Digest(dice), "gzip", dice)),
            ["files"] = new Dictionary<string, object>
            {
                ["digest"] = Digest(dice),
                ["archive_size"] = 1 + dice.Below(1000),
            },
        });
    }

    private static Dictionary<string, object> Blobs(string manifest, string[] contents, Dice dice)
    {
        var blobs = new Dictionary<string, object>
        {
            [manifest] = new Dictionary<string, object>
            {
                ["size"] = 10,
                ["media_type"] = "application/vnd.oci.image.manifest.v1+json",
                ["encoding"] = "full",
                ["archive_size"] = 10,
            },
        };
        blobs[Digest(dice)] = new Dictionary<string, object>
        {
            ["size"] = 20,
            ["media_type"] = "application/vnd.oci.image.layer.v1.tar",
            ["encoding"] = "full",
            ["archive_size"] = 20,
            ["fallback"] = "no_recipe",
            ["fallback_detail"] = "nobody compresses it as it was",
        };
        foreach (var content in contents)
        {
            var isPlain = dice.OneIn(2);
            blobs[isPlain ? content : Digest(dice)] = Form(content, isPlain ? "plain" : "gzip", dice);
        }
        return blobs;
    }

    private static Dictionary<string, object> Form(string content, string kind, Dice dice)
    {
        var wrapping = new Dictionary<string, object> { ["kind"] = kind };
        if (kind == "gzip" && dice.OneIn(2))
            wrapping["recipe_size"] = 1 + dice.Below(1000);
        else if (kind == "gzip")
            wrapping["recipe"] = Convert.ToBase64String(dice.Bytes(1 + dice.Below(60)));
        return new()
        {
            ["size"] = 4096,
            ["media_type"] = "application/vnd.oci.image.layer.v1.tar",
            ["encoding"] = "content",
            ["content"] = content,
            ["wrapping"] = wrapping,
        };
    }

    private static Dictionary<string, object> Image(string manifest, Dice dice) => new()
    {
        ["name"] = "default",
        ["baseline"] = new Dictionary<string, object>
        {
            ["manifest_digest"] = Digest(dice),
            ["media_type"] = "application/vnd.oci.image.manifest.v1+json",
            ["read_size"] = dice.Below(1 << 20),
        },
        ["target"] = new Dictionary<string, object>
        {
            ["manifest_digest"] = manifest,
            ["manifest_size"] = 10,
            ["media_type"] = "application/vnd.oci.image.manifest.v1+json",
        },
    };

    private static string Digest(Dice dice) => "sha256:" + Convert.ToHexStringLower(dice.Bytes(32));

    private FuzzInput Input(string origin, byte[] sidecar, bool isWhole = false) => new FuzzInput(Name, origin)
    {
        Settings = new(StringComparer.Ordinal) { [Whole] = isWhole ? "yes" : "" },
    }.WithFiles([new("sidecar", sidecar)]);
}
