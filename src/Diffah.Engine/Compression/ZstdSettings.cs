namespace Diffah.Engine.Compression;

/// <summary>How a zstd frame is made.</summary>
/// <param name="Level">1 to 22; 22 is libzstd's real 22, what the zstd tool calls <c>--ultra -22</c>.</param>
/// <param name="WindowLog">Window, log2 bytes, 10 to 31; null leaves it to the level.</param>
/// <param name="LongDistanceMatching">Finds long matches far back, as <c>--long</c> does.</param>
/// <param name="ContentSize">Size of the content in bytes, written into the frame's header; null where it is
/// unknown.</param>
public sealed record ZstdSettings(
    int Level, int? WindowLog = null, bool LongDistanceMatching = false, long? ContentSize = null);
