namespace Diffah.Engine.Compression.Tokens;

/// <summary>
/// The content of a reference, of which any place may be asked for: some pages of it are in memory. How many pages are
/// read in all has a bound, so that nobody can have the same ones read for ever.
/// </summary>
internal sealed class ReferenceBytes
{
    private const int PageLog = 14;
    private const int PageLength = 1 << PageLog;
    private const int Slots = 256;

    // A short content has no need for all of a long reference, and there may be many of them.
    private const int MostTimes = 64;
    private const int FreePages = 256;

    private readonly Stream _content;
    private readonly byte[] _pages = GC.AllocateUninitializedArray<byte>(Slots * PageLength);
    private readonly int[] _held = new int[Slots];
    private long _budget;

    /// <param name="content">The content, which can seek; not owned.</param>
    /// <param name="newLength">Bytes of the content that it is compared with.</param>
    public ReferenceBytes(Stream content, long newLength)
    {
        _content = content;
        Length = (int)content.Length;
        _budget = ((Math.Min(Length, newLength * MostTimes) + newLength) / PageLength * 8) + FreePages;
        Array.Fill(_held, -1);
    }

    /// <summary>Bytes of the content.</summary>
    public int Length { get; }

    /// <summary>So many pages were read that no new places are to be looked at.</summary>
    public bool IsSpent => _budget <= 0;

    /// <summary>The bytes from a place to the end of its page: at least one, where there is one.</summary>
    public ReadOnlySpan<byte> From(int position)
    {
        var page = position >> PageLog;
        var start = (page & (Slots - 1)) << PageLog;
        if (_held[page & (Slots - 1)] != page)
            Load(page, start);
        var within = position & (PageLength - 1);
        return _pages.AsSpan(start + within, Math.Min(PageLength - within, Length - position));
    }

    /// <summary>The byte at a place.</summary>
    public byte At(int position) => From(position)[0];

    /// <summary>How many bytes are equal, from a place on.</summary>
    public int Equal(int position, ReadOnlySpan<byte> bytes)
    {
        var equal = 0;
        bytes = bytes[..Math.Min(bytes.Length, Math.Max(0, Length - position))];
        while (equal < bytes.Length)
        {
            var part = From(position + equal);
            var most = Math.Min(part.Length, bytes.Length - equal);
            var more = part[..most].CommonPrefixLength(bytes.Slice(equal, most));
            equal += more;
            if (more < most)
                break;
        }
        return equal;
    }

    private void Load(int page, int start)
    {
        _budget--;
        _content.Position = (long)page << PageLog;
        var length = Math.Min(PageLength, Length - (page << PageLog));
        try
        {
            _content.ReadExactly(_pages.AsSpan(start, length));
        }
        catch (EndOfStreamException)
        {
            throw TokenErrors.ReferenceDiffers();
        }
        _held[page & (Slots - 1)] = page;
    }
}
