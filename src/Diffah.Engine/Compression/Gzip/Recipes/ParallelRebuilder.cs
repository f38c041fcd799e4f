using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Makes the parts between checkpoints at the same time. Each has its content in memory.</summary>
internal sealed class ParallelRebuilder : BodyRebuilder
{
    private readonly DeflateRecipe _recipe;
    private readonly int _workers;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;
    private readonly PartRebuilders _parts = new();
    private readonly IEnumerator<RebuildUnit> _units;
    private readonly Queue<(RebuildUnit Unit, Task<BitWriter> Output)> _running = new();
    private ContentWindow? _filling;
    private BitWriter? _taken;
    private long _bits;
    private byte _carry;
    private bool _hasLast;

    public ParallelRebuilder(DeflateRecipe recipe, int workers)
    {
        (_recipe, _workers) = (recipe, workers);
        _stopped = _stop.Token;
        _hasLast = (recipe.Bits & 7) != 0;
        _units = RebuildUnit.OfPieces(recipe).GetEnumerator();
        _units.MoveNext();
        _filling = OpenWindow(_units.Current, null);
    }

    public override bool IsComplete => _filling is null && _running.Count == 0 && _taken is null && !_hasLast;

    public override Task Work => _running.Peek().Output;

    public override Memory<byte> Room => _filling is null || _running.Count >= _workers
        ? default
        : _filling.Buffer.AsMemory(_filling.End, _filling.Capacity - _filling.End);

    public override void Accept(int count)
    {
        _filling!.End += count;
        // What follows may need no more content than is there.
        while (_filling is { } window && window.End == window.Capacity && _running.Count < _workers)
            Begin(window);
    }

    public override ReadOnlyMemory<byte> Take()
    {
        _taken?.Dispose();
        _taken = null;
        if (_running.Count == 0 && _filling is null && _hasLast)
        {
            _hasLast = false;
            return new byte[] { (byte)(_carry | (_recipe.Padding << (int)(_recipe.Bits & 7))) };
        }
        if (_running.Count == 0 || !_running.Peek().Output.IsCompleted)
            return default;
        var (unit, output) = _running.Dequeue();
        _taken = output.GetAwaiter().GetResult();
        if (_filling is { } window && window.End == window.Capacity)
            Begin(window);
        return Join(unit, _taken);
    }

    /// <summary>The bits before the first whole byte are those of the part before.</summary>
    private ReadOnlyMemory<byte> Join(RebuildUnit unit, BitWriter output)
    {
        _bits += output.BitPosition - (unit.From.Bit & 7);
        if (_bits > _recipe.Bits || (unit.BitEnd is { } end && _bits != end))
            throw PartRebuilder.Differs();
        var whole = output.Whole;
        if (whole.IsEmpty)
        {
            _carry |= output.Partial;
            return default;
        }
        whole.Span[0] |= _carry;
        _carry = output.Partial;
        return whole;
    }

    public override void Dispose()
    {
        _stop.Cancel();
        _filling?.Dispose();
        _taken?.Dispose();
        // What still runs ends soon, and gives its memory back then.
        Task.WhenAll(_running.Select(running => running.Output.ContinueWith(
            t => t.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default))).ContinueWith(
                _ => _parts.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _units.Dispose();
        _stop.Dispose();
    }

    private void Begin(ContentWindow window)
    {
        var unit = _units.Current;
        window.IsComplete = window.Origin + window.End == _recipe.ContentLength;
        _filling = _units.MoveNext() ? OpenWindow(_units.Current, window) : null;
        _running.Enqueue((unit, Task.Run(() => Rebuild(unit, window))));
    }

    /// <summary>Has the room for a part, what is before it and a bit of what is behind.</summary>
    private ContentWindow OpenWindow(RebuildUnit unit, ContentWindow? before)
    {
        var origin = Math.Max(0, unit.From.Content - ContentWindow.History);
        // A little more than the look-ahead, which then never runs out before the part's last block is written.
        var end = Math.Min(_recipe.ContentLength, unit.ContentEnd + 2 * TokenMatcher.Lookahead);
        var window = new ContentWindow((int)(end - origin));
        window.Reset(origin);
        if (before is not null)
        {
            var known = before.Buffer.AsSpan((int)(origin - before.Origin), (int)(before.Origin + before.End - origin));
            known = known[..Math.Min(known.Length, window.Capacity)];
            known.CopyTo(window.Buffer);
            window.End = known.Length;
        }
        return window;
    }

    private BitWriter Rebuild(RebuildUnit unit, ContentWindow window)
    {
        var output = new BitWriter();
        try
        {
            output.Reset((int)(unit.From.Bit & 7));
            using var rebuilder = _parts.Open(unit, window, output);
            while (!rebuilder.IsComplete)
            {
                _stopped.ThrowIfCancellationRequested();
                if (!rebuilder.Advance())
                    throw ByteCursor.Invalid("has a part that is longer than it says");
            }
            return output;
        }
        catch
        {
            output.Dispose();
            throw;
        }
        finally
        {
            window.Dispose();
        }
    }
}
