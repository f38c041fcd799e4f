using System.IO.Compression;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip.Tokens;
using Diffah.Engine.Compression.Zstd;
using Diffah.Engine.Compression.Zstd.Recipes;
using Diffah.Engine.Compression.Zstd.Tokens;
using Diffah.Fuzz.Mutation;

namespace Diffah.Fuzz.Building;

/// <summary>A compressed stream, and the recipe that tells of it by what its encoder decided.</summary>
/// <param name="Kind">Gzip or zstd.</param>
/// <param name="Content">The content.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Recipe">What makes the stream of the content, and of the reference.</param>
/// <param name="OldContent">The content of the reference.</param>
/// <param name="OldStream">The reference; empty where there is none.</param>
internal sealed record ToldStream(
    CompressionKind Kind, byte[] Content, byte[] Stream, byte[] Recipe, byte[] OldContent, byte[] OldStream)
{
    private const int MostBytes = 24_000;
    private const int MostPieces = 3;

    // What stands before the decisions.
    private const int GzipHead = 10;
    private const int ZstdHead = 18;
    private const int HashBytesAt = 2;
    private const int DepthAt = 3;

    /// <summary>Makes a stream of a content, most often with a stream of an older content beside it.</summary>
    public static ToldStream Of(Dice dice)
    {
        var pair = ContentPair.Of(dice);
        var kind = dice.OneIn(2) ? CompressionKind.Gzip : CompressionKind.Zstd;
        var pieces = Enumerable.Range(0, 1 + dice.Below(MostPieces)).Select(_ => PieceOf(pair.Target, dice)).ToArray();
        var old = dice.OneIn(4) ? [] : PieceOf(pair.Sources.Length > 0 ? pair.Sources[^1] : pair.Target, dice);
        var oldStream = old.Length == 0 ? [] : Compress(kind, old, dice);
        var reference = ReferenceOf(oldStream, old);
        var streams = Array.ConvertAll(pieces, piece => Compress(kind, piece, dice));
        byte[] content = [.. pieces.SelectMany(p => p)];
        byte[] stream = [.. streams.SelectMany(s => s)];
        var recipe = kind == CompressionKind.Gzip
            ? GzipTokenAnalysis.OfGzip(new MemoryStream(stream), new MemoryStream(content), reference, 1, default)
                .ToBytes()
            : OfFrames(streams, pieces, reference).ToBytes();
        return new(kind, content, stream, recipe, old, oldStream);
    }

    /// <summary>A reference; null where there is none.</summary>
    public static RecipeReference? ReferenceOf(byte[] stream, byte[] content) => stream.Length == 0 ? null
        : new(() => new MemoryStream(stream), () => new MemoryStream(content));

    /// <summary>The recipe, damaged where decisions are, or anywhere.</summary>
    public byte[] DamagedRecipe(Dice dice)
    {
        if (dice.OneIn(8))
            return ByteMutator.Mutate(Recipe, dice);
        if (Kind == CompressionKind.Gzip)
            return Damaged(Recipe, GzipHead, dice);
        // What is packed would be refused before it is looked at.
        var body = ZstdRecipe.Read(Recipe).Body;
        var parts = body.Parts.ToArray();
        var at = dice.Below(parts.Length);
        if (parts[at] is TokensPart part)
            parts[at] = part with { Payload = Damaged(part.Payload.ToArray(), ZstdHead, dice) };
        return new ZstdRecipe(body with { Parts = parts }).ToBytes();
    }

    private static byte[] Damaged(byte[] bytes, int head, Dice dice)
    {
        var damaged = bytes.Length <= head || dice.OneIn(8)
            ? ByteMutator.Mutate(bytes, dice)
            : [.. bytes[..head], .. ByteMutator.Mutate(bytes[head..], dice)];
        if (damaged.Length > DepthAt && dice.OneIn(6))
            (damaged[HashBytesAt], damaged[DepthAt]) = ((byte)dice.Between(3, 5), (byte)dice.Between(1, 200));
        return damaged;
    }

    private static byte[] PieceOf(byte[] content, Dice dice)
    {
        var length = Math.Min(content.Length, 1 + dice.Length(MostBytes));
        var from = dice.OneIn(3) ? dice.Below(content.Length - length + 1) : 0;
        // The base library writes nothing of nothing.
        return length == 0 ? [0] : content[from..(from + length)];
    }

    private static byte[] Compress(CompressionKind kind, byte[] content, Dice dice)
    {
        using var bytes = new MemoryStream();
        if (kind == CompressionKind.Gzip)
        {
            var level = dice.Of(CompressionLevel.Optimal, CompressionLevel.Fastest, CompressionLevel.SmallestSize,
                CompressionLevel.NoCompression);
            using var gzip = new GZipStream(bytes, level, leaveOpen: true);
            gzip.Write(content);
        }
        else
        {
            var settings = new ZstdSettings(1 + dice.Below(19), ContentSize: content.Length);
            using var zstd = new ZstdCompressionStream(bytes, settings);
            zstd.Write(content);
            zstd.Finish();
        }
        return bytes.ToArray();
    }

    private static ZstdRecipe OfFrames(byte[][] frames, byte[][] contents, RecipeReference? reference)
    {
        using var shared = reference is null ? null : new SharedReference(reference);
        var parts = frames.Zip(contents, (frame, content) => PartOf(frame, content, shared)).ToArray();
        return new(new(parts, BorderRule.None, contents.Sum(c => (long)c.Length), frames.Sum(f => (long)f.Length)));
    }

    private static ZstdPart PartOf(byte[] frame, byte[] content, SharedReference? reference)
    {
        try
        {
            var payload = ZstdTokenWriter.Write(new MemoryStream(frame), new MemoryStream(content), reference, default);
            return new TokensPart(payload.ToBytes(), payload.NeedsReference, content.Length);
        }
        catch (RecipeRefusedException)
        {
            return new VerbatimPart(frame, content.Length);
        }
    }
}
