using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Engine.Compression.Gzip;

/// <summary>
/// Makes the recipe of a gzip stream, or of a raw deflate stream. Whoever ships a recipe rebuilds the stream by it
/// first, and compares.
/// </summary>
public sealed class GzipAnalysis : IDisposable
{
    // Two of the longest segments, what is before them, and a little of what is behind. The same for any number of
    // workers: what is seen at a time decides which encoder is tried.
    private const int WindowSize = (2 * 1024 + 128) * 1024;

    // Of the encoder of the last member, and of one that is tried.
    private const int IdleCount = 2;

    // A recipe may cost this part of the stream, and some bytes.
    private const int FreeCost = 64 * 1024;
    private const double CostRate = 0.5;

    private readonly DeflateInput _input;
    private readonly ContentWindow _window;
    private readonly Inflater _inflater;
    private readonly int _workers;
    private readonly IdleEncoders _encoders = new(IdleCount);
    private readonly LikelyProfiles _likely = new();
    private long _cost;

    private GzipAnalysis(Stream source, int workers)
    {
        _workers = workers;
        _window = new(WindowSize);
        _input = new(source);
        _inflater = new(_input, _window);
    }

    /// <summary>Makes the recipe of a gzip stream of one or many members.</summary>
    /// <param name="source">The stream; read to its end, not disposed of.</param>
    /// <param name="workers">How many segments are compared at the same time, where the encoder makes them apart: at
    /// most two of 1 MiB. The recipe is the same for any number.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RecipeRefusedException">The stream has no recipe.</exception>
    public static GzipRecipe OfGzip(
        Stream source, int workers = 1, CancellationToken cancellationToken = default)
    {
        using var analysis = new GzipAnalysis(source, workers);
        return analysis.ReadMembers(cancellationToken);
    }

    /// <summary>Makes the recipe of a raw deflate stream.</summary>
    /// <param name="source">The stream; not disposed of. What follows the deflate stream must be short.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RecipeRefusedException">The stream has no recipe.</exception>
    public static GzipRecipe OfDeflate(Stream source, CancellationToken cancellationToken = default)
    {
        using var analysis = new GzipAnalysis(source, workers: 1);
        var body = analysis.ReadBody([], cancellationToken);
        return new([new(default, body, default)], analysis.ReadTrailing());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoders.Dispose();
        _inflater.Dispose();
        _window.Dispose();
        _input.Dispose();
    }

    private GzipRecipe ReadMembers(CancellationToken cancellationToken)
    {
        var members = new List<GzipMember>();
        do
        {
            if (members.Count == RecipeBounds.Members)
                throw new RecipeRefusedException(
                    RecipeRefusal.TooManyMembers, "The gzip stream has more members than a recipe can have.");
            var header = GzipHeader.Read(_input);
            var body = ReadBody(header, cancellationToken);
            var trailer = new byte[GzipHeader.TrailerLength];
            for (var index = 0; index < trailer.Length; index++)
                trailer[index] = _input.TakeByte();
            members.Add(new(header, body, trailer));
        }
        while (GzipHeader.BeginsAt(_input));
        return new(members, ReadTrailing());
    }

    private DeflateRecipe ReadBody(ReadOnlySpan<byte> header, CancellationToken cancellationToken)
    {
        var start = _input.BitPosition;
        Look(start);
        return TryLikely(start, cancellationToken) ?? Choose(start, header, cancellationToken);
    }

    /// <summary>The encoders of the members before, without a look at any other.</summary>
    private DeflateRecipe? TryLikely(long start, CancellationToken cancellationToken)
    {
        if (!_input.CanRewind)
            return null;
        foreach (var likely in _likely.ToTry)
        {
            using var body = new BodyAnalysis(
                _input, _inflater, _window, _encoders, likely.Profile, start, CheckCost, _workers)
            {
                IsTrial = true,
                MayCost = (likely.FreeCost, likely.CostRate),
            };
            body.Run(cancellationToken);
            if (!body.HasFailed)
                return Finish(body, likely.Profile);
            LookAgain(start);
        }
        return null;
    }

    private DeflateRecipe Choose(long start, ReadOnlySpan<byte> header, CancellationToken cancellationToken)
    {
        var choice = new ProfileChoice(_input, _inflater, _window, _encoders, start, header);
        var right = choice.Right(_input.CanRewind ? [] : _likely.ToTry.Select(l => l.Profile));
        using var trials = new EncoderTrials(right, _input.CanRewind && !_inflater.IsComplete);
        while (true)
        {
            var profile = trials.Next() ?? trials.Best() ?? choice.PartlyRight() ?? choice.Nearest();
            using var body = new BodyAnalysis(
                _input, _inflater, _window, _encoders, profile, start, CheckCost, _workers)
            {
                IsTrial = trials.IsTrial,
            };
            body.Run(cancellationToken);
            if (!body.HasFailed)
                return Finish(body, profile);
            trials.Fail(profile, body.Position, body.Cost);
            if (!_input.CanRewind)
                throw new RecipeRefusedException(
                    RecipeRefusal.DoesNotPay, "The gzip stream is only at first what a known encoder makes.");
            LookAgain(start);
        }
    }

    private DeflateRecipe Finish(BodyAnalysis body, EncoderProfile profile)
    {
        _likely.Add(profile, body.Cost, body.Position);
        _cost += body.Cost;
        return body.ToRecipe((byte)_input.Align());
    }

    private void LookAgain(long start)
    {
        _input.Rewind(start >> 3);
        Look(start);
    }

    /// <summary>Has the beginning of a stream at hand.</summary>
    private void Look(long start)
    {
        _inflater.Reset();
        _window.Reset();
        _input.Keep(start >> 3);
        _inflater.Fill();
    }

    private void CheckCost(long cost)
    {
        if (_cost + cost > FreeCost + CostRate * _input.BytesRead)
            throw new RecipeRefusedException(
                RecipeRefusal.DoesNotPay, "The gzip stream is not near to what any known encoder makes.");
    }

    private byte[] ReadTrailing()
    {
        var trailing = new ByteList();
        while (!_input.IsAtEnd())
        {
            if (trailing.Count == RecipeBounds.TrailingBytes)
                throw new RecipeRefusedException(
                    RecipeRefusal.TrailingData, "What follows the gzip stream is longer than a recipe can hold.");
            trailing.Add(_input.TakeByte());
        }
        return trailing.Written.ToArray();
    }
}
