using System.Collections.Immutable;

namespace Diffah.Engine.Content;

/// <summary>The bytes of several files, one after another.</summary>
internal sealed class JoinedBytes : IFileBytes
{
    private readonly ImmutableArray<IFileBytes> _parts;
    private readonly long[] _ends;

    /// <param name="parts">The files, in order, at least one; owned.</param>
    public JoinedBytes(ImmutableArray<IFileBytes> parts)
    {
        _parts = parts;
        _ends = new long[parts.Length];
        for (var i = 0; i < parts.Length; i++)
            _ends[i] = Length += parts[i].Length;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer, long offset)
    {
        var index = IndexOf(offset);
        if (index == _parts.Length)
            return 0;
        var (place, fitting) = Place(index, offset, buffer.Length);
        return _parts[index].Read(buffer[..fitting], place);
    }

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        var index = IndexOf(offset);
        if (index == _parts.Length)
            return ValueTask.FromResult(0);
        var (place, fitting) = Place(index, offset, buffer.Length);
        return _parts[index].ReadAsync(buffer[..fitting], place, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in _parts)
            part.Dispose();
    }

    // The first part that ends behind the place: so an empty one is never asked.
    private int IndexOf(long offset)
    {
        var found = Array.BinarySearch(_ends, offset);
        if (found < 0)
            return ~found;
        while (found < _ends.Length && _ends[found] == offset)
            found++;
        return found;
    }

    private (long Place, int Fitting) Place(int index, long offset, int wanted) =>
        (offset - (index == 0 ? 0 : _ends[index - 1]), (int)Math.Min(wanted, _ends[index] - offset));
}
