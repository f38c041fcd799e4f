namespace Diffah.Engine.Deltas;

/// <summary>Bytes that lie somewhere, any part of which can be read, by many at the same time.</summary>
/// <param name="Length">How many there are.</param>
/// <param name="Open">Opens a part: where it begins, and how long it is.</param>
internal sealed record PartBytes(long Length, Func<long, long, Stream> Open);
