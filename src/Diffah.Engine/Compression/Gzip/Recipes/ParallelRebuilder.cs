using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>
/// Makes the parts between checkpoints at the same time. Each has its content in memory. One more than there are
/// workers waits, so that none of these does.
/// </summary>
internal sealed class ParallelRebuilder : BodyRebuilder
{
    // Contents and what is made of them, for each worker. One unit may have more: then it is alone.
    private const int WorkerMemory = 8 * 1024 * 1024;

    // A little more than the look-ahead, which then never runs out before the part's last block is written.
    private const int Behind = 2 * TokenMatcher.Lookahead;

    // The tokens of a block are given room as if each took six bytes.
    private const int OutputSlack = 256 * 1024;

    private readonly DeflateRecipe _recipe;
    private readonly int _workerCount;
    private readonly RebuildWorkers _workers;
    private readonly BufferPool _contents = new();
    private readonly BufferPool _outputs = new();
    private readonly IEnumerator<RebuildUnit> _units;
    private readonly Queue<RebuildJob> _running = new();
    private readonly byte[] _tail = new byte[ContentWindow.History + Behind];
    private long _tailEnd;
    private int _tailLength;
    private bool _hasUnit;
    private ContentWindow? _filling;
    private BitWriter? _taken;
    private long _memory;
    private long _takenCost;
    private long _bits;
    private byte _carry;
    private bool _hasLast;

    public ParallelRebuilder(DeflateRecipe recipe, IdleEncoders encoders, int workers)
    {
        (_recipe, _workerCount, _workers) = (recipe, workers, new(encoders, workers));
        _hasLast = (recipe.Bits & 7) != 0;
        _units = RebuildUnit.OfPieces(recipe).GetEnumerator();
        _hasUnit = _units.MoveNext();
        Feed();
    }

    /// <summary>The most bytes of content and output that there were.</summary>
    public long PeakMemory => _contents.Peak + _outputs.Peak;

    public override bool IsComplete => !_hasUnit && _running.Count == 0 && _taken is null && !_hasLast;

    public override Task Work => _running.Peek().Done;

    public override Memory<byte> Room => _filling is null
        ? default
        : _filling.Buffer.AsMemory(_filling.End, _filling.Capacity - _filling.End);

    public override void Accept(int count)
    {
        _filling!.End += count;
        Feed();
    }

    public override ReadOnlyMemory<byte> Take()
    {
        Release();
        if (!_hasUnit && _running.Count == 0 && _hasLast)
        {
            _hasLast = false;
            return new byte[] { (byte)(_carry | (_recipe.Padding << (int)(_recipe.Bits & 7))) };
        }
        if (_running.Count == 0 || !_running.Peek().Done.IsCompleted)
            return default;
        var job = _running.Dequeue();
        (_taken, _takenCost) = (job.Take(), job.Cost);
        return Join(job.Unit, _taken);
    }

    public override void Dispose()
    {
        // Buffers are not of the shared pool, and need not be given back.
        _workers.Dispose();
        _units.Dispose();
    }

    private void Release()
    {
        if (_taken is null)
            return;
        _taken.Dispose();
        _taken = null;
        _memory -= _takenCost;
        Feed();
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

    /// <summary>Begins what has all of its content, and opens what comes next where there may be one more.</summary>
    private void Feed()
    {
        while (_hasUnit && (_filling ??= Open(_units.Current)) is { } window && window.End == window.Capacity)
        {
            Begin(_units.Current, window);
            _filling = null;
            _hasUnit = _units.MoveNext();
        }
    }

    private void Begin(RebuildUnit unit, ContentWindow window)
    {
        window.IsComplete = window.Origin + window.End == _recipe.ContentLength;
        _tailLength = Math.Min(_tail.Length, window.End);
        _tailEnd = window.Origin + window.End;
        window.Buffer.AsSpan(window.End - _tailLength, _tailLength).CopyTo(_tail);
        var job = new RebuildJob(unit, window, new BitWriter(OutputLength(unit), _outputs), Cost(unit));
        _running.Enqueue(job);
        _workers.Begin(job);
    }

    /// <summary>Has the room for a part, what is before it and a bit of what is behind; null where there is no memory
    /// for it now.</summary>
    private ContentWindow? Open(RebuildUnit unit)
    {
        var memory = _memory + Cost(unit);
        if (_memory > 0 && (_running.Count > _workerCount || memory > (long)WorkerMemory * _workerCount))
            return null;
        _memory = memory;
        var window = new ContentWindow((int)(End(unit) - Origin(unit)), _contents);
        window.Reset(Origin(unit));
        var known = _tail.AsSpan(0, _tailLength)[(int)(_tailLength - Math.Max(0, _tailEnd - Origin(unit)))..];
        known = known[..Math.Min(known.Length, window.Capacity)];
        known.CopyTo(window.Buffer);
        window.End = known.Length;
        return window;
    }

    private static long Origin(RebuildUnit unit) => Math.Max(0, unit.From.Content - ContentWindow.History);

    private long End(RebuildUnit unit) => Math.Min(_recipe.ContentLength, unit.ContentEnd + Behind);

    private long Cost(RebuildUnit unit) => End(unit) - Origin(unit) + OutputLength(unit);

    /// <summary>What a part will make, or about that: the output grows where it is more.</summary>
    private static int OutputLength(RebuildUnit unit)
    {
        var content = unit.ContentEnd - unit.From.Content;
        var bytes = unit.BitEnd is { } end ? (end - unit.From.Bit) / 8 : 0;
        return (int)Math.Clamp(bytes, content / 2, content) + OutputSlack;
    }
}
