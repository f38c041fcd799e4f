using System.Text;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Mutation;
using Diffah.Fuzz.Running;

namespace Diffah.Fuzz.Classes;

/// <summary>Archives of one image, damaged in sidecar, container and patches.</summary>
internal sealed class DeltaClass : FuzzClass
{
    private static readonly string[] Sidecars =
    [
        "", "{}", "[]", "null", "\"v1\"", """{"version":"v1"}""", """{"version":"v1","feature":"bundle"}""",
        """{"version":"v1","feature":"bundle","blobs":{},"images":[]}""",
        """{"version":"v2","feature":"bundle","blobs":{},"images":[]}""",
        """{"version":"v1","version":"v1","feature":"bundle","blobs":{},"images":[]}""",
        """{"version":"v1","feature":"bundle","platform":"linux/amd64","tool":"t","tool_version":"\u001b[2J","created_at":"2024-01-01T00:00:00Z","blobs":{"sha256:../../x":{}},"images":[{"name":"../x"}]}""",
    ];

    public override string Name => "delta";

    public override IEnumerable<FuzzInput> HandMade()
    {
        var deep = new string('[', 1_000_000);
        var many = "{\"version\":\"v1\",\"feature\":\"bundle\",\"blobs\":{"
            + string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"sha256:{i:x64}\":{{}}"))
            + "},\"images\":[]}";
        foreach (var (sidecar, number) in Sidecars.Append(deep).Append(many).Select((text, i) => (text, i)))
            yield return Input($"hand-made: sidecar {number}", ArchivePool.Delta(new Dice(0)),
                Storing.Tar([new("diffah.json", Encoding.UTF8.GetBytes(sidecar))]));
        yield return Input("hand-made: a bomb", ArchivePool.Delta(new Dice(0)),
            CompressionMutator.Zstd(new byte[64 << 20]));
    }

    public override FuzzInput Build(Dice dice, string origin)
    {
        var parts = ArchivePool.Delta(dice);
        var input = Input(origin, parts, dice.OneIn(12) ? Storing.Tar(parts.Entries) : parts.Damaged(dice));
        input.Settings["to"] = dice.Of<string>(Storing.Transports);
        if (dice.OneIn(8))
            Spoil(input, dice);
        return input;
    }

    public override async Task RunAsync(FuzzInput input, Trial trial)
    {
        var (archive, baseline) = (trial[ArchiveParts.Path], ImageReference.Parse($"dir:{trial["b0"]}"));
        await trial.ReadAsync("InspectArchive", (events, stop) => InspectArchive.RunAsync(archive, events, stop));
        var verified = await VerifyAsync(trial, archive, baseline);
        var restored = await ImageWork.RestoreAsync(trial, archive, baseline, input["to"]);
        if (verified is true && !restored)
            throw new LawBrokenException(Law.Exact, "VerifyArchive",
                "an archive that it finds right with its baseline can't be restored: " + trial.Outcomes.Last());
    }

    /// <summary>Whether the archive is right with its baseline; null where it could not be checked.</summary>
    private static async Task<bool?> VerifyAsync(Trial trial, string archive, ImageReference baseline)
    {
        var request = new VerifyArchiveRequest
        {
            ArchivePath = archive,
            Baseline = baseline,
            WorkDirectory = trial.Work,
        };
        var checkedArchive = await trial.ReadAsync("VerifyArchive",
            (events, stop) => new VerifyArchive(trial.Catalog).RunAsync(request, events, stop));
        return checkedArchive.Succeeded ? checkedArchive.Value.IsValid : null;
    }

    /// <summary>Damages the baseline instead.</summary>
    private static void Spoil(FuzzInput input, Dice dice)
    {
        var name = dice.Of<string>([.. input.Files.Keys.Where(k => k.StartsWith("b0/", StringComparison.Ordinal))]);
        input.Files[name] = ByteMutator.Mutate(input.Files[name], dice);
    }

    private FuzzInput Input(string origin, ArchiveParts parts, byte[] archive) =>
        new FuzzInput(Name, origin)
        {
            Settings = new(StringComparer.Ordinal) { ["to"] = Storing.Folder },
        }.WithFiles(parts.Baselines.Append(new(ArchiveParts.Path, archive)));
}
