namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>Literals, and a match behind them.</summary>
/// <param name="LiteralLength">Bytes of literals; 0 to 131,071.</param>
/// <param name="MatchLength">Bytes of the match; at least 3.</param>
/// <param name="OffsetValue">How the block says the offset: 1 to 3 is one of the repeat offsets, more is the offset
/// and 3.</param>
/// <param name="Offset">Bytes from the match back to what it repeats; 0 in a draft, where the value says it
/// all.</param>
internal readonly record struct ZstdSequence(int LiteralLength, int MatchLength, uint OffsetValue, uint Offset);
