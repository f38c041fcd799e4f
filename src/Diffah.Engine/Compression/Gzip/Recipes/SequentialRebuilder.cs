using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Makes a deflate stream from front to back, in little memory.</summary>
internal sealed class SequentialRebuilder : BodyRebuilder
{
    // The longest segment, what is before it, and by how much a window may not be slid.
    private const int WindowSize = (1024 + 3 * 32) * 1024;
    private const int Portion = 64 * 1024;

    private readonly DeflateRecipe _recipe;
    private readonly ContentWindow _window = new(WindowSize);
    private readonly BitWriter _output = new();
    private readonly IdleEncoders _encoders;
    private readonly IEnumerator<RebuildUnit> _units;
    private readonly byte[] _last = new byte[1];
    private PartRebuilder _part;
    private bool _wantsContent;
    private bool _hasLast;

    public SequentialRebuilder(DeflateRecipe recipe, IdleEncoders encoders)
    {
        (_recipe, _encoders) = (recipe, encoders);
        _window.IsComplete = recipe.ContentLength == 0;
        _units = RebuildUnit.OfParts(recipe).GetEnumerator();
        _units.MoveNext();
        _part = PartRebuilders.Open(_units.Current, _encoders, _window, _output);
        _wantsContent = !_window.IsComplete;
        _hasLast = (recipe.Bits & 7) != 0;
    }

    public override bool IsComplete => IsMade && !_hasLast && _output.Whole.IsEmpty;

    public override Task Work => Task.CompletedTask;

    public override Memory<byte> Room
    {
        get
        {
            if (!_wantsContent)
                return default;
            var left = _recipe.ContentLength - _window.Origin - _window.End;
            return _window.Buffer.AsMemory(
                _window.End, (int)Math.Min(left, _window.Capacity - _window.End));
        }
    }

    public override void Accept(int count)
    {
        _window.End += count;
        _window.IsComplete = _window.Origin + _window.End == _recipe.ContentLength;
        _wantsContent = !_window.IsComplete && _window.End < _window.Capacity;
    }

    public override ReadOnlyMemory<byte> Take()
    {
        _output.Take();
        while (!_wantsContent && !IsMade && _output.Whole.Length < Portion)
        {
            if (_part.IsComplete)
                OpenNext();
            if (_part.Advance())
                continue;
            _part.Slide();
            if (_window.End == _window.Capacity)
                throw ByteCursor.Invalid("makes a block too long");
            _wantsContent = true;
        }
        var whole = _output.Whole;
        if (!whole.IsEmpty || !IsMade || !_hasLast)
            return whole;
        _hasLast = false;
        _last[0] = (byte)(_output.Partial | (_recipe.Padding << (int)(_recipe.Bits & 7)));
        return _last;
    }

    public override void Dispose()
    {
        _part.Dispose();
        _units.Dispose();
        _output.Dispose();
        _window.Dispose();
    }

    private bool IsMade => _part.IsComplete && _units.Current.IsLast;

    private void OpenNext()
    {
        _part.Slide();
        _part.Dispose();
        _units.MoveNext();
        _part = PartRebuilders.Open(_units.Current, _encoders, _window, _output);
    }
}
