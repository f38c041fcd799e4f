using System.Runtime.CompilerServices;

namespace Diffah.Libraries.Zstd;

/// <summary>
/// A way down a tree of positions, from the latest to earlier ones, which makes the position that it is for the new
/// root: what is met is hung below it, on the side of the smaller or of the larger.
/// </summary>
internal unsafe struct ZstdDescent
{
    private readonly uint* _children;
    private readonly uint _mask;
    private readonly uint _oldest;
    private uint* _smaller;
    private uint* _larger;
    private int _sameSmaller;
    private int _sameLarger;

    /// <summary>Begins at the root.</summary>
    /// <param name="children">Two for each position, the smaller first; positions are used in a circle.</param>
    /// <param name="mask">How many positions there are, less one.</param>
    /// <param name="index">The new position.</param>
    /// <param name="root">The one that was the root.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ZstdDescent(uint* children, uint mask, uint index, uint root)
    {
        _children = children;
        (_mask, Position) = (mask, root);
        _oldest = mask >= index ? 0 : index - mask;
        _smaller = children + 2 * (nuint)(index & mask);
        _larger = _smaller + 1;
    }

    /// <summary>Where the way is.</summary>
    public uint Position { get; private set; }

    /// <summary>So many bytes are the same there, at least.</summary>
    public readonly int Same => Math.Min(_sameSmaller, _sameLarger);

    /// <summary>Goes one step down.</summary>
    /// <param name="isSmaller">What is there is smaller than what is at the new position.</param>
    /// <param name="same">Bytes that are the same.</param>
    /// <returns>False where there are no children any more.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool GoOn(bool isSmaller, int same)
    {
        var children = _children + 2 * (nuint)(Position & _mask);
        var hasChildren = Position > _oldest;
        if (isSmaller)
        {
            *_smaller = Position;
            _sameSmaller = same;
            _smaller = hasChildren ? children + 1 : null;
            Position = children[1];
        }
        else
        {
            *_larger = Position;
            _sameLarger = same;
            _larger = hasChildren ? children : null;
            Position = children[0];
        }
        return hasChildren;
    }

    /// <summary>Cuts off what was not met.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void End()
    {
        if (_smaller is not null)
            *_smaller = 0;
        if (_larger is not null)
            *_larger = 0;
    }
}
