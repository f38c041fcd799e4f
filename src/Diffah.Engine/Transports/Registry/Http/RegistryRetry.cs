using Diffah.Engine.Diagnostics;
using Polly;
using Polly.Retry;

namespace Diffah.Engine.Transports.Registry.Http;

/// <summary>The one pipeline through which a transport asks again.</summary>
internal static class RegistryRetry
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(2);

    /// <summary>Makes the pipeline.</summary>
    /// <param name="options">How often, and how long between.</param>
    /// <param name="host">The registry, for messages.</param>
    /// <param name="events">Told of every retry.</param>
    public static ResiliencePipeline Create(RegistryOptions options, string host, EventSink events)
    {
        // Polly has no retry of zero times.
        if (options.RetryCount == 0)
            return ResiliencePipeline.Empty;
        return new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = options.RetryCount,
            Delay = options.RetryDelay ?? FirstDelay,
            MaxDelay = RegistryOptions.MaximumRetryDelay,
            BackoffType = options.RetryDelay is null ? DelayBackoffType.Exponential : DelayBackoffType.Constant,
            UseJitter = options.RetryDelay is null,
            ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is { } fault && ShouldRetry(fault)),
            DelayGenerator = attempt => ValueTask.FromResult(AskedFor(attempt.Outcome.Exception)),
            OnRetry = attempt =>
            {
                events.Info($"{host}: {Reason(attempt.Outcome.Exception!)}; trying again in {attempt.RetryDelay.TotalSeconds:0.#} s ({attempt.AttemptNumber + 1} of {options.RetryCount}).");
                return default;
            },
        }).Build();
    }

    private static bool ShouldRetry(Exception fault) => fault is InterruptedTransferException or RegistryStatusException { AuthorizationRenewed: true } || RegistryFaults.IsTransient(fault);

    /// <summary>What the registry asks for, bounded; null leaves the delay to the options.</summary>
    private static TimeSpan? AskedFor(Exception? fault) => fault switch
    {
        RegistryStatusException { AuthorizationRenewed: true } => TimeSpan.Zero,
        RegistryStatusException { RetryAfter: { } asked } => asked < LongestRetryAfter ? asked : LongestRetryAfter,
        _ => null,
    };

    private static string Reason(Exception fault) => fault switch
    {
        RegistryStatusException { AuthorizationRenewed: true } => "the authorization had expired",
        RegistryStatusException status => $"answered {(int)status.Status}",
        _ => "the connection failed",
    };
}

/// <summary>A transfer broke off and can go on.</summary>
/// <param name="cause">Why.</param>
internal sealed class InterruptedTransferException(Exception cause) : Exception(cause.Message, cause);
