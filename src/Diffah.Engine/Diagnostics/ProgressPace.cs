namespace Diffah.Engine.Diagnostics;

/// <summary>How fast a piece of work goes.</summary>
/// <param name="BytesPerSecond">Over the last few seconds; of a finished part, over its last stage. Null where nobody can tell yet, and for the whole operation.</param>
/// <param name="Remaining">What the stage still takes, smoothed; null where nobody can tell yet, or the work stands still.</param>
/// <param name="Elapsed">What the stage, or the whole operation, has taken so far.</param>
public readonly record struct ProgressPace(double? BytesPerSecond, TimeSpan? Remaining, TimeSpan Elapsed);
