using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Makes a deflate stream from front to back, in little memory.</summary>
internal sealed class SequentialRebuilder : BodyRebuilder
{
    private const int WindowSize = 1024 * 1024;
    private const int Portion = 64 * 1024;

    private readonly DeflateRecipe _recipe;
    private readonly ContentWindow _window = new(WindowSize);
    private readonly PartRebuilder _part;
    private readonly byte[] _last = new byte[1];
    private bool _wantsContent;
    private bool _hasLast;

    public SequentialRebuilder(DeflateRecipe recipe)
    {
        _recipe = recipe with { Checkpoints = [] };
        _window.IsComplete = recipe.ContentLength == 0;
        _part = new(_recipe, 0, _window);
        _wantsContent = !_window.IsComplete;
        _hasLast = (recipe.Bits & 7) != 0;
    }

    public override bool IsComplete => _part.IsComplete && !_hasLast && _part.Output.Whole.IsEmpty;

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
        _part.Output.Take();
        while (!_wantsContent && !_part.IsComplete && _part.Output.Whole.Length < Portion)
        {
            if (_part.Advance())
                continue;
            _part.Slide();
            if (_window.End == _window.Capacity)
                throw ByteCursor.Invalid("makes a block too long");
            _wantsContent = true;
        }
        var whole = _part.Output.Whole;
        if (!whole.IsEmpty || !_part.IsComplete || !_hasLast)
            return whole;
        _hasLast = false;
        _last[0] = (byte)(_part.Output.Partial | (_recipe.Padding << (int)(_recipe.Bits & 7)));
        return _last;
    }

    public override void Dispose()
    {
        _part.Dispose();
        _window.Dispose();
    }
}
