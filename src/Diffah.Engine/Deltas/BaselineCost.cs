namespace Diffah.Engine.Deltas;

/// <summary>What a restore from a baseline reads.</summary>
/// <param name="Read">Bytes of the baseline's layers, as it has them.</param>
/// <param name="Fetched">Bytes of the archive's entries; null where there is but one baseline, which reads all.</param>
internal sealed record BaselineCost(long Read, long? Fetched);
