using Polly;
using Polly.Retry;

namespace Diffah.Libraries;

/// <summary>What is tried again, how often, and when.</summary>
internal sealed record RetrySettings
{
    /// <summary>How many times more something that failed is tried; 0 or more.</summary>
    public required int Count { get; init; }

    /// <summary>The wait before the first retry, and with <see cref="IsExponential"/> what it grows from.</summary>
    public required TimeSpan Delay { get; init; }

    /// <summary>The longest wait, but for one that <see cref="DelayAsked"/> gives.</summary>
    public required TimeSpan MaximumDelay { get; init; }

    /// <summary>Whether waits double, with some chance in them; otherwise all are the same.</summary>
    public required bool IsExponential { get; init; }

    /// <summary>Says whether a failure is worth another try.</summary>
    public required Func<Exception, bool> ShouldRetry { get; init; }

    /// <summary>The wait that the failure itself asks for; null leaves it to the settings.</summary>
    public required Func<Exception, TimeSpan?> DelayAsked { get; init; }

    /// <summary>Told of each retry: the failure, the wait, and which retry it is, from 1.</summary>
    public required Action<Exception, TimeSpan, int> OnRetry { get; init; }
}

/// <summary>Tries again what failed (Polly's retry strategy).</summary>
internal sealed class RetryPipeline
{
    private readonly ResiliencePipeline _pipeline;

    /// <summary>Makes a pipeline.</summary>
    /// <param name="settings">What it does.</param>
    public RetryPipeline(RetrySettings settings) =>
        // Polly has no retry of zero times.
        _pipeline = settings.Count == 0
            ? ResiliencePipeline.Empty
            : new ResiliencePipelineBuilder().AddRetry(Options(settings)).Build();

    /// <summary>Does something, and does it again where it fails for now.</summary>
    /// <param name="attempt">What to do.</param>
    /// <param name="cancellationToken">Stops attempts and waits.</param>
    public async Task<T> ExecuteAsync<T>(
        Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken) =>
        await _pipeline.ExecuteAsync(async ct => await attempt(ct), cancellationToken);

    private static RetryStrategyOptions Options(RetrySettings settings) => new()
    {
        MaxRetryAttempts = settings.Count,
        Delay = settings.Delay,
        MaxDelay = settings.MaximumDelay,
        BackoffType = settings.IsExponential ? DelayBackoffType.Exponential : DelayBackoffType.Constant,
        UseJitter = settings.IsExponential,
        ShouldHandle =
            attempt => ValueTask.FromResult(attempt.Outcome.Exception is { } fault && settings.ShouldRetry(fault)),
        DelayGenerator =
            attempt => ValueTask.FromResult(attempt.Outcome.Exception is { } fault ? settings.DelayAsked(fault) : null),
        OnRetry = attempt =>
        {
            settings.OnRetry(attempt.Outcome.Exception!, attempt.RetryDelay, attempt.AttemptNumber + 1);
            return default;
        },
    };
}
