using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Deltas.Codecs.Content.Matching;

/// <summary>
/// Walks through a new file with one alignment to the old one, and goes over to another where that makes more bytes
/// equal.
/// </summary>
internal ref struct MatchWalk
{
    private const int MostNear = 32;
    private const int MostEqual = 256;
    private const int FromIndex = -1;

    // Where nothing has been found for long, not each place is tried; what is found reaches back.
    private const int LongShift = 12;
    private const int LongestStride = 64;
    private const int StepsBetweenChecks = 1 << 16;

    private readonly ref byte _old;
    private readonly ref byte _new;
    private readonly int _oldLength;
    private readonly int _newLength;
    private readonly MatchSettings _settings;
    private readonly KeyIndex _index;
    private readonly KeyIndex? _longIndex;
    private OpBuilder _ops;
    private RecentAlignments _recent;
    private int _alignment;
    private int _lastEqual;
    private long _lost;
    private long _steps;

    // The best place found for the one the walk stands at.
    private int _bestGain;
    private int _bestAlignment;
    private int _bestLength;

    public MatchWalk(ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new, MatchSettings settings, KeyIndex index,
        KeyIndex? longIndex)
    {
        _old = ref MemoryMarshal.GetReference(old);
        _new = ref MemoryMarshal.GetReference(@new);
        (_oldLength, _newLength) = (old.Length, @new.Length);
        (_settings, _index, _longIndex) = (settings, index, longIndex);
        _ops = new OpBuilder(old, @new, settings);
    }

    /// <summary>The ops; and how much was looked at, in keys and in pieces of 32 bytes that were compared.</summary>
    public List<PatchOp> Run(CancellationToken cancellationToken, out long steps)
    {
        var end = _newLength - Math.Max(_settings.Key, sizeof(ulong));
        var nextCheck = 0L;
        for (var place = 0; place <= end && !_ops.IsFull;)
        {
            if (_steps >= nextCheck)
            {
                cancellationToken.ThrowIfCancellationRequested();
                nextCheck = _steps + StepsBetweenChecks;
            }
            _steps++;
            var run = RunAt(place, _alignment);
            if (run >= _settings.Window)
            {
                _steps += run >> 5;
                Continue(place, run);
                place += run;
                _lastEqual = place;
            }
            else
                place += Search(place, run);
        }
        steps = _steps + _ops.Steps;
        return _ops.Finish();
    }

    /// <summary>
    /// The alignment holds here. Where it did not for long, as in a file of which a part was written over, what was
    /// between is new, and the alignment is taken again.
    /// </summary>
    private void Continue(int place, int run)
    {
        _lost += (long)(place - _lastEqual) * _settings.MismatchLoss;
        if (_lost > OpBuilder.ForwardPatience)
        {
            _ops.Switch(place, _alignment);
            _lost = 0;
        }
        _lost = Math.Max(0, _lost - run);
    }

    /// <summary>Looks for a better alignment; gives how far to go on.</summary>
    private int Search(int place, int run)
    {
        (_bestGain, _bestLength) = (0, 0);
        if (_settings.ProbesNear)
        {
            TryRecent(place);
            TryNear(place);
        }
        if (_longIndex is not null && place + _settings.LongKey <= _newLength)
            TryIndex(_longIndex, place);
        TryIndex(_index, place);
        if (_bestGain == 0)
            return run > 0 ? run : 1 + Math.Min(LongestStride - 1, (place - _lastEqual) >> LongShift);
        _ops.Switch(place, _bestAlignment);
        _recent.Use(_bestAlignment);
        _alignment = _bestAlignment;
        _lastEqual = place + _bestLength;
        _lost = 0;
        return Math.Max(1, _bestLength);
    }

    private void TryIndex(KeyIndex index, int place)
    {
        var hash = index.Hash(ref Unsafe.Add(ref _new, place));
        if (hash == 0)
            return;
        var bucket = index.Bucket(hash, out var tag);
        if (bucket.Length > _settings.Candidates)
        {
            var middle = index.FirstFrom(bucket, place + _alignment);
            var first = Math.Clamp(middle - (_settings.Candidates / 2), 0, bucket.Length - _settings.Candidates);
            bucket = bucket.Slice(first, _settings.Candidates);
        }
        foreach (var entry in bucket)
        {
            var at = index.Place(entry, tag);
            if (at >= 0)
                Try(place, at - place, FromIndex);
        }
    }

    private void TryRecent(int place)
    {
        for (var i = 0; i < RecentAlignments.Count; i++)
            Try(place, _recent[i], _settings.RecentCost);
    }

    private void TryNear(int place)
    {
        const int likely = 4;
        var from = Math.Max(0, place + _alignment - _settings.NearReach);
        var to = Math.Min(_oldLength, place + _alignment + _settings.NearReach + likely);
        if (place + likely > _newLength || to - from < likely)
            return;
        var wanted = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref _new, place), likely);
        var around = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref _old, from), to - from);
        _steps += around.Length >> 5;
        for (var left = MostNear; left > 0 && around.IndexOf(wanted) is var found and >= 0; left--)
        {
            Try(place, from + found - place, _settings.NearCost);
            from += found + 1;
            around = around[(found + 1)..];
        }
    }

    /// <summary>Weighs one alignment against the one that holds.</summary>
    private void Try(int place, int alignment, int cost)
    {
        if (alignment == _alignment)
            return;
        var at = place + alignment;
        if (at < 0 || at >= _oldLength)
            return;
        var most = Math.Min(Math.Min(_oldLength - at, _newLength - place), MostEqual);
        ref var made = ref Unsafe.Add(ref _new, place);
        ref var from = ref Unsafe.Add(ref _old, at);
        var length = EqualBytes.Run(ref made, ref from, most);
        if (cost == FromIndex && length < _settings.Key)
            return;
        var (score, span) = length >= _settings.Window
            ? (length, length)
            : (EqualBytes.Count(ref made, ref from, Math.Min(most, _settings.Window)), _settings.Window);
        _steps += 1 + (span >> 5);
        if (cost == FromIndex)
            cost = CostOf(Math.Abs(alignment - _alignment));
        // What the alignment that holds has on the same way.
        var gain = score - cost;
        if (gain <= _bestGain)
            return;
        gain -= EqualAt(place, span);
        if (gain > _bestGain || (gain == _bestGain && gain > 0
            && Math.Abs(alignment - _alignment) < Math.Abs(_bestAlignment - _alignment)))
            (_bestGain, _bestAlignment, _bestLength) = (gain, alignment, length);
    }

    private readonly int CostOf(int distance) =>
        distance <= _settings.NearReach ? _settings.NearCost
        : distance <= _settings.MiddleReach ? _settings.MiddleCost : _settings.FarCost;

    private readonly int EqualAt(int place, int span)
    {
        var at = place + _alignment;
        if (at < 0 || at >= _oldLength)
            return 0;
        var most = Math.Min(span, Math.Min(_oldLength - at, _newLength - place));
        return EqualBytes.Count(ref Unsafe.Add(ref _new, place), ref Unsafe.Add(ref _old, at), most);
    }

    private readonly int RunAt(int place, int alignment)
    {
        var at = place + alignment;
        if ((uint)at >= (uint)_oldLength)
            return 0;
        return EqualBytes.Run(ref Unsafe.Add(ref _new, place), ref Unsafe.Add(ref _old, at),
            Math.Min(_oldLength - at, _newLength - place));
    }
}
