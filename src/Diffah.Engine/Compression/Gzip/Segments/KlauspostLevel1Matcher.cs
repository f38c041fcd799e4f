namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>The search for matches of klauspost/compress at level 1.</summary>
internal sealed class KlauspostLevel1Matcher() : KlauspostOneTableMatcher(tableBits: 15)
{
    protected override bool RemembersNextOfSecond => true;

    protected override void RememberMatch(ref byte bytes, int position, int length) =>
        Remember(Bytes.Load64(ref bytes, position - 2), position - 2);
}
