using System.Buffers.Binary;

namespace Diffah.Engine.Compression.Tokens;

/// <summary>The part of a content that is being worked on, with what is before it as far as matches reach.</summary>
internal sealed class ContentBuffer
{
    /// <summary>Bytes that are at hand behind what was asked for, where the content has them.</summary>
    public const int Ahead = 512;

    // More is read at a time.
    private const int Step = 256 * 1024;

    private readonly Stream _content;
    private readonly int _history;
    private byte[] _bytes = [];
    private int _filled;

    /// <param name="content">The content; not owned.</param>
    /// <param name="history">How much before a place has to be at hand.</param>
    public ContentBuffer(Stream content, int history)
    {
        (_content, _history) = (content, history);
        if (content.Length > TokenSettings.MostContent)
            throw new RecipeRefusedException(
                RecipeRefusal.DoesNotPay, "The content is longer than a recipe of decisions can be for.");
        Length = (int)content.Length;
    }

    /// <summary>Bytes of the whole content.</summary>
    public int Length { get; }

    /// <summary>Where the bytes at hand begin.</summary>
    public int Origin { get; private set; }

    /// <summary>Where the bytes at hand end.</summary>
    public int End => Origin + _filled;

    public byte this[int position] => _bytes[position - Origin];

    /// <summary>Bytes at hand.</summary>
    public ReadOnlySpan<byte> Span(int from, int length) => _bytes.AsSpan(from - Origin, length);

    /// <summary>Bytes at hand.</summary>
    public ReadOnlyMemory<byte> Memory(int from, int length) => _bytes.AsMemory(from - Origin, length);

    /// <summary>Four bytes at hand, as a number.</summary>
    public uint Four(int position) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(position - Origin));

    /// <summary>Eight bytes at hand, as a number.</summary>
    public ulong Eight(int position) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(position - Origin));

    /// <summary>Has at hand what is from one place to another, what matches reach before, and a little
    /// behind.</summary>
    public void Have(int from, int until)
    {
        var wanted = (int)Math.Min((long)until + Ahead, Length);
        if (wanted <= End)
            return;
        wanted = (int)Math.Min((long)wanted + Step, Length);
        var keep = Math.Max(Origin, from - _history);
        var room = wanted - keep;
        var left = End - keep;
        if (room > _bytes.Length)
        {
            // To twice as much where the history is still growing.
            var longest = Math.Max(room, (int)Math.Min(Length, (long)_history + room));
            var larger = GC.AllocateUninitializedArray<byte>(
                (int)Math.Clamp(2L * _bytes.Length, room, longest));
            _bytes.AsSpan(keep - Origin, left).CopyTo(larger);
            _bytes = larger;
        }
        else
        {
            _bytes.AsSpan(keep - Origin, left).CopyTo(_bytes);
        }
        (Origin, _filled) = (keep, left);
        Fill(wanted);
    }

    /// <summary>How many bytes are equal at two places, up to a bound; both with the bound are at hand.</summary>
    public int Equal(int one, int other, int most)
    {
        most = Math.Min(most, End - Math.Max(one, other));
        return most <= 0 ? 0 : Span(one, most).CommonPrefixLength(Span(other, most));
    }

    private void Fill(int until)
    {
        while (End < until)
        {
            var read = _content.Read(_bytes.AsSpan(_filled, until - End));
            if (read == 0)
                throw TokenErrors.Differs();
            _filled += read;
        }
    }
}
