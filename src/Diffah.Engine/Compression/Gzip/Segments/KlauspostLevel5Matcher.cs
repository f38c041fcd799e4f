namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>The search for matches of klauspost/compress at level 5: podman, skopeo, buildah, umoci.</summary>
internal sealed class KlauspostLevel5Matcher() : KlauspostTwoTableMatcher(skipShift: 6)
{
    private const int LongEnough = 30;

    protected override void LookAround(ref byte bytes, ulong value, ulong nextValue, ulong nextPair, int end,
        ref Match match)
    {
        var next = match.Next;
        var newest = Newest(nextPair);
        var older = Older(nextPair);
        if (next - newest >= MaxDistance || TakeLonger(ref bytes, next, newest, (uint)nextValue, end, ref match))
            return;
        if (next - older < MaxDistance)
            TakeLonger(ref bytes, next, older, (uint)nextValue, end, ref match);
    }

    protected override void LookBehind(ref byte bytes, int end, ref Match match)
    {
        if (match.Length >= LongEnough)
            return;
        var behind = LongPair(Bytes.Load64(ref bytes, match.Position + match.Length));
        TakeLongerFromBehind(ref bytes, Newest(behind), match.Position, end, ref match);
    }

    protected override void RememberMatch(ref byte bytes, int position, int length, int next)
    {
        var last = position - 1;
        var i = position - length + 1;
        if (i < last)
        {
            var value = Bytes.Load64(ref bytes, i);
            RememberShort(value, i);
            RememberLong(value, i);
            RememberLong(value >> 8, i + 1);
            RememberShort(value >> 16, i + 2);
            for (i += 4; i < last; i += 3)
            {
                value = Bytes.Load64(ref bytes, i);
                RememberLong(value, i);
                RememberShort(value >> 8, i + 1);
            }
        }
        var end = Bytes.Load64(ref bytes, last);
        RememberShort(end, last);
        RememberLong(end, last);
    }
}
