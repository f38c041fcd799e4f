using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>Writes the parts of a recipe: first what kind each is, then how long, and so on.</summary>
internal static class PartColumnsWriter
{
    /// <summary>Writes a recipe's parts, and what it says of all.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="first">The encoder that stands before the parts.</param>
    public static byte[] Write(RecipeBody recipe, ZstdProfile first)
    {
        var parts = recipe.Parts;
        var flags = FlagsOf(parts, first);
        var output = new ByteList();
        output.AddNumber((ulong)recipe.ContentLength);
        output.AddNumber((ulong)recipe.Length);
        output.Add((byte)recipe.Borders);
        WriteFlags(output, flags);
        WriteLengths(output, parts);
        WriteProfiles(output, parts, flags);
        WriteHeadings(output, parts, flags);
        foreach (var frame in parts.OfType<FramePart>())
            WriteCuts(output, frame.Cuts);
        foreach (var frame in parts.OfType<FramePart>())
            WritePatches(output, frame.Patches);
        WriteBytes(output, parts);
        return output.Written.ToArray();
    }

    private static PartFlags[] FlagsOf(IReadOnlyList<ZstdPart> parts, ZstdProfile profile)
    {
        var heading = default(FrameHeading?);
        var flags = new PartFlags[parts.Count];
        for (var index = 0; index < flags.Length; index++)
        {
            var encoding = EncodingOf(parts[index]);
            flags[index] = PartFlags.Of(
                parts[index], encoding?.Profile == profile, encoding is var (_, header) && header == heading);
            if (encoding is var (its, last))
                (profile, heading) = (its, last);
        }
        return flags;
    }

    private static void WriteFlags(ByteList output, PartFlags[] flags)
    {
        output.AddNumber((ulong)flags.Length);
        foreach (var flag in flags)
            output.Add(flag.Value);
    }

    private static void WriteLengths(ByteList output, IReadOnlyList<ZstdPart> parts)
    {
        var rest = IndexOfRest(parts);
        for (var index = 0; index < parts.Count; index++)
        {
            if (parts[index] is { ContentLength: { } known } and not ListPart)
                output.AddNumber(index == rest ? 0 : (ulong)known + 1);
        }
    }

    // The last part with content takes what the others leave, where all of those say how much they take.
    private static int IndexOfRest(IReadOnlyList<ZstdPart> parts)
    {
        if (parts.Any(p => p.ContentLength is null))
            return -1;
        var last = parts.Count - 1;
        while (last >= 0 && (parts[last] is ListPart || parts[last].ContentLength == 0))
            last--;
        return last;
    }

    private static void WriteProfiles(ByteList output, IReadOnlyList<ZstdPart> parts, PartFlags[] flags)
    {
        for (var index = 0; index < flags.Length; index++)
        {
            if (flags[index].HasOwnProfile)
                ZstdRecipeFormat.WriteProfile(output, EncodingOf(parts[index])!.Value.Profile);
        }
    }

    private static void WriteHeadings(ByteList output, IReadOnlyList<ZstdPart> parts, PartFlags[] flags)
    {
        for (var index = 0; index < flags.Length; index++)
        {
            if (!flags[index].HasOwnHeader)
                continue;
            var heading = EncodingOf(parts[index])!.Value.Heading;
            output.Add(heading.Descriptor);
            output.Add(heading.Window);
        }
    }

    private static void WriteCuts(ByteList output, IReadOnlyList<long> cuts)
    {
        if (cuts.Count == 0)
            return;
        output.AddNumber((ulong)cuts.Count);
        var before = 0L;
        foreach (var cut in cuts)
        {
            output.AddNumber((ulong)(cut - before));
            before = cut;
        }
    }

    private static void WritePatches(ByteList output, IReadOnlyList<BlockPatch> patches)
    {
        if (patches.Count == 0)
            return;
        output.AddNumber((ulong)patches.Count);
        var next = 0;
        foreach (var patch in patches)
        {
            output.AddNumber((ulong)(patch.Index - next));
            output.Add(patch.Bytes.Span);
            next = patch.Index + 1;
        }
    }

    private static void WriteBytes(ByteList output, IReadOnlyList<ZstdPart> parts)
    {
        foreach (var part in parts)
        {
            if (BytesOf(part) is { } bytes)
                output.AddNumber((ulong)bytes.Length);
        }
        foreach (var part in parts)
        {
            if (BytesOf(part) is { } bytes)
                output.Add(bytes.Span);
        }
    }

    private static (ZstdProfile Profile, FrameHeading Heading)? EncodingOf(ZstdPart part) => part switch
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
}
