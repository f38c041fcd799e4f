using System.Buffers;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>The parts of a recipe in bytes: first what kind each is, then how long, and so on.</summary>
internal static class PartColumns
{
    private const int KindMask = 3;
    private const byte SameProfile = 4;
    private const byte SameHeader = 8;
    private const byte LengthOfContent = 16;
    private const byte HasCuts = 32;
    private const byte HasPatches = 64;
    private const byte NeedsReference = 128;

    private enum Kind : byte
    {
        Verbatim,
        Frame,
        Tokens,
        List,
    }

    public static byte[] Write(RecipeBody recipe, ZstdProfile first)
    {
        var parts = recipe.Parts;
        var output = new ArrayBufferWriter<byte>();
        output.AddNumber(recipe.ContentLength);
        output.AddNumber(recipe.Length);
        output.Add((byte)recipe.Borders);
        output.AddNumber(parts.Count);
        var flags = Flags(parts, first);
        output.Write(flags);
        var isKnown = parts.All(p => p.ContentLength is not null);
        for (var index = 0; index < parts.Count; index++)
        {
            if (parts[index] is { ContentLength: { } known } and not ListPart)
                output.AddNumber(isKnown && index == LastWithContent(parts) ? 0 : known + 1);
        }
        for (var index = 0; index < parts.Count; index++)
        {
            if (Encoding(parts[index]) is var (profile, _) && (flags[index] & SameProfile) == 0)
                ZstdRecipeFormat.WriteProfile(output, profile);
        }
        for (var index = 0; index < parts.Count; index++)
        {
            if (Encoding(parts[index]) is var (_, heading) && (flags[index] & SameHeader) == 0)
                output.Write([heading.Descriptor, heading.Window]);
        }
        foreach (var frame in parts.OfType<FramePart>())
            WriteCuts(output, frame.Cuts);
        foreach (var frame in parts.OfType<FramePart>())
            WritePatches(output, frame.Patches);
        foreach (var part in parts)
        {
            if (BytesOf(part) is { } bytes)
                output.AddNumber(bytes.Length);
        }
        foreach (var part in parts)
        {
            if (BytesOf(part) is { } bytes)
                output.Write(bytes.Span);
        }
        return output.WrittenSpan.ToArray();
    }

    public static RecipeBody Read(ReadOnlyMemory<byte> body, ZstdProfile first)
    {
        var input = new RecipeCursor(body);
        var contentLength = input.TakeNumber(RecipeBounds.Length);
        var length = input.TakeNumber(RecipeBounds.Length);
        var rule = (BorderRule)input.Take();
        if (rule > BorderRule.Chunks)
            throw RecipeCursor.Invalid("expects frames of no known kind");
        var most = RecipeBounds.PartsOf(contentLength);
        var count = (int)input.TakeNumber(Math.Min(input.Left, most));
        var flags = input.Take(count).Span;
        var lists = 0;
        foreach (var flag in flags)
        {
            Check(flag);
            lists += KindOf(flag) == Kind.List ? 1 : 0;
        }
        // All content is read for one.
        if (lists > 1)
            throw RecipeCursor.Invalid("has two lists");
        var lengths = ReadLengths(ref input, flags, contentLength);
        var profiles = ReadProfiles(ref input, flags, first);
        var headings = ReadHeadings(ref input, flags);
        var (cuts, left) = (new long[count][], most);
        for (var index = 0; index < count; index++)
            cuts[index] = (flags[index] & HasCuts) != 0 ? ReadCuts(ref input, contentLength, ref left) : [];
        var patches = new BlockPatch[count][];
        left = most;
        for (var index = 0; index < count; index++)
            patches[index] = (flags[index] & HasPatches) != 0 ? ReadPatches(ref input, ref left) : [];
        var bytes = ReadBytes(ref input, flags);
        if (input.Left > 0)
            throw RecipeCursor.Invalid("has something behind its end");
        var parts = new ZstdPart[count];
        for (var index = 0; index < count; index++)
        {
            parts[index] = KindOf(flags[index]) switch
            {
                Kind.Verbatim => new VerbatimPart(bytes[index], lengths[index]),
                Kind.Tokens => new TokensPart(bytes[index], (flags[index] & NeedsReference) != 0, lengths[index]),
                Kind.List => new ListPart(profiles[index], headings[index], bytes[index]),
                _ => new FramePart(profiles[index], headings[index], cuts[index], patches[index], lengths[index]),
            };
        }
        return new(parts, rule, contentLength, length);
    }

