using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Deltas.Codecs.Content.Matching;

/// <summary>
/// Makes ops of the places where a walk goes over to another alignment: it finds how far the one before still pays, how
/// far back the next one does, and where they meet.
/// </summary>
internal ref struct OpBuilder
{
    /// <summary>
    /// An alignment goes back over the place where the one before was taken by so much at most: data that repeats
    /// itself would be gone over once for each op.
    /// </summary>
    private const int Reach = 1024;

    /// <summary>
    /// An alignment is given up behind the place from which on it loses so much. Where it pays again further on, the
    /// walk has to take it anew.
    /// </summary>
    public const int ForwardPatience = 4096;
    private const int BackwardPatience = 64;

    private readonly ReadOnlySpan<byte> _old;
    private readonly ReadOnlySpan<byte> _new;
    private readonly List<PatchOp> _ops;
    private readonly MatchSettings _settings;
    private int _start;
    private int _switched;

    public OpBuilder(ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new, MatchSettings settings)
    {
        _old = old;
        _new = @new;
        _settings = settings;
        _ops = [];
    }

    /// <summary>The alignment that holds now: old place less new place.</summary>
    public int Alignment { get; private set; }

    /// <summary>How much was gone over, in pieces of 32 bytes.</summary>
    public long Steps { get; private set; }

    /// <summary>How many more ops there may be; at the last the rest is taken as it is.</summary>
    public readonly bool IsFull => _ops.Count >= MatchSettings.MostOps - 2;

    /// <summary>At this new place another alignment is found to be the better one.</summary>
    public void Switch(int place, int alignment)
    {
        var forward = Forward(place);
        var backward = Backward(place, alignment);
        var overlap = _start + forward - (place - backward);
        if (overlap > 0)
        {
            var kept = Split(place - backward, overlap, alignment);
            forward -= overlap - kept;
            backward -= kept;
        }
        Add(forward, place - backward);
        Steps += (backward >> 5) + (forward >> 5) + 1;
        Alignment = alignment;
        _switched = place;
    }

    public readonly List<PatchOp> Finish()
    {
        var last = this;
        last.Add(last.Forward(_new.Length), _new.Length);
        return _ops;
    }

    /// <summary>How far the alignment pays from the start of the op, to this place at most.</summary>
    private readonly int Forward(int end)
    {
        var count = Math.Min(end - _start, _old.Length - (_start + Alignment));
        if (_start + Alignment < 0)
            return 0;
        ref var made = ref Unsafe.Add(ref MemoryMarshal.GetReference(_new), _start);
        ref var from = ref Unsafe.Add(ref MemoryMarshal.GetReference(_old), _start + Alignment);
        var (best, bestLength, score) = (0L, 0, 0L);
        for (var at = 0; at < count;)
        {
            var run = EqualBytes.Run(ref Unsafe.Add(ref made, at), ref Unsafe.Add(ref from, at), count - at);
            at += run;
            score += run;
            if (score > best)
                (best, bestLength) = (score, at);
            score -= _settings.MismatchLoss;
            at++;
            if (score < best - ForwardPatience)
                break;
        }
        return bestLength;
    }

    /// <summary>How far before a place an alignment pays, at most to the start of the op before.</summary>
    private readonly int Backward(int place, int alignment)
    {
        var count = Math.Min(place - Math.Max(_start, _switched - Reach), place + alignment);
        ref var made = ref Unsafe.Add(ref MemoryMarshal.GetReference(_new), place);
        ref var from = ref Unsafe.Add(ref MemoryMarshal.GetReference(_old), place + alignment);
        var (best, bestLength, score) = (0L, 0, 0L);
        for (var at = 1; at <= count; at++)
        {
            score += Unsafe.Subtract(ref made, at) == Unsafe.Subtract(ref from, at)
                ? 1
                : -_settings.MismatchLoss;
            if (score > best)
                (best, bestLength) = (score, at);
            else if (score < best - BackwardPatience)
                break;
        }
        return bestLength;
    }

    /// <summary>How much of an overlap the alignment before keeps, so that most bytes are equal.</summary>
    private readonly int Split(int start, int length, int alignment)
    {
        var (best, kept, score) = (0, 0, 0);
        for (var at = 0; at < length; at++)
        {
            var made = _new[start + at];
            score += (made == _old[start + at + Alignment] ? 1 : 0) - (made == _old[start + at + alignment] ? 1 : 0);
            if (score > best)
                (best, kept) = (score, at + 1);
        }
        return kept;
    }

    private void Add(int add, int end)
    {
        var insert = end - _start - add;
        if (add == 0 && insert == 0)
            return;
        if (add == 0 && _ops.Count > 0)
            _ops[^1] = _ops[^1] with { Insert = _ops[^1].Insert + insert };
        else
            _ops.Add(new PatchOp(add == 0 ? 0 : _start + Alignment, add, insert));
        _start = end;
    }
}
