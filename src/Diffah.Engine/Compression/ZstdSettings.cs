namespace Diffah.Engine.Compression;

/// <summary>How a zstd frame is made.</summary>
/// <param name="Level">1 to 22; 22 is libzstd's real 22, what the zstd tool calls <c>--ultra -22</c>.</param>
/// <param name="WindowLog">Window, log2 bytes, 10 to 31; null leaves it to the level.</param>
/// <param name="LongDistanceMatching">Finds long matches far back; what <c>--long</c> switches on.</param>
/// <param name="ContentSize">Bytes to come, written into the frame's header; null where nobody knows.</param>
public sealed record ZstdSettings(int Level, int? WindowLog = null, bool LongDistanceMatching = false, long? ContentSize = null);
