namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>Some literals and a copy behind them.</summary>
/// <param name="LiteralLength">How many literals come first; may be 0.</param>
/// <param name="MatchLength">How many bytes are copied, at least 3.</param>
/// <param name="OffsetValue">From how far back, as the format writes it: 1 to 3 is a code of a repeated offset, what
/// is larger is the offset and 3.</param>
internal readonly record struct ZstdSequence(int LiteralLength, int MatchLength, uint OffsetValue);
