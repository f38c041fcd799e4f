namespace Diffah.Engine.Deltas.Codecs.Content.Matching;

/// <summary>
/// One step of rebuilding a file: bytes that are predicted from old ones, then bytes that are new.
/// </summary>
/// <param name="Old">Where the old bytes begin, in the old file.</param>
/// <param name="Add">How many bytes are predicted from old ones.</param>
/// <param name="Insert">How many new bytes follow.</param>
internal readonly record struct PatchOp(int Old, int Add, int Insert);
