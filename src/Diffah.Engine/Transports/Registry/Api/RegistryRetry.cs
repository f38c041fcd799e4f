using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Registry.Http;
using Diffah.Libraries;

namespace Diffah.Engine.Transports.Registry.Api;

/// <summary>The one pipeline through which a transport asks again.</summary>
internal static class RegistryRetry
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(2);

    /// <summary>Makes the pipeline.</summary>
    /// <param name="options">How often, and how long between.</param>
    /// <param name="host">The registry, for messages.</param>
    /// <param name="events">Told of every retry.</param>
    public static RetryPipeline Create(RegistryOptions options, string host, EventSink events) => new(new RetrySettings
    {
        Count = options.RetryCount,
        Delay = options.RetryDelay ?? FirstDelay,
        MaximumDelay = RegistryOptions.MaximumRetryDelay,
        IsExponential = options.RetryDelay is null,
        ShouldRetry = ShouldRetry,
        DelayAsked = AskedFor,
        OnRetry = (fault, delay, attempt) =>
            events.Info(
                $"{host}: {Reason(fault)}; trying again in {delay.TotalSeconds:0.#} s "
                    + $"({attempt} of {options.RetryCount})."),
    });

    private static bool ShouldRetry(Exception fault) => fault is InterruptedTransferException
        or RegistryStatusException { AuthorizationRenewed: true } || RegistryFaults.IsTransient(fault);

    /// <summary>What the registry asks for, bounded; null leaves the delay to the options.</summary>
    private static TimeSpan? AskedFor(Exception fault) => fault switch
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
