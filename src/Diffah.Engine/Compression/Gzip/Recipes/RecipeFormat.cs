using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>
/// A recipe in bytes. First what is said of each member, then the corrections: of each kind those of all members, so
/// that like stands beside like.
/// </summary>
internal static class RecipeFormat
{
    private const byte Version = 1;

    [Flags]
    private enum MemberFlags : byte
    {
        None = 0,
        SameHeader = 1,
        Raw = 2,
        Padding = 4,
        ManyParts = 8,
        All = 15,
    }

    public static byte[] Write(IReadOnlyList<GzipMember> members, ReadOnlySpan<byte> trailing)
    {
        var output = new ByteList();
        output.Add(Version);
        output.AddNumber((ulong)members.Count);
        ReadOnlyMemory<byte> header = default;
        foreach (var member in members)
        {
            WriteMember(output, member, header.Span);
            header = member.Header;
        }
        output.AddNumber((ulong)trailing.Length);
        output.Add(trailing);
        for (var stream = 0; stream < Corrections.StreamCount; stream++)
        {
            foreach (var part in members.SelectMany(m => m.Body.Parts))
                output.Add(part.Corrections.Streams[stream].Span);
        }
        return output.Written.ToArray();
    }

    public static (IReadOnlyList<GzipMember> Members, ReadOnlyMemory<byte> Trailing) Read(ReadOnlyMemory<byte> bytes)
    {
        var input = new ByteCursor(bytes);
        if (input.Take() != Version)
            throw new RecipeRefusedException(
                RecipeRefusal.RecipeUnknown, "The recipe of a gzip stream is of a version that is not known.");
        var count = (int)input.TakeNumber(Math.Min(RecipeBounds.Members, bytes.Length));
        var members = new List<GzipMember>();
        var lengths = new List<int[]>();
        ReadOnlyMemory<byte> header = default;
        for (var index = 0; index < count; index++)
        {
            members.Add(ReadMember(ref input, header, lengths));
            header = members[^1].Header;
        }
        var trailing = input.Take(input.TakeNumber(RecipeBounds.TrailingBytes));
        var corrections = ReadCorrections(ref input, lengths);
        if (input.Left > 0)
            throw ByteCursor.Invalid("has something behind its end");
        return (Complete(members, corrections), trailing);
    }

    private static void WriteMember(ByteList output, GzipMember member, ReadOnlySpan<byte> previous)
    {
        var body = member.Body;
        var isRaw = member.Trailer.IsEmpty;
        var isSame = !isRaw && member.Header.Span.SequenceEqual(previous);
        output.Add((byte)((isSame ? MemberFlags.SameHeader : 0) | (isRaw ? MemberFlags.Raw : 0)
            | (body.Padding != 0 ? MemberFlags.Padding : 0) | (body.Parts.Count > 1 ? MemberFlags.ManyParts : 0)));
        if (!isRaw && !isSame)
        {
            output.AddNumber((ulong)member.Header.Length);
            output.Add(member.Header.Span);
        }
        if (body.Padding != 0)
            output.Add(body.Padding);
        output.Add(member.Trailer.Span);
        if (body.Parts.Count > 1)
            output.AddNumber((ulong)body.Parts.Count);
        foreach (var part in body.Parts)
            PartFormat.Write(output, part);
    }

    private static GzipMember ReadMember(
        ref ByteCursor input, ReadOnlyMemory<byte> previous, List<int[]> lengths)
    {
        var flags = (MemberFlags)input.Take();
        if (flags > MemberFlags.All
            || (flags.HasFlag(MemberFlags.SameHeader) && (previous.IsEmpty || flags.HasFlag(MemberFlags.Raw))))
            throw ByteCursor.Invalid("has a member of no kind");
        var header = flags.HasFlag(MemberFlags.Raw) ? default
            : flags.HasFlag(MemberFlags.SameHeader) ? previous
            : input.Take(input.TakeNumber(RecipeBounds.HeaderBytes));
        var padding = flags.HasFlag(MemberFlags.Padding) ? input.Take() : (byte)0;
        var trailer = flags.HasFlag(MemberFlags.Raw) ? default : input.Take(GzipHeader.TrailerLength);
        var count = flags.HasFlag(MemberFlags.ManyParts) ? (int)input.TakeNumber(input.Left) : 1;
        return new(header, new(ReadParts(ref input, count, lengths), padding), trailer);
    }

    private static RecipePart[] ReadParts(ref ByteCursor input, int count, List<int[]> lengths)
    {
        if (count == 0)
            throw ByteCursor.Invalid("has a member without parts");
        var parts = new RecipePart[count];
        var (content, bit) = (0L, 0L);
        for (var index = 0; index < count; index++)
        {
            var (part, streams) = PartFormat.Read(ref input, content, bit, isOnly: count == 1, index == count - 1);
            parts[index] = part;
            lengths.Add(streams);
            (content, bit) = (part.ContentEnd, part.BitEnd);
        }
        if (count > RecipeBounds.Parts + content / RecipeBounds.PartContent)
            throw ByteCursor.Invalid("has too many parts");
        return parts;
    }

    private static ReadOnlyMemory<byte>[][] ReadCorrections(ref ByteCursor input, List<int[]> lengths)
    {
        var streams = lengths.Select(l => new ReadOnlyMemory<byte>[l.Length]).ToArray();
        for (var stream = 0; stream < Corrections.StreamCount; stream++)
        {
            for (var index = 0; index < streams.Length; index++)
                streams[index][stream] = input.Take(lengths[index][stream]);
        }
        return streams;
    }

    private static GzipMember[] Complete(List<GzipMember> members, ReadOnlyMemory<byte>[][] corrections)
    {
        var next = 0;
        return [.. members.Select(member => member with
        {
            Body = member.Body with
            {
                Parts = [.. member.Body.Parts.Select(part => part with { Corrections = new(corrections[next++]) })],
            },
        })];
    }
}
