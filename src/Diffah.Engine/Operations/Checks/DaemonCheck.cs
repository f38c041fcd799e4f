using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Engine.Operations.Checks;

/// <summary>
/// Checks that a daemon that keeps images answers. One that is nowhere, and that nobody said to be anywhere, is no
/// fault: most machines have one kind of daemon or none.
/// </summary>
/// <param name="limit">How long it may take.</param>
internal sealed class DaemonCheck(TimeSpan limit)
{
    public async Task<EnvironmentCheck> RunAsync(IImageStore store, CancellationToken cancellationToken)
    {
        var name = store.Traits.Name;
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(limit);
        try
        {
            return new EnvironmentCheck(name, CheckStatus.Ok, await store.DescribeAsync(time.Token), "");
        }
        catch (DiffahException e) when (e.Error == DiffahErrors.DaemonUnreachable && !store.IsExpected)
        {
            return new EnvironmentCheck(name, CheckStatus.Ok, $"not in use: {e.Message}", "");
        }
        catch (DiffahException e)
        {
            return new EnvironmentCheck(name, CheckStatus.Warn, e.Message, e.NextAction);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new EnvironmentCheck(name, CheckStatus.Warn,
                $"it did not answer within {limit.TotalSeconds:0.#} seconds",
                Wording.Of(DiffahErrors.DaemonUnreachable.NextAction));
        }
    }
}
