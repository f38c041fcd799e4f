using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Operations.Specs;

namespace Diffah.PowerShell.Parameters;

/// <summary>What a restore starts from and where it goes, in one of two forms: one image, or images by name.</summary>
/// <param name="Baseline">The baseline, or the baselines.</param>
/// <param name="Destination">The destination, or the destinations.</param>
internal sealed record RestoredReferences(NamedReferences Baseline, NamedReferences Destination)
{
    /// <summary>Reads both from JSON files.</summary>
    /// <param name="baselines">Absolute path of the file of baselines.</param>
    /// <param name="destinations">Absolute path of the file of destinations.</param>
    /// <exception cref="DiffahException">FileNotFound, SpecFileInvalid.</exception>
    public static RestoredReferences Read(string baselines, string destinations) =>
        new(new NamedReferences(SpecFiles.ReadBaselines(baselines)),
            new NamedReferences(SpecFiles.ReadOutputs(destinations)));

    /// <summary>The request that fits the form.</summary>
    /// <param name="archive">Absolute path of the archive.</param>
    /// <param name="names">Names of the images to restore; none is all.</param>
    /// <param name="strict">Whether every image must be restorable.</param>
    /// <exception cref="DiffahException">InvalidArgument, where the forms do not go together.</exception>
    public RestoreRequest ToRequest(string archive, IReadOnlyList<string> names, bool strict) =>
        (Baseline.Only, Destination.Only) switch
        {
            ({ } from, { } to) =>
                new RestoreImageRequest
                {
                    ArchivePath = archive,
                    Baseline = from,
                    Destination = to,
                    ImageName = OneOf(names)
                },
            (null, null) =>
                new RestoreBundleRequest
                {
                    ArchivePath = archive,
                    Baselines = Baseline.ByName,
                    Destinations = Destination.ByName,
                    Names = [.. names],
                    Strict = strict
                },
            (null, var to) => throw Mixed("Baseline is a table of images", $"Destination is one reference ({to})"),
            (var from, null) => throw Mixed("Destination is a table of images", $"Baseline is one reference ({from})"),
        };

    private static string? OneOf(IReadOnlyList<string> names) => names switch
    {
        [] => null,
        [var name] => name,
        _ =>
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"One baseline and one destination restore one image, and {names.Count} names were given: "
                    + $"{string.Join(", ", names)}.",
                "Give one name, or baselines and destinations by name: @{ name = reference }."),
    };

    private static DiffahException Mixed(string one, string other) =>
        new(DiffahErrors.InvalidArgument, $"{one}, and {other}.",
            "Give both as tables, @{ name = reference }, or both as one reference.");
}