    private static Kind KindOf(byte flags) => (Kind)(flags & KindMask);

    private static bool IsEncoded(byte flags) => KindOf(flags) is Kind.Frame or Kind.List;

    private static byte[] Flags(IReadOnlyList<ZstdPart> parts, ZstdProfile profile)
    {
        var heading = default(FrameHeading?);
        var flags = new byte[parts.Count];
        for (var index = 0; index < flags.Length; index++)
        {
            var part = parts[index];
            var flag = part.ContentLength is null ? LengthOfContent : (byte)0;
            if (Encoding(part) is var (its, header))
            {
                flag |= its == profile ? SameProfile : (byte)0;
                flag |= header == heading ? SameHeader : (byte)0;
                (profile, heading) = (its, header);
            }
            flags[index] = (byte)(flag | part switch
            {
                TokensPart tokens => (byte)Kind.Tokens | (tokens.NeedsReference ? NeedsReference : 0),
                ListPart => (byte)Kind.List,
                FramePart frame => (byte)Kind.Frame | (frame.Cuts.Count > 0 ? HasCuts : 0)
                    | (frame.Patches.Count > 0 ? HasPatches : 0),
                _ => (byte)Kind.Verbatim,
            });
        }
        return flags;
    }

    private static void Check(byte flags)
    {
        var allowed = KindMask | KindOf(flags) switch
        {
            Kind.Frame => SameProfile | SameHeader | LengthOfContent | HasCuts | HasPatches,
            Kind.List => SameProfile | SameHeader,
            Kind.Tokens => LengthOfContent | NeedsReference,
            _ => LengthOfContent,
        };
        if ((flags & ~allowed) != 0)
            throw RecipeCursor.Invalid("has a part of no kind");
    }

    private static (ZstdProfile Profile, FrameHeading Header)? Encoding(ZstdPart part) => part switch
    {
        FramePart frame => (frame.Profile, frame.Header),
        ListPart list => (list.Profile, list.Header),
        _ => null,
    };

    private static ReadOnlyMemory<byte>? BytesOf(ZstdPart part) => part switch
    {
        VerbatimPart verbatim => verbatim.Bytes,
        TokensPart tokens => tokens.Payload,
        ListPart list => list.Correction,
        // Null alone would be an empty array.
        _ => default(ReadOnlyMemory<byte>?),
    };

    private static int LastWithContent(IReadOnlyList<ZstdPart> parts)
    {
        var last = parts.Count - 1;
        while (last >= 0 && (parts[last] is ListPart || parts[last].ContentLength == 0))
            last--;
        return last;
    }

    private static long?[] ReadLengths(ref RecipeCursor input, ReadOnlySpan<byte> flags, long contentLength)
    {
        var lengths = new long?[flags.Length];
        var rest = contentLength;
        var (open, isKnown) = (-1, true);
        for (var index = 0; index < flags.Length; index++)
        {
            if (KindOf(flags[index]) == Kind.List)
                lengths[index] = 0;
            else if ((flags[index] & LengthOfContent) != 0)
                isKnown = false;
            else if (input.TakeNumber(rest + 1) is var number and not 0)
                (lengths[index], rest) = (number - 1, rest - (number - 1));
            else if (open < 0)
                open = index;
            else
                throw RecipeCursor.Invalid("has two parts of the rest of the content");
        }
        if (open >= 0 && !isKnown)
            throw RecipeCursor.Invalid("has a part of a length that nobody knows");
        if (open >= 0)
            lengths[open] = rest;
        else if (isKnown && rest > 0)
            throw RecipeCursor.Invalid("does not cover its content");
        return lengths;
    }

