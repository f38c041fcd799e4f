using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Engine.Operations.Checks;

/// <summary>
/// Checks that an image of a registry can be had: that its name resolves, its certificate is trusted, its manifest
/// readable.
/// </summary>
/// <param name="transports">How it is reached.</param>
/// <param name="limit">How long it may take.</param>
internal sealed class NetworkCheck(ITransportCatalog transports, TimeSpan limit)
{
    private const string Name = "network";

    public async Task<EnvironmentCheck> RunAsync(
        ImageReference probe, EventSink events, CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(limit);
        try
        {
            return new EnvironmentCheck(Name, CheckStatus.Ok, await ResolveAsync(probe, events, time.Token), "");
        }
        catch (DiffahException e)
        {
            return new EnvironmentCheck(Name, CheckStatus.Fail, e.Message, e.NextAction);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new EnvironmentCheck(Name, CheckStatus.Fail,
                $"{probe} could not be read within {limit.TotalSeconds:0.#} seconds",
                Wording.Of(DiffahErrors.RegistryUnreachable.NextAction));
        }
    }

    private async Task<string> ResolveAsync(ImageReference probe, EventSink events, CancellationToken cancellationToken)
    {
        using var work = new WorkDirectory(Path.GetTempPath());
        await using var source = await transports.Get(probe)
            .OpenSourceAsync(probe, new TransportContext(work, events), cancellationToken);
        var manifest = await source.GetManifestAsync(null, cancellationToken);
        return $"{probe} is {manifest.Digest}";
    }
}
