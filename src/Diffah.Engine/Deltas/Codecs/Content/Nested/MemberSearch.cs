using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>
/// Finds how the deflate streams of an archive are made. Its entries are mostly of one encoder: those that were right
/// before are tried first, and what no known encoder makes is soon not analysed any more.
/// </summary>
internal sealed class MemberSearch : IDisposable
{
    private const int MostLikely = 4;

    // Streams without a way before no more are analysed, and how many with one allow another without.
    private const int FreeFailures = 3;
    private const int FoundForFailure = 16;

    // What corrections may cost of a stream, and some bytes.
    private const int CostShare = 32;
    private const int FreeCost = 16;

    private readonly PlainDeflater _deflater = new();
    private readonly List<EncoderProfile> _likely =
        [new(EncoderFamily.Zlib, 6), new(EncoderFamily.Zlib, 9)];

    private int _found;
    private int _failures;

    /// <summary>Finds a way that gives the very stream; null where there is none.</summary>
    public ZipWay? Find(ReadOnlySpan<byte> stream, byte[] content, CancellationToken cancellationToken)
    {
        var way = FindLikely(stream, content) ?? Analyse(stream, content, cancellationToken);
        if (way is null)
            _failures++;
        else
            _found++;
        return way;
    }

    public void Dispose() => _deflater.Dispose();

    private ZipWay? FindLikely(ReadOnlySpan<byte> stream, byte[] content)
    {
        foreach (var profile in _likely)
        {
            if (!_deflater.Makes(stream, profile, content))
                continue;
            Prefer(profile);
            return new(profile, null);
        }
        return null;
    }

    private void Prefer(EncoderProfile profile)
    {
        _likely.Remove(profile);
        _likely.Insert(0, profile);
        if (_likely.Count > MostLikely)
            _likely.RemoveAt(MostLikely);
    }

    private ZipWay? Analyse(ReadOnlySpan<byte> stream, byte[] content, CancellationToken cancellationToken)
    {
        if (_failures >= FreeFailures + _found / FoundForFailure)
            return null;
        GzipRecipe recipe;
        try
        {
            recipe = GzipAnalysis.OfDeflate(new MemoryStream(stream.ToArray(), writable: false), cancellationToken);
        }
        catch (RecipeRefusedException)
        {
            return null;
        }
        var body = recipe.Members[0].Body;
        var profile = body.Parts[0].Profile;
        if (PlainDeflater.IsEnough(body) && _deflater.Makes(stream, profile, content))
        {
            Prefer(profile);
            return new(profile, null);
        }
        var pays = body.Parts.Sum(p => p.Corrections.Length) <= stream.Length / CostShare + FreeCost;
        return pays && recipe.Trailing.IsEmpty && Gives(recipe, content, stream) ? new(default, recipe) : null;
    }

    private static bool Gives(GzipRecipe recipe, byte[] content, ReadOnlySpan<byte> stream)
    {
        var made = new byte[stream.Length];
        try
        {
            using var rebuilt = new GzipRebuildStream(new MemoryStream(content, writable: false), recipe);
            return recipe.Length == stream.Length
                && rebuilt.ReadAtLeast(made, made.Length, throwOnEndOfStream: false) == made.Length
                && stream.SequenceEqual(made);
        }
        catch (RecipeRefusedException)
        {
            return false;
        }
    }
}
