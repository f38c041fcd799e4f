using Diffah.Engine.Deltas.Making;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations;

/// <summary>The opened images an archive is made from, in ascending order of names; disposing closes their sources.</summary>
/// <param name="images">Opens them; owned.</param>
internal sealed class DeltaInputs(OpenedImages images) : IAsyncDisposable
{
    private readonly List<DeltaInput> _inputs = [];

    /// <summary>The images.</summary>
    public IReadOnlyList<DeltaInput> Images => _inputs;

    /// <summary>Opens the images of all pairs.</summary>
    /// <exception cref="DiffahException">What opening threw; for a bundle one error that lists every pair that can't be opened.</exception>
    public async Task OpenAsync(IReadOnlyCollection<ArchivePair> pairs, CancellationToken cancellationToken)
    {
        var problems = new ImageProblems();
        foreach (var pair in pairs.OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            try
            {
                _inputs.Add(await OpenAsync(pair, cancellationToken));
            }
            catch (Exception e) when (pairs.Count > 1 && e is not OperationCanceledException)
            {
                problems.Add(pair.Name, DiffahException.From(e));
            }
        }
        if (problems.Any)
            throw problems.ToError("Images of the bundle can't be opened");
    }

    /// <summary>The platform of the targets, which must agree; what was asked for where they do not say.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public Platform AgreedPlatform(Platform requested)
    {
        var platforms = _inputs.Select(i => i.Target.Config.Platform ?? requested).Distinct().ToArray();
        return platforms.Length == 1
            ? platforms[0]
            : throw new DiffahException(DiffahErrors.InvalidArgument, $"The target images are for different platforms: {string.Join<Platform>(", ", platforms)}.",
                "Make one archive for each platform.");
    }

    public ValueTask DisposeAsync() => images.DisposeAsync();

    private async Task<DeltaInput> OpenAsync(ArchivePair pair, CancellationToken cancellationToken)
    {
        var baseline = pair.Baseline is { } reference
            ? DeltaBaseline.Of(await images.GetAsync(reference, cancellationToken))
            : await BaselineManifestFile.ReadAsync(pair.BaselineManifestPath!, cancellationToken);
        return new DeltaInput(pair.Name, baseline, await images.GetAsync(pair.Target, cancellationToken));
    }
}
