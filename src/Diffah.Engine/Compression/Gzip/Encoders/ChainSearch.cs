using System.Runtime.CompilerServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>The walk along a chain, from the nearest place on, in groups of <see cref="IChainLinks.Count"/>.</summary>
internal static class ChainSearch
{
    /// <summary>The first of the longest matches; 0 where none is long enough.</summary>
    /// <param name="search">Where to look.</param>
    /// <param name="position">Where the match is to be.</param>
    /// <param name="oldest">The first place that may be taken.</param>
    /// <param name="length">The match must be longer.</param>
    /// <param name="tries">How many places are tried.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static uint Find<TScheme, TLinks>(
        in SearchSpace search, nint position, nint oldest, nint length, int tries)
        where TScheme : struct, IHashScheme
        where TLinks : struct, IChainLinks
    {
        nint most = Math.Min(Token.MaximumMatch, search.Limit - (int)position);
        nint nice = Math.Min(search.Settings.Nice, (int)most);
        ref var content = ref search.Content;
        ref var links = ref search.Links;
        var best = length;
        nint found = 0;
        var at = position;
        // Up to eight bytes that end behind the best so far: a better match has them all.
        var mask = SearchSpace.FirstBytes(best + 1);
        ref var tail = ref Unsafe.Add(ref content, Math.Max(best - 7, 0));
        var last = SearchSpace.Read(ref tail, position) & mask;
        for (; tries > 0; tries -= TLinks.Count)
        {
            ref var group = ref SearchSpace.LinksOf<TLinks>(ref links, at);
            var next = at - Unsafe.Add(ref group, TLinks.Count - 1);
            if (next < oldest || tries < TLinks.Count
                || TLinks.HasAny(ref tail, at, ref group, mask, last))
            {
                for (var index = 0; index < Math.Min(tries, TLinks.Count); index++)
                {
                    var place = at - Unsafe.Add(ref group, index);
                    if (place < oldest)
                        return Result(best, found);
                    if (!IChainLinks.Has(ref tail, place, mask, last))
                        continue;
                    var common = SearchSpace.Common(ref content, place, position, most);
                    if (common <= best
                        || (common == TScheme.MinimumMatch && position - place > TScheme.FarthestShortest))
                        continue;
                    (best, found) = (common, position - place);
                    if (common >= nice)
                        return Result(best, found);
                    mask = SearchSpace.FirstBytes(best + 1);
                    tail = ref Unsafe.Add(ref content, Math.Max(best - 7, 0));
                    last = SearchSpace.Read(ref tail, position) & mask;
                }
            }
            at = next;
        }
        return Result(best, found);
    }

    /// <summary>The same from place to place, by one link each.</summary>
    public static uint Walk<TScheme>(in SearchSpace search, nint position, nint oldest, nint length, int tries)
        where TScheme : struct, IHashScheme
    {
        nint most = Math.Min(Token.MaximumMatch, search.Limit - (int)position);
        nint nice = Math.Min(search.Settings.Nice, (int)most);
        ref var content = ref search.Content;
        ref var links = ref search.Links;
        var best = length;
        nint found = 0;
        // The bytes up to the one behind the best so far: three at first, then four.
        var mask = length >= 3 ? uint.MaxValue : BitConverter.IsLittleEndian ? 0xFFFFFF00 : 0x00FFFFFF;
        ref var tail = ref Unsafe.Add(ref content, best - 3);
        var last = SearchSpace.ReadFour(ref tail, position);
        var place = position - Unsafe.Add(ref links, position & IChainLinks.Mask);
        for (; place >= oldest && tries > 0; tries--)
        {
            if (((SearchSpace.ReadFour(ref tail, place) ^ last) & mask) == 0)
            {
                var common = SearchSpace.Common(ref content, place, position, most);
                if (common > best
                    && (common != TScheme.MinimumMatch || position - place <= TScheme.FarthestShortest))
                {
                    (best, found) = (common, position - place);
                    if (common >= nice)
                        break;
                    mask = uint.MaxValue;
                    tail = ref Unsafe.Add(ref content, best - 3);
                    last = SearchSpace.ReadFour(ref tail, position);
                }
            }
            // The oldest place of all has lost its link: the position has taken its room.
            if (position - place == Token.MaximumDistance)
                break;
            place -= Unsafe.Add(ref links, place & IChainLinks.Mask);
        }
        return Result(best, found);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Result(nint length, nint distance) =>
        distance == 0 ? 0 : Token.Match((int)length, (int)distance);
}
