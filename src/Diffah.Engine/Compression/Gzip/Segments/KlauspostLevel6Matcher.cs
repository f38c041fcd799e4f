namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>The search for matches of klauspost/compress at level 6, Go's default from 1.27 on.</summary>
internal sealed class KlauspostLevel6Matcher() : KlauspostTwoTableMatcher(skipShift: 7)
{
    protected override void LookAround(ref byte bytes, ulong value, ulong nextValue, ulong nextPair, int end,
        ref Match match)
    {
        var repeated = match.Position + 1 - match.LastDistance;
        if (TakeLonger(ref bytes, match.Position + 1, repeated, (uint)(value >> 8), end, ref match))
            return;
        var next = match.Next;
        var newest = Newest(nextPair);
        var older = Older(nextPair);
        if (next - newest >= MaxDistance)
            return;
        TakeLonger(ref bytes, next, newest, (uint)nextValue, end, ref match);
        if (next - older < MaxDistance)
            TakeLonger(ref bytes, next, older, (uint)nextValue, end, ref match);
    }

    protected override void LookBehind(ref byte bytes, int end, ref Match match)
    {
        var position = match.Position;
        var behind = LongPair(Bytes.Load64(ref bytes, position + match.Length));
        if (position + match.Length - Newest(behind) >= MaxDistance)
            return;
        TakeLongerFromBehind(ref bytes, Newest(behind), position, end, ref match);
        TakeLongerFromBehind(ref bytes, Older(behind), position, end, ref match);
    }

    protected override void RememberMatch(ref byte bytes, int position, int length, int next)
    {
        for (var i = next + 1; i < position - 1; i += 2)
        {
            var value = Bytes.Load64(ref bytes, i);
            RememberShort(value, i);
            RememberLong(value, i);
            RememberLong(value >> 8, i + 1);
        }
    }

    protected override void RememberEnd(ref byte bytes, int next, int end)
    {
        for (var i = next + 1; i < end - 8; i += 2)
        {
            var value = Bytes.Load64(ref bytes, i);
            RememberShort(value, i);
            RememberLong(value, i);
        }
    }
}
