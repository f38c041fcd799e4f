using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Makes the parts between checkpoints at the same time. Each has its content in memory.</summary>
internal sealed class ParallelRebuilder : BodyRebuilder
{
    private const int LongestPart = 4 * CheckpointPlan.Spacing;

    private readonly DeflateRecipe _recipe;
    private readonly int _workers;
    private readonly CancellationTokenSource _stop = new();
    private readonly Queue<Task<PartRebuilder>> _running = new();
    private ContentWindow? _filling;
    private PartRebuilder? _taken;
    private int _nextPart;
    private byte _carry;
    private bool _hasLast;

    public ParallelRebuilder(DeflateRecipe recipe, int workers)
    {
        (_recipe, _workers) = (recipe, workers);
        _hasLast = (recipe.Bits & 7) != 0;
        _filling = OpenWindow(0, null);
    }

    /// <summary>The recipe has parts, and none of them is so long that it should not be in memory.</summary>
    public static bool Suits(DeflateRecipe recipe) => recipe.Checkpoints.Count > 0
        && Enumerable.Range(0, recipe.Checkpoints.Count + 1)
            .All(part => End(recipe, part) - Start(recipe, part) <= LongestPart);

    public override bool IsComplete => _filling is null && _running.Count == 0 && _taken is null && !_hasLast;

    public override Task Work => _running.Peek();

    public override Memory<byte> Room => _filling is null || _running.Count >= _workers
        ? default
        : _filling.Buffer.AsMemory(_filling.End, _filling.Capacity - _filling.End);

    public override void Accept(int count)
    {
        var window = _filling!;
        window.End += count;
        if (window.End < window.Capacity)
            return;
        var part = _nextPart++;
        window.IsComplete = window.Origin + window.End == _recipe.ContentLength;
        _filling = part < _recipe.Checkpoints.Count ? OpenWindow(part + 1, window) : null;
        _running.Enqueue(Task.Run(() => Rebuild(part, window)));
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
        if (_running.Count == 0 || !_running.Peek().IsCompleted)
            return default;
        _taken = _running.Dequeue().GetAwaiter().GetResult();
        var whole = _taken.Output.Whole;
        if (whole.IsEmpty)
        {
            _carry |= _taken.Output.Partial;
            return default;
        }
        whole.Span[0] |= _carry;
        _carry = _taken.Output.Partial;
        return whole;
    }

    public override void Dispose()
    {
        _stop.Cancel();
        _filling?.Dispose();
        _taken?.Dispose();
        // What still runs ends soon, and gives its memory back then.
        foreach (var running in _running)
            running.ContinueWith(
                t => t.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
        _stop.Dispose();
    }

    private static long Start(DeflateRecipe recipe, int part) => part == 0 ? 0 : recipe.Checkpoints[part - 1].Content;

    private static long End(DeflateRecipe recipe, int part) => part < recipe.Checkpoints.Count
        ? recipe.Checkpoints[part].Content
        : recipe.ContentLength;

    /// <summary>Has the room for a part, what is before it and a bit of what is behind.</summary>
    private ContentWindow OpenWindow(int part, ContentWindow? before)
    {
        var origin = Math.Max(0, Start(_recipe, part) - ContentWindow.History);
        // A little more than the look-ahead, which then never runs out before the part's last block is written.
        var end = Math.Min(_recipe.ContentLength, End(_recipe, part) + 2 * TokenMatcher.Lookahead);
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

    private PartRebuilder Rebuild(int part, ContentWindow window)
    {
        var rebuilder = new PartRebuilder(_recipe, part, window);
        try
        {
            while (!rebuilder.IsComplete)
            {
                _stop.Token.ThrowIfCancellationRequested();
                if (!rebuilder.Advance())
                    throw ByteCursor.Invalid("has a part that is longer than it says");
            }
            return rebuilder;
        }
        catch
        {
            rebuilder.Dispose();
            throw;
        }
        finally
        {
            window.Dispose();
        }
    }
}
