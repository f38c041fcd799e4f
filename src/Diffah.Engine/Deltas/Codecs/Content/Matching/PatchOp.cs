namespace Diffah.Engine.Deltas.Codecs.Content.Matching;

/// <summary>
/// One step through a new file: <paramref name="Add"/> bytes that are predicted from the old bytes at
/// <paramref name="Old"/>, then <paramref name="Insert"/> bytes that are not.
/// </summary>
internal readonly record struct PatchOp(int Old, int Add, int Insert);
