using Diffah.Engine.Deltas.Planning;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations;

/// <summary>The opened images a delta is made from; disposing closes their sources.</summary>
internal sealed class DeltaInputs : IAsyncDisposable
{
    private readonly List<IImageSource> _sources = [];
    private readonly List<DeltaInput> _images = [];

    /// <summary>The images.</summary>
    public IReadOnlyList<DeltaInput> Images => _images;

    /// <summary>Opens the two images of a pair.</summary>
    public async Task AddAsync(
        ITransportCatalog transports, string name, ImageReference baseline, ImageReference target, Platform platform, TransportContext context, CancellationToken cancellationToken)
    {
        var from = await OpenAsync(transports, baseline, platform, context, cancellationToken).ConfigureAwait(false);
        var to = await OpenAsync(transports, target, platform, context, cancellationToken).ConfigureAwait(false);
        _images.Add(new DeltaInput(name, from, to));
    }

    /// <summary>The platform of the targets, which must agree; what was asked for where they do not say.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public Platform AgreedPlatform(Platform requested)
    {
        var platforms = _images.Select(i => i.Target.Config.Platform ?? requested).Distinct().ToArray();
        return platforms.Length == 1
            ? platforms[0]
            : throw new DiffahException(DiffahErrors.InvalidArgument, $"The target images are for different platforms: {string.Join<Platform>(", ", platforms)}.",
                "Make one archive for each platform.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
            await source.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<Image> OpenAsync(ITransportCatalog transports, ImageReference reference, Platform platform, TransportContext context, CancellationToken cancellationToken)
    {
        var source = await transports.Get(reference).OpenSourceAsync(reference, context, cancellationToken).ConfigureAwait(false);
        _sources.Add(source);
        return await Image.OpenAsync(source, platform, cancellationToken).ConfigureAwait(false);
    }
}