    private static ZstdProfile[] ReadProfiles(ref RecipeCursor input, ReadOnlySpan<byte> flags, ZstdProfile profile)
    {
        var profiles = new ZstdProfile[flags.Length];
        for (var index = 0; index < flags.Length; index++)
        {
            if (!IsEncoded(flags[index]))
                continue;
            if ((flags[index] & SameProfile) == 0)
                profile = ZstdRecipeFormat.ReadProfile(ref input);
            profiles[index] = profile;
        }
        return profiles;
    }

    private static FrameHeading[] ReadHeadings(ref RecipeCursor input, ReadOnlySpan<byte> flags)
    {
        var headings = new FrameHeading[flags.Length];
        var heading = default(FrameHeading);
        for (var index = 0; index < flags.Length; index++)
        {
            if (!IsEncoded(flags[index]))
                continue;
            if ((flags[index] & SameHeader) == 0)
                heading = new(input.Take(), input.Take());
            if (!heading.IsValid)
                throw RecipeCursor.Invalid("has a frame's header that frames don't have");
            headings[index] = heading;
        }
        return headings;
    }

    private static void WriteCuts(ArrayBufferWriter<byte> output, IReadOnlyList<long> cuts)
    {
        if (cuts.Count == 0)
            return;
        output.AddNumber(cuts.Count);
        var before = 0L;
        foreach (var cut in cuts)
        {
            output.AddNumber(cut - before);
            before = cut;
        }
    }

    private static long[] ReadCuts(ref RecipeCursor input, long most, ref int left)
    {
        var cuts = new long[(int)input.TakeNumber(Math.Min(input.Left, left))];
        left -= cuts.Length;
        var before = 0L;
        for (var index = 0; index < cuts.Length; index++)
        {
            var length = input.TakeNumber(most - before);
            // Nothing ends where nothing has begun.
            if (length == 0)
                throw RecipeCursor.Invalid("has a block that ends where it begins");
            before = cuts[index] = before + length;
        }
        return cuts;
    }

    private static void WritePatches(ArrayBufferWriter<byte> output, IReadOnlyList<BlockPatch> patches)
    {
        if (patches.Count == 0)
            return;
        output.AddNumber(patches.Count);
        var next = 0;
        foreach (var patch in patches)
        {
            output.AddNumber(patch.Index - next);
            output.Write(patch.Bytes.Span);
            next = patch.Index + 1;
        }
    }

    private static BlockPatch[] ReadPatches(ref RecipeCursor input, ref int left)
    {
        const int most = 1 << 30;
        var patches = new BlockPatch[(int)input.TakeNumber(Math.Min(input.Left / BlockPlace.HeaderLength, left))];
        left -= patches.Length;
        var next = 0;
        for (var index = 0; index < patches.Length; index++)
        {
            var at = next + (int)input.TakeNumber(most - next);
            if (BlockPlace.LengthOf(input.Peek(BlockPlace.HeaderLength)) is not { } length)
                throw RecipeCursor.Invalid("has a block of no kind");
            patches[index] = new(at, input.Take(length));
            next = at + 1;
        }
        return patches;
    }

    private static ReadOnlyMemory<byte>[] ReadBytes(ref RecipeCursor input, ReadOnlySpan<byte> flags)
    {
        var lengths = new int[flags.Length];
        for (var index = 0; index < lengths.Length; index++)
            lengths[index] = KindOf(flags[index]) == Kind.Frame ? 0 : (int)input.TakeNumber(input.Left);
        var bytes = new ReadOnlyMemory<byte>[flags.Length];
        for (var index = 0; index < bytes.Length; index++)
            bytes[index] = input.Take(lengths[index]);
        return bytes;
    }
}
