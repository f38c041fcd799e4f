using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Recipes;
using Diffah.Engine.Compression.Gzip.Segments;

namespace Diffah.Engine.Compression.Gzip;

/// <summary>
/// Goes once along a deflate stream, and makes the parts of its recipe. Where an encoder that is run as a whole differs
/// in one segment, others and a prediction are tried for that segment.
/// </summary>
internal sealed class BodyAnalysis : IDisposable
{
    // Segments that may differ at first, and for how many that are right one more may.
    private const int FreeFailures = 8;
    private const int RightForFailure = 2;

    // Failures at which other levels are tried as well: a uniform beginning does not tell the level.
    private const int FailuresOfLevel = 2;

    private readonly DeflateInput _input;
    private readonly Inflater _inflater;
    private readonly ContentWindow _window;
    private readonly IdleEncoders _encoders;
    private readonly List<RecipePart> _parts = [];
    private readonly Action<long> _checkCost;
    private readonly int _workers;
    private PartMaker _maker;
    private EncoderProfile? _whole;
    private EncoderProfile? _followed;
    private long _ownCost;
    private long _failures;
    private long _right;

    /// <param name="input">The compressed stream.</param>
    /// <param name="inflater">Has the stream's beginning at hand.</param>
    /// <param name="window">Has the content.</param>
    /// <param name="encoders">Gives encoders that are run as a whole.</param>
    /// <param name="profile">The encoder.</param>
    /// <param name="origin">The bit of the input at which the stream begins.</param>
    /// <param name="checkCost">Told the bytes of corrections; refuses where they are too many.</param>
    /// <param name="workers">How many segments are compared at the same time.</param>
    public BodyAnalysis(
        DeflateInput input, Inflater inflater, ContentWindow window, IdleEncoders encoders, EncoderProfile profile,
        long origin, Action<long> checkCost, int workers)
    {
        (_input, _inflater, _window, _encoders) = (input, inflater, window, encoders);
        (_checkCost, _workers) = (checkCost, workers);
        _maker = Open(profile, new(origin));
    }

    /// <summary>There are other encoders to try where this one turns out to be wrong.</summary>
    public bool IsTrial { get; init; }

    /// <summary>The corrections with which a trial goes on: so many bytes, and so many for each of the
    /// content.</summary>
    public (long Bytes, double Rate) MayCost { get; init; }

    /// <summary>The encoder is wrong, and the stream is to be begun again with another: it is a trial, or what the
    /// encoder makes can't be corrected.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Where in the content it is.</summary>
    public long Position => _maker.Position;

    /// <summary>The bytes of corrections.</summary>
    public long Cost => _ownCost + _maker.Cost;

    /// <summary>Goes on to the end of the stream, or to a failure.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        while (Advance() && !HasFailed)
        {
            if (IsTooDear)
                break;
            cancellationToken.ThrowIfCancellationRequested();
            _checkCost(Cost);
            _maker.Slide();
            _input.Keep(_whole is null ? long.MaxValue : (_maker.Start.Origin + _maker.EndBit) >> 3);
            _inflater.Fill();
        }
        HasFailed |= IsTooDear;
        if (!HasFailed)
            _checkCost(Cost);
    }

    /// <summary>The recipe of the whole stream.</summary>
    public DeflateRecipe ToRecipe(byte padding)
    {
        Close();
        return new([.. _parts], padding);
    }

    public void Dispose() => _maker.Dispose();

    private bool IsTooDear => IsTrial && Cost > MayCost.Bytes + MayCost.Rate * Position;

    /// <summary>Goes on as far as can be gone; false at the end of the stream.</summary>
    private bool Advance()
    {
        var before = _maker.Position;
        var (tokens, blocks) = _maker.Advance();
        _inflater.Drop(tokens, blocks);
        if (_maker.IsEnded)
        {
            Change();
            return true;
        }
        if (_inflater.IsComplete && _inflater.BlockCount == 0)
            return false;
        if (_maker.Position != before)
            return true;
        // The inflater has all that it can have at a time.
        if (_maker is SegmentPartMaker)
            Change();
        else if (blocks == 0)
            throw new RecipeRefusedException(
                RecipeRefusal.DoesNotPay, "The gzip stream has too many blocks without content.");
        return true;
    }

    private PartMaker Open(EncoderProfile profile, PartStart start)
    {
        if (!SegmentEncoders.IsKnown(profile))
            return new TokenPartMaker(_inflater, _window, profile, start);
        _whole = profile;
        return OpenWhole(profile, start);
    }

    private SegmentPartMaker OpenWhole(EncoderProfile profile, PartStart start) =>
        new(_input, _inflater, _window, _encoders, profile, start) { Workers = _workers };

    private void Change()
    {
        var start = _maker.Start with { Bit = _maker.EndBit, Content = _maker.Position };
        if (_maker is not SegmentPartMaker differing)
            Use(Open(_whole!.Value, start));
        else if (differing.IsIndependent && !(IsTrial && start.Content == 0))
            Use(Other(start) ?? (PartMaker)Follow(differing.SegmentLength, start));
        else
            HasFailed = true;
    }

    private void Use(PartMaker maker)
    {
        Close();
        _maker.Dispose();
        _maker = maker;
    }

    private void Close()
    {
        if (_maker.EndBit == _maker.Start.Bit)
            return;
        var part = _maker.ToPart();
        _parts.Add(part);
        _ownCost += _maker.Cost;
        if (_maker is SegmentPartMaker whole)
            _right += (part.ContentEnd - part.Content) / whole.SegmentLength;
    }

    /// <summary>Another release, or level, of the encoder that makes the next segment.</summary>
    private SegmentPartMaker? Other(PartStart start)
    {
        _failures++;
        if (!MayTryAgain || _inflater.BlockCount == 0 || _inflater.Blocks[0].ContentStart != start.Content)
            return null;
        var isLevelOpen = _failures <= FailuresOfLevel && SegmentEncoders.Shape(_whole!.Value).EndsWithByte;
        var others = isLevelOpen
            ? SegmentEncoders.OtherLevels(_whole!.Value)
            : SegmentEncoders.Others(_whole!.Value);
        foreach (var profile in others)
        {
            var other = OpenWhole(profile, start);
            other.Advance();
            if (other.Position > start.Content)
            {
                _whole = profile;
                return other;
            }
            other.Dispose();
        }
        return null;
    }

    private bool MayTryAgain => _failures <= FreeFailures + _right / RightForFailure;

    private TokenPartMaker Follow(int segmentLength, PartStart start)
    {
        _followed ??= ProfileChoice.Nearest(_inflater, _window, start);
        if (!MayTryAgain)
            _whole = null;
        return new(_inflater, _window, _followed.Value, start)
        {
            SegmentLength = MayTryAgain ? segmentLength : 0,
        };
    }
}
