using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Tests.Compression.Gzip;

/// <summary>
/// What zlib, GNU gzip and Go do, written down plainly: one array of links for all of the content, and one place after
/// the other. Only hashes and the moves of the window are the product's.
/// </summary>
internal sealed class ChainWalk<TScheme>(byte[] content, SearchSettings settings, bool isLazy)
    where TScheme : struct, IHashScheme
{
    private const int Window = 32768;
    private const int Nowhere = int.MinValue / 2;

    private readonly int[] _heads = [.. Enumerable.Repeat(Nowhere, 1 << TScheme.TableBits)];
    private readonly int[] _links = new int[content.Length];
    private readonly byte[] _padded = [.. content, .. new byte[8]];
    private int _inserted;
    private uint _next;

    private static bool IsGo => typeof(TScheme) == typeof(GoScheme);

    public int Position { get; private set; }

    public int Base { get; private set; }

    public int Limit { get; set; }

    public uint Predict()
    {
        var match = _next;
        if (match == 0)
        {
            Arrive();
            match = Find(Position, TScheme.MinimumMatch - 1);
        }
        _next = 0;
        if (!isLazy)
            return match == 0 ? content[Position] : match;
        if (Token.MatchLength(match) == 3 && Token.Distance(match) > 4096)
            match = 0;
        if (match == 0)
            return content[Position];
        Position++;
        Arrive();
        Position--;
        if (Token.MatchLength(match) >= settings.Lazy)
            return match;
        var better = Find(Position + 1, Token.MatchLength(match));
        if (Token.MatchLength(better) <= Token.MatchLength(match))
            return match;
        _next = better;
        return content[Position];
    }

    /// <summary>Goes along the token that was predicted.</summary>
    public void Accept(uint token)
    {
        var next = _next;
        Commit(token);
        _next = next;
    }

    public void Commit(uint token)
    {
        _next = 0;
        Position += Token.Length(token);
        if (Token.IsMatch(token) && !isLazy && Token.MatchLength(token) > settings.Lazy)
            _inserted = Position;
        else if (Token.IsMatch(token))
            InsertTo(Position);
        else if (isLazy)
            Arrive();
    }

    private void Arrive()
    {
        if (TScheme.Slides(Position, Base, Limit))
            Base += Window;
    }

    private void InsertTo(int end)
    {
        for (; _inserted < end && _inserted <= Limit - TScheme.HashLength; _inserted++)
        {
            ref var head = ref _heads[TScheme.Hash(ref _padded[_inserted])];
            _links[_inserted] = head;
            head = _inserted;
        }
    }

    private uint Find(int position, int length)
    {
        if (position > Limit - TScheme.HashLength || Limit - position <= length || IsGnuEnd(position))
            return 0;
        InsertTo(position + 1);
        var most = Math.Min(258, Limit - position);
        var nice = Math.Min(settings.Nice, most);
        var tries = !IsGo && length >= settings.Good ? settings.Chain / 4 : settings.Chain;
        var (best, found) = (IsGo ? 3 : length, 0);
        for (var place = _links[position]; tries > 0 && MayTake(position, place); place = _links[place], tries--)
        {
            var common = content.AsSpan(place, most).CommonPrefixLength(content.AsSpan(position, most));
            if (common <= best || (IsGo && common == 4 && position - place > 4096))
                continue;
            (best, found) = (common, position - place);
            if (common >= nice)
                break;
        }
        return found == 0 ? 0 : Token.Match(best, found);
    }

    private bool MayTake(int position, int place)
    {
        var distance = position - place;
        if (IsGo)
            return place >= Base && distance <= Window;
        // The nearest place may be as far away as the window less what has to be known ahead; others not quite.
        return place > Base && (distance < Window - 262 || (distance == Window - 262 && place == _links[position]));
    }

    private bool IsGnuEnd(int position) =>
        typeof(TScheme) == typeof(GnuScheme) && position - Base > 2 * Window - 262;
}
