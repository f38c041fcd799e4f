using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>Reads what <see cref="PartColumnsWriter"/> wrote, and trusts nothing of it.</summary>
internal static class PartColumnsReader
{
    /// <summary>Reads a recipe's parts, and what it says of all.</summary>
    /// <param name="body">What was written.</param>
    /// <param name="first">The encoder that stands before the parts.</param>
    /// <exception cref="RecipeRefusedException">It is not what a writer writes.</exception>
    public static RecipeBody Read(ReadOnlyMemory<byte> body, ZstdProfile first)
    {
        var input = new ByteCursor(body);
        var contentLength = input.TakeNumber(RecipeBounds.Length);
        var length = input.TakeNumber(RecipeBounds.Length);
        var rule = (BorderRule)input.Take();
        if (rule > BorderRule.Chunks)
            throw ByteCursor.Invalid("expects frames of no known kind");
        var parts = ReadParts(ref input, first, contentLength);
        if (input.Left > 0)
            throw ByteCursor.Invalid("has something behind its end");
        return new(parts, rule, contentLength, length);
    }

    private static ZstdPart[] ReadParts(ref ByteCursor input, ZstdProfile first, long contentLength)
    {
        var flags = ReadFlags(ref input, contentLength);
        var lengths = ReadLengths(ref input, flags, contentLength);
        var profiles = ReadProfiles(ref input, flags, first);
        var headings = ReadHeadings(ref input, flags);
        var cuts = ReadCuts(ref input, flags, contentLength);
        var patches = ReadPatches(ref input, flags, contentLength);
        var bytes = ReadBytes(ref input, flags);
        var parts = new ZstdPart[flags.Length];
        for (var index = 0; index < parts.Length; index++)
        {
            parts[index] = flags[index].Kind switch
            {
                PartKind.Verbatim => new VerbatimPart(bytes[index], lengths[index]),
                PartKind.Tokens => new TokensPart(bytes[index], flags[index].NeedsReference, lengths[index]),
                PartKind.List => new ListPart(
                    flags[index].ListKind, profiles[index], headings[index], bytes[index]),
                _ => new FramePart(profiles[index], headings[index], cuts[index], patches[index], lengths[index]),
            };
        }
        return parts;
    }

    private static PartFlags[] ReadFlags(ref ByteCursor input, long contentLength)
    {
        var count = (int)input.TakeNumber(Math.Min(input.Left, RecipeBounds.PartsOf(contentLength)));
        var flags = new PartFlags[count];
        var lists = new HashSet<ListKind>();
        for (var index = 0; index < count; index++)
        {
            flags[index] = new(input.Take());
            if (!flags[index].IsValid)
                throw ByteCursor.Invalid("has a part of no kind");
            // All content is read for one.
            if (flags[index].Kind == PartKind.List && !lists.Add(flags[index].ListKind))
                throw ByteCursor.Invalid("has two lists of a kind");
        }
        return flags;
    }

    private static long?[] ReadLengths(ref ByteCursor input, PartFlags[] flags, long contentLength)
    {
        var lengths = new long?[flags.Length];
        var rest = contentLength;
        var (open, isKnown) = (-1, true);
        for (var index = 0; index < flags.Length; index++)
        {
            if (flags[index].Kind == PartKind.List)
                lengths[index] = 0;
            else if (flags[index].HasLengthOfContent)
                isKnown = false;
            else if (input.TakeNumber(rest + 1) is var number and not 0)
                (lengths[index], rest) = (number - 1, rest - (number - 1));
            else if (open < 0)
                open = index;
            else
                throw ByteCursor.Invalid("has two parts of the rest of the content");
        }
        if (open >= 0 && !isKnown)
            throw ByteCursor.Invalid("has a part of a length that nobody knows");
        if (open >= 0)
            lengths[open] = rest;
        else if (isKnown && rest > 0)
            throw ByteCursor.Invalid("does not cover its content");
        return lengths;
    }

    private static ZstdProfile[] ReadProfiles(ref ByteCursor input, PartFlags[] flags, ZstdProfile profile)
    {
        var profiles = new ZstdProfile[flags.Length];
        for (var index = 0; index < flags.Length; index++)
        {
            if (flags[index].HasOwnProfile)
                profile = ZstdRecipeFormat.ReadProfile(ref input);
            if (flags[index].IsEncoded)
                profiles[index] = profile;
        }
        return profiles;
    }

    private static FrameHeading[] ReadHeadings(ref ByteCursor input, PartFlags[] flags)
    {
        var headings = new FrameHeading[flags.Length];
        var heading = default(FrameHeading);
        for (var index = 0; index < flags.Length; index++)
        {
            if (!flags[index].IsEncoded)
                continue;
            if (flags[index].HasOwnHeader)
                heading = new(input.Take(), input.Take());
            if (!heading.IsValid)
                throw ByteCursor.Invalid("has a frame's header that frames don't have");
            headings[index] = heading;
        }
        return headings;
    }

    private static long[][] ReadCuts(ref ByteCursor input, PartFlags[] flags, long contentLength)
    {
        var cuts = new long[flags.Length][];
        var left = RecipeBounds.PartsOf(contentLength);
        for (var index = 0; index < cuts.Length; index++)
            cuts[index] = flags[index].HasCuts ? ReadCuts(ref input, contentLength, ref left) : [];
        return cuts;
    }

    private static long[] ReadCuts(ref ByteCursor input, long most, ref int left)
    {
        var cuts = new long[(int)input.TakeNumber(Math.Min(input.Left, left))];
        left -= cuts.Length;
        var before = 0L;
        for (var index = 0; index < cuts.Length; index++)
        {
            var length = input.TakeNumber(most - before);
            // Nothing ends where nothing has begun.
            if (length == 0)
                throw ByteCursor.Invalid("has a block that ends where it begins");
            before = cuts[index] = before + length;
        }
        return cuts;
    }

    private static BlockPatch[][] ReadPatches(ref ByteCursor input, PartFlags[] flags, long contentLength)
    {
        var patches = new BlockPatch[flags.Length][];
        var left = RecipeBounds.PartsOf(contentLength);
        for (var index = 0; index < patches.Length; index++)
            patches[index] = flags[index].HasPatches ? ReadPatches(ref input, ref left) : [];
        return patches;
    }

    private static BlockPatch[] ReadPatches(ref ByteCursor input, ref int left)
    {
        const int most = 1 << 30;
        var patches = new BlockPatch[(int)input.TakeNumber(Math.Min(input.Left / BlockPlace.HeaderLength, left))];
        left -= patches.Length;
        var next = 0;
        for (var index = 0; index < patches.Length; index++)
        {
            var at = next + (int)input.TakeNumber(most - next);
            if (BlockPlace.LengthOf(input.Peek(BlockPlace.HeaderLength)) is not { } length)
                throw ByteCursor.Invalid("has a block of no kind");
            patches[index] = new(at, input.Take(length));
            next = at + 1;
        }
        return patches;
    }

    private static ReadOnlyMemory<byte>[] ReadBytes(ref ByteCursor input, PartFlags[] flags)
    {
        var lengths = new int[flags.Length];
        for (var index = 0; index < lengths.Length; index++)
            lengths[index] = flags[index].Kind == PartKind.Frame ? 0 : (int)input.TakeNumber(input.Left);
        var bytes = new ReadOnlyMemory<byte>[flags.Length];
        for (var index = 0; index < bytes.Length; index++)
            bytes[index] = input.Take(lengths[index]);
        return bytes;
    }
}
