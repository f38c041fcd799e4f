using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Segments;

namespace Diffah.Engine.Compression.Gzip;

/// <summary>
/// The encoders that are right about the beginning of a stream, and how far those came that were tried. They are asked
/// for one by one, while the beginning is at hand.
/// </summary>
internal sealed class EncoderTrials : IDisposable
{
    // Content that may be gone through in vain: so much, and so many times what the one that came furthest saw.
    private const long FreeContent = 512L * 1024 * 1024;
    private const int ContentRate = 4;

    private readonly IEnumerator<EncoderProfile> _right;
    private readonly List<Failure> _failures = [];
    private long _content;
    private bool _hasNext;

    /// <param name="right">The encoders, likeliest first.</param>
    /// <param name="canTryAgain">The stream can be read again.</param>
    public EncoderTrials(IEnumerable<EncoderProfile> right, bool canTryAgain)
    {
        _right = (canTryAgain ? right : right.Take(1)).GetEnumerator();
        _hasNext = _right.MoveNext();
    }

    /// <summary>Where the encoder that was given last turns out to be wrong, another is to be tried.</summary>
    public bool IsTrial { get; private set; }

    /// <summary>The next encoder to try.</summary>
    /// <returns>Null where none is left, or where too much was gone through.</returns>
    public EncoderProfile? Next()
    {
        IsTrial = false;
        if (!_hasNext || _content > FreeContent + ContentRate * _failures.Max(f => (long?)f.Position))
            return null;
        var profile = _right.Current;
        _hasNext = _right.MoveNext();
        IsTrial = _hasNext || _failures.Count > 0;
        return profile;
    }

    /// <summary>The encoder is wrong at a place in the content.</summary>
    public void Fail(EncoderProfile profile, long position, long cost)
    {
        _failures.Add(new(profile, position, cost));
        _content += position;
    }

    /// <summary>The encoder to be corrected: the one that came furthest, if any can be corrected.</summary>
    public EncoderProfile? Best() => _failures.Where(f => CanBeCorrected(f.Profile))
        .OrderByDescending(f => f.Position).ThenBy(f => f.Cost).FirstOrDefault()?.Profile;

    public void Dispose() => _right.Dispose();

    private static bool CanBeCorrected(EncoderProfile profile) =>
        !SegmentEncoders.IsKnown(profile) || SegmentEncoders.Shape(profile).IsIndependent;

    private sealed record Failure(EncoderProfile Profile, long Position, long Cost);
}
