namespace Diffah.Engine.Diagnostics;

/// <summary>How fast a piece of work goes.</summary>
/// <param name="BytesPerSecond">Over the last few seconds; of a finished part, over its last stage. Null while it can't
/// be told yet, and for the whole operation.</param>
/// <param name="Remaining">The remaining time of the stage, smoothed; null while it can't be told yet, or the work
/// stands still.</param>
/// <param name="Elapsed">The time that the stage, or the whole operation, has taken so far.</param>
public readonly record struct ProgressPace(double? BytesPerSecond, TimeSpan? Remaining, TimeSpan Elapsed);
