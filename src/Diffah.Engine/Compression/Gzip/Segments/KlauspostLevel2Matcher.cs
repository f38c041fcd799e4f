namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>The search for matches of klauspost/compress at level 2.</summary>
internal sealed class KlauspostLevel2Matcher() : KlauspostOneTableMatcher(tableBits: 17)
{
    protected override bool RemembersNextOfSecond => false;

    protected override void RememberMatch(ref byte bytes, int position, int length)
    {
        for (var i = position - length + 2; i < position - 5; i += 7)
        {
            // Eight bytes are loaded once for all three: the last has four of them, and a zero for its fifth.
            var value = Bytes.Load64(ref bytes, i);
            Remember(value, i);
            Remember(value >> 16, i + 2);
            Remember(value >> 32, i + 4);
        }
        var end = Bytes.Load64(ref bytes, position - 2);
        Remember(end, position - 2);
        Remember(end >> 8, position - 1);
    }
}
