using System.Buffers.Binary;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>
/// A recipe in bytes. First what is said of each member, then the corrections: of each kind those of all members, so
/// that like stands beside like.
/// </summary>
internal static class RecipeFormat
{
    private const byte Version = 1;

    // In the trailer, behind the checksum.
    private const int LengthAt = 4;

    [Flags]
    private enum MemberFlags : byte
    {
        None = 0,
        SameHeader = 1,
        Raw = 2,
        Padding = 4,
        ManyParts = 8,

        /// <summary>The encoder of the part before, and nothing but how long the part is.</summary>
        SameEncoder = 16,

        /// <summary>The trailer ends with the length of the content, which is known.</summary>
        Length = 32,
        All = 63,
    }

    public static byte[] Write(IReadOnlyList<GzipMember> members, ReadOnlySpan<byte> trailing)
    {
        var output = new ByteList();
        output.Add(Version);
        output.AddNumber((ulong)members.Count);
        GzipMember? previous = null;
        foreach (var member in members)
        {
            WriteMember(output, member, previous);
            previous = member;
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
        for (var index = 0; index < count; index++)
            members.Add(ReadMember(ref input, index == 0 ? null : members[^1], lengths));
        var trailing = input.Take(input.TakeNumber(RecipeBounds.TrailingBytes));
        var corrections = ReadCorrections(ref input, lengths);
        if (input.Left > 0)
            throw ByteCursor.Invalid("has something behind its end");
        return (Complete(members, corrections), trailing);
    }

    /// <summary>The encoder of the first part of a recipe.</summary>
    /// <param name="start">The recipe's first bytes.</param>
    public static EncoderProfile ReadEncoder(ReadOnlyMemory<byte> start)
    {
        var input = new ByteCursor(start);
        if (input.Take() != Version || input.TakeNumber(RecipeBounds.Members) == 0)
            throw ByteCursor.Invalid("does not begin as one does");
        var flags = (MemberFlags)input.Take();
        Check(flags, null);
        if (!flags.HasFlag(MemberFlags.Raw))
            input.Take(input.TakeNumber(RecipeBounds.HeaderBytes));
        if (flags.HasFlag(MemberFlags.Padding))
            input.Take();
        if (!flags.HasFlag(MemberFlags.Raw))
            input.Take(flags.HasFlag(MemberFlags.Length) ? LengthAt : GzipHeader.TrailerLength);
        if (flags.HasFlag(MemberFlags.ManyParts))
            input.TakeNumber(long.MaxValue);
        // The kind of the part comes first.
        input.Take();
        return new EncoderProfile((EncoderFamily)input.Take(), input.Take());
    }

    private static void WriteMember(ByteList output, GzipMember member, GzipMember? previous)
    {
        var body = member.Body;
        var flags = Flags(member, previous);
        output.Add((byte)flags);
        if ((flags & (MemberFlags.Raw | MemberFlags.SameHeader)) == 0)
        {
            output.AddNumber((ulong)member.Header.Length);
            output.Add(member.Header.Span);
        }
        if (body.Padding != 0)
            output.Add(body.Padding);
        output.Add(flags.HasFlag(MemberFlags.Length) ? member.Trailer.Span[..LengthAt] : member.Trailer.Span);
        if (body.Parts.Count > 1)
            output.AddNumber((ulong)body.Parts.Count);
        foreach (var part in body.Parts)
            PartFormat.Write(output, part, flags.HasFlag(MemberFlags.SameEncoder));
    }

    private static MemberFlags Flags(GzipMember member, GzipMember? previous)
    {
        var body = member.Body;
        var flags = body.Padding != 0 ? MemberFlags.Padding : MemberFlags.None;
        if (body.Parts.Count > 1)
            flags |= MemberFlags.ManyParts;
        else if (previous?.Body.Parts[^1].Profile == body.Parts[0].Profile && PartFormat.IsPlain(body.Parts[0]))
            flags |= MemberFlags.SameEncoder;
        if (member.Trailer.IsEmpty)
            return flags | MemberFlags.Raw;
        if (previous is not null && !previous.Header.IsEmpty && previous.Header.Span.SequenceEqual(member.Header.Span))
            flags |= MemberFlags.SameHeader;
        if (member.Trailer.Span[LengthAt..].SequenceEqual(LengthOf(body)))
            flags |= MemberFlags.Length;
        return flags;
    }

    private static ReadOnlySpan<byte> LengthOf(DeflateRecipe body)
    {
        var bytes = new byte[GzipHeader.TrailerLength - LengthAt];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, unchecked((uint)body.ContentLength));
        return bytes;
    }

    private static GzipMember ReadMember(ref ByteCursor input, GzipMember? previous, List<int[]> lengths)
    {
        var flags = (MemberFlags)input.Take();
        Check(flags, previous);
        var isRaw = flags.HasFlag(MemberFlags.Raw);
        var header = isRaw ? default
            : flags.HasFlag(MemberFlags.SameHeader) ? previous!.Header
            : input.Take(input.TakeNumber(RecipeBounds.HeaderBytes));
        var padding = flags.HasFlag(MemberFlags.Padding) ? input.Take() : (byte)0;
        var trailer = isRaw ? default
            : input.Take(flags.HasFlag(MemberFlags.Length) ? LengthAt : GzipHeader.TrailerLength);
        var same = flags.HasFlag(MemberFlags.SameEncoder) ? previous!.Body.Parts[^1].Profile : default(EncoderProfile?);
        var count = flags.HasFlag(MemberFlags.ManyParts) ? (int)input.TakeNumber(input.Left) : 1;
        var body = new DeflateRecipe(ReadParts(ref input, count, same, lengths), padding);
        if (flags.HasFlag(MemberFlags.Length))
            trailer = (byte[])[.. trailer.Span, .. LengthOf(body)];
        return new(header, body, trailer);
    }

    private static void Check(MemberFlags flags, GzipMember? previous)
    {
        var isRaw = flags.HasFlag(MemberFlags.Raw);
        var isRight = flags <= MemberFlags.All
            && (!flags.HasFlag(MemberFlags.SameHeader) || (!isRaw && previous is { Header.IsEmpty: false }))
            && (!flags.HasFlag(MemberFlags.Length) || !isRaw)
            && (!flags.HasFlag(MemberFlags.SameEncoder)
                || (previous is not null && !flags.HasFlag(MemberFlags.ManyParts)));
        if (!isRight)
            throw ByteCursor.Invalid("has a member of no kind");
    }

    private static RecipePart[] ReadParts(
        ref ByteCursor input, int count, EncoderProfile? same, List<int[]> lengths)
    {
        if (count == 0)
            throw ByteCursor.Invalid("has a member without parts");
        var parts = new RecipePart[count];
        var (content, bit) = (0L, 0L);
        for (var index = 0; index < count; index++)
        {
            var (part, streams) = PartFormat.Read(
                ref input, same, content, bit, isOnly: count == 1, index == count - 1);
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
