using System.Numerics;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip;

/// <summary>
/// The encoders of the members so far, to be tried first for the next one. One that had to be corrected is taken
/// without a look at all others only where the look has ended with it again and again.
/// </summary>
internal sealed class LikelyProfiles
{
    private const int Most = 4;
    private const int LooksForCorrected = 8;

    // A member may cost more than those before it.
    private const double CostGrowth = 1.5;
    private const long LargestFreeCost = 64;

    // Those without corrections come first, each kind with the last one at the front.
    private readonly List<Entry> _entries = [];

    /// <summary>The encoders, the likeliest first, and what a member by them may cost.</summary>
    public IReadOnlyList<LikelyProfile> ToTry =>
        [.. _entries.Where(e => e.IsLikely).Select(e => new LikelyProfile(e.Profile, e.FreeCost, e.CostRate))];

    /// <summary>A member was made by an encoder.</summary>
    public void Add(EncoderProfile profile, long cost, long content)
    {
        var entry = _entries.Find(e => e.Profile == profile) ?? new(profile);
        entry.Add(cost, content);
        _entries.Remove(entry);
        var at = entry.IsCorrected ? _entries.FindIndex(e => e.IsCorrected) : 0;
        _entries.Insert(at < 0 ? _entries.Count : at, entry);
        if (_entries.Count > Most)
            _entries.RemoveAt(_entries[0] == entry ? Most : Most - 1);
    }

    private sealed class Entry(EncoderProfile profile)
    {
        private long _cost;
        private long _content;
        private uint _members;

        public EncoderProfile Profile => profile;

        public bool IsCorrected { get; private set; }

        // Another look, more and more rarely, finds what a later member would be right by.
        public bool IsLikely =>
            !IsCorrected || (_members > LooksForCorrected && !BitOperations.IsPow2(_members));

        public long FreeCost => IsCorrected ? Math.Min(LargestFreeCost, 2 * _cost / _members) : 0;

        public double CostRate => IsCorrected ? CostGrowth * _cost / Math.Max(1, _content) : 0;

        public void Add(long cost, long content)
        {
            var isCorrected = cost > 0;
            if (isCorrected != IsCorrected)
                (_cost, _content, _members) = (0, 0, 0);
            (IsCorrected, _cost, _content, _members) =
                (isCorrected, _cost + cost, _content + content, _members + 1);
        }
    }
}

/// <summary>An encoder to try, and the corrections with which it is taken.</summary>
/// <param name="Profile">The encoder.</param>
/// <param name="FreeCost">So many bytes.</param>
/// <param name="CostRate">And so many for each byte of content.</param>
internal readonly record struct LikelyProfile(EncoderProfile Profile, long FreeCost, double CostRate);
