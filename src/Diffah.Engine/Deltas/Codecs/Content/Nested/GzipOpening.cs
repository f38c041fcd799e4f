using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>Opens a gzip file that is new.</summary>
internal static class GzipOpening
{
    // What a recipe may cost of the file, and some bytes. A file that had the same content is none that is opened.
    private const int CostShare = 4;
    private const int FreeCost = 64;

    public static NestedOpening? TryOpen(
        ReadOnlySpan<byte> file, SpanInflater inflater, CancellationToken cancellationToken)
    {
        if (GzipFile.Inflate(file, inflater) is not { } content)
            return null;
        using var deflater = new PlainDeflater();
        var layout = FindPlain(file, content, deflater) ?? Analyse(file, content, deflater, cancellationToken);
        return layout is null ? null : new(new GzipFile(), layout);
    }

    private static GzipLayout? FindPlain(ReadOnlySpan<byte> file, byte[] content, PlainDeflater deflater)
    {
        var header = file[..GzipHeader.Measure(file)];
        var level = GzipLayout.ExpectedProfile(GzipHeader.Hint(header)).Level;
        EncoderFamily[] families = GzipHeader.System(header) == 255
            ? [EncoderFamily.Zlib, EncoderFamily.Gnu]
            : [EncoderFamily.Gnu, EncoderFamily.Zlib];
        foreach (var family in families)
        {
            if (TryPlain(file, content, new(family, level), deflater) is { } layout)
                return layout;
        }
        return null;
    }

    /// <summary>The short layout, if the file is what it makes.</summary>
    private static GzipLayout? TryPlain(
        ReadOnlySpan<byte> file, byte[] content, EncoderProfile profile, PlainDeflater deflater)
    {
        var header = GzipHeader.Measure(file);
        Span<byte> trailer = stackalloc byte[GzipHeader.TrailerLength];
        GzipTrailer.Write(content, trailer);
        return file.EndsWith(trailer)
            && deflater.Makes(file[header..^GzipHeader.TrailerLength], profile, content)
            ? new(file[..header].ToArray(), profile, content.Length, file.Length)
            : null;
    }

    private static GzipLayout? Analyse(
        ReadOnlySpan<byte> file, byte[] content, PlainDeflater deflater, CancellationToken cancellationToken)
    {
        GzipRecipe recipe;
        try
        {
            using var source = new MemoryStream(file.ToArray(), writable: false);
            recipe = GzipAnalysis.OfGzip(source, cancellationToken: cancellationToken);
        }
        catch (RecipeRefusedException)
        {
            return null;
        }
        if (recipe is { Members: [{ Body: var body }], Trailing.IsEmpty: true } && PlainDeflater.IsEnough(body)
            && TryPlain(file, content, body.Parts[0].Profile, deflater) is { } plain)
            return plain;
        var pays = recipe.ToBytes().Length <= file.Length / CostShare + FreeCost;
        var layout = new GzipLayout(recipe);
        return pays && NestedProof.Gives(layout, content, file) ? layout : null;
    }
}
