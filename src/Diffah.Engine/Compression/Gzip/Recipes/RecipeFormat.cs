using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>
/// A recipe in bytes. First what is said of each member, then the corrections: of each kind those of all members, so that
/// like stands beside like.
/// </summary>
internal static class RecipeFormat
{
    private const byte Version = 1;

    private enum Parts
    {
        Corrections = 1,
        Checkpoints = 2,
        SameHeader = 4,
        Raw = 8,
        Padding = 16,
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
            foreach (var member in members)
                output.Add(member.Body.Corrections.Streams[stream].Span);
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
        var members = new List<(GzipMember Member, int[] Lengths)>();
        ReadOnlyMemory<byte> header = default;
        for (var index = 0; index < count; index++)
        {
            members.Add(ReadMember(ref input, header));
            header = members[^1].Member.Header;
        }
        var trailing = input.Take(input.TakeNumber(RecipeBounds.TrailingBytes));
        var streams = new ReadOnlyMemory<byte>[count, Corrections.StreamCount];
        for (var stream = 0; stream < Corrections.StreamCount; stream++)
        {
            for (var index = 0; index < count; index++)
                streams[index, stream] = input.Take(members[index].Lengths[stream]);
        }
        if (input.Left > 0)
            throw ByteCursor.Invalid("has something behind its end");
        var whole = members.Select((m, index) => Complete(
            m.Member, [.. Enumerable.Range(0, Corrections.StreamCount).Select(s => streams[index, s])]));
        return ([.. whole], trailing);
    }

    private static void WriteMember(ByteList output, GzipMember member, ReadOnlySpan<byte> previous)
    {
        var body = member.Body;
        var isRaw = member.Trailer.IsEmpty;
        var isSame = !isRaw && member.Header.Span.SequenceEqual(previous);
        var hasCorrections = body.Corrections.Length > 0;
        output.Add((byte)((hasCorrections ? Parts.Corrections : 0)
            | (body.Checkpoints.Count > 0 ? Parts.Checkpoints : 0)
            | (isSame ? Parts.SameHeader : 0) | (isRaw ? Parts.Raw : 0) | (body.Padding != 0 ? Parts.Padding : 0)));
        if (!isRaw && !isSame)
        {
            output.AddNumber((ulong)member.Header.Length);
            output.Add(member.Header.Span);
        }
        output.Add((byte)body.Profile.Family);
        output.Add(body.Profile.Level);
        output.AddNumber((ulong)body.ContentLength);
        output.AddNumber((ulong)body.Bits);
        if (body.Padding != 0)
            output.Add(body.Padding);
        output.Add(member.Trailer.Span);
        if (hasCorrections)
        {
            foreach (var stream in body.Corrections.Streams)
                output.AddNumber((ulong)stream.Length);
        }
        if (body.Checkpoints.Count > 0)
            CheckpointFormat.Write(output, body.Checkpoints, hasCorrections);
    }

    private static (GzipMember Member, int[] Lengths) ReadMember(
        ref ByteCursor input, ReadOnlyMemory<byte> previous)
    {
        var parts = (Parts)input.Take();
        if (parts > (Parts)31 || (parts.HasFlag(Parts.SameHeader) && (previous.IsEmpty || parts.HasFlag(Parts.Raw))))
            throw ByteCursor.Invalid("has a member of no kind");
        var header = parts.HasFlag(Parts.Raw) ? default
            : parts.HasFlag(Parts.SameHeader) ? previous
            : input.Take(input.TakeNumber(RecipeBounds.HeaderBytes));
        var profile = new EncoderProfile((EncoderFamily)input.Take(), input.Take());
        if (!EncoderProfiles.IsKnown(profile))
            throw new RecipeRefusedException(
                RecipeRefusal.RecipeUnknown, "The recipe of a gzip stream names an encoder that is not known.");
        var length = input.TakeNumber(RecipeBounds.Length);
        var bits = input.TakeNumber(RecipeBounds.Length);
        var padding = parts.HasFlag(Parts.Padding) ? input.Take() : (byte)0;
        var trailer = parts.HasFlag(Parts.Raw) ? default : input.Take(8);
        var lengths = new int[Corrections.StreamCount];
        for (var stream = 0; parts.HasFlag(Parts.Corrections) && stream < lengths.Length; stream++)
            lengths[stream] = (int)input.TakeNumber(input.Left);
        var checkpoints = parts.HasFlag(Parts.Checkpoints)
            ? CheckpointFormat.Read(ref input, length, bits, parts.HasFlag(Parts.Corrections) ? lengths : null)
            : [];
        var body = new DeflateRecipe(profile, length, bits, padding, Corrections.None, checkpoints);
        return (new(header, body, trailer), lengths);
    }

    private static GzipMember Complete(GzipMember member, ReadOnlyMemory<byte>[] streams) =>
        member with { Body = member.Body with { Corrections = new(streams) } };
}
