using System.Collections.Immutable;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Running;

namespace Diffah.Fuzz.Classes;

/// <summary>Archives of several images, restored strictly or as far as they can be.</summary>
internal sealed class BundleClass : FuzzClass
{
    public override string Name => "bundle";

    public override FuzzInput Build(Dice dice, string origin)
    {
        var parts = ArchivePool.Bundle(dice);
        var archive = dice.OneIn(12) ? Storing.Tar(parts.Entries) : parts.Damaged(dice);
        var input = new FuzzInput(Name, origin).WithFiles(parts.Baselines.Append(new(ArchiveParts.Path, archive)));
        input.Settings["to"] = dice.Of(Storing.Layout, Storing.Folder);
        input.Settings["strict"] = dice.Of("", "yes");
        input.Settings["images"] = $"{dice.Between(1, 3)}";
        return input;
    }

    public override async Task RunAsync(FuzzInput input, Trial trial)
    {
        var archive = trial[ArchiveParts.Path];
        var names = Enumerable.Range(0, int.Parse(input["images"])).ToArray();
        var baselines = names.ToImmutableSortedDictionary(
            ArchiveParts.ImageName, i => ImageReference.Parse($"dir:{trial[$"b{i}"]}"));
        await trial.ReadAsync("VerifyArchive of a bundle", (events, stop) => new VerifyArchive(trial.Catalog).RunAsync(
            new VerifyArchiveRequest { ArchivePath = archive, Baselines = baselines, WorkDirectory = trial.Work },
            events, stop));
        var output = trial.NewOutput();
        var request = new RestoreBundleRequest
        {
            ArchivePath = archive,
            Baselines = baselines,
            Destinations = baselines.Keys.ToImmutableSortedDictionary(
                name => name, name => ImageReference.Parse($"{input["to"]}:{Path.Combine(output, name)}")),
            Strict = input["strict"] == "yes",
            WorkDirectory = trial.Work,
        };
        var restored = await trial.WriteAsync("RestoreBundle", output,
            (events, stop) => new RestoreBundle(trial.Catalog).RunAsync(request, events, stop));
        if (restored.Succeeded)
            Judge(restored.Value.Images, input["to"], output, archive);
    }

    private static void Judge(
        IEnumerable<RestoreOutcome> outcomes, string transport, string output, string archive)
    {
        const string operation = "RestoreBundle";
        var there = Directory.EnumerateFileSystemEntries(output).Select(Path.GetFileName).ToHashSet();
        foreach (var outcome in outcomes)
        {
            if (outcome.Status == RestoreStatus.Restored)
            {
                var digest = outcome.Image!.ManifestDigest;
                ImageWalk.Require(operation, transport, Path.Combine(output, outcome.Name), digest);
                ImageWork.RequirePromised(operation, archive, digest);
                there.Remove(outcome.Name);
            }
        }
        if (there.Count > 0)
            throw new LawBrokenException(Law.Clean, operation, $"'{there.First()}' is there, and was not restored",
                "something is there that was not restored");
    }
}
