namespace Diffah.Engine.Images.Comparison;

/// <summary>Takes differences, passes over those that are to be passed over, and tells the rest.</summary>
/// <param name="options">What is passed over, and when it is enough.</param>
/// <param name="found">Told of each difference, one at a time.</param>
internal sealed class DifferenceSink(ComparisonOptions options, Func<FoundDifference, CancellationToken, Task> found)
{
    /// <summary>What was counted.</summary>
    public ComparisonTally Tally { get; } = new();

    /// <summary>The platform that is compared; null where one image is compared with one.</summary>
    public string? Platform { get; set; }

    /// <summary>True where no more differences are wanted.</summary>
    public bool IsFull => options.StopAtFirst && Tally.Counts.Differences > 0;

    /// <summary>True where any difference was taken, be it told or passed over.</summary>
    public bool HasSeen { get; private set; }

    /// <summary>Takes differences, as long as more are wanted.</summary>
    /// <param name="differences">The differences.</param>
    /// <param name="cancellationToken">Stops the telling.</param>
    public async Task TakeAsync(IEnumerable<ClassedDifference> differences, CancellationToken cancellationToken)
    {
        foreach (var one in differences)
        {
            if (IsFull)
                return;
            await TakeAsync(one, cancellationToken);
        }
    }

    /// <summary>Takes a difference.</summary>
    /// <param name="one">The difference.</param>
    /// <param name="cancellationToken">Stops the telling.</param>
    public async Task TakeAsync(ClassedDifference one, CancellationToken cancellationToken)
    {
        HasSeen = true;
        if ((one.Classes & options.Ignore) != 0)
            return;
        var told = Platform is null
            ? one.Found
            : one.Found with
            {
                Difference = one.Found.Difference with { Platform = one.Found.Difference.Platform ?? Platform },
            };
        Tally.Add(told.Difference);
        await found(told, cancellationToken);
    }
}
