namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>
/// Where the encoder of chunked layers cuts a file: where the lower bits of a sum over the last bytes are ones, and
/// around long runs of zeros.
/// </summary>
internal sealed class ChunkBorders
{
    // Of the encoder.
    private const int WindowLength = 64;
    private const uint Offset = 31;
    private const uint Mask = 0xFFFF;
    private const int LongRun = 1024;

    private readonly byte[] _window = new byte[WindowLength];
    private readonly List<long> _borders = [];
    private uint _sum = WindowLength * Offset;
    private uint _weighted = WindowLength * (WindowLength - 1) * Offset;
    private int _at;
    private long _zeros;
    private long _position;

    /// <summary>The borders inside of a file.</summary>
    /// <param name="content">Where the file is.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="length">Its bytes.</param>
    public static List<long> Of(StreamAt content, long start, long length)
    {
        const int pieceLength = 128 * 1024;
        var borders = new ChunkBorders { _position = start };
        var piece = new byte[Math.Min(pieceLength, length)];
        for (var left = length; left > 0;)
        {
            var next = piece.AsSpan(0, (int)Math.Min(left, piece.Length));
            content.Read(start + length - left, next);
            borders.Add(next);
            left -= next.Length;
        }
        borders.EndRun();
        return borders._borders;
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (var next in bytes)
        {
            if (next == 0)
            {
                _zeros++;
                continue;
            }
            if (_zeros > 0)
                EndRun();
            Roll(next);
            _position++;
            if ((_weighted & Mask) == Mask)
                _borders.Add(_position);
        }
    }

    private void EndRun()
    {
        if (_zeros >= LongRun)
        {
            _borders.Add(_position);
            // Behind as many zeros as the window has, the sum does not change, and the weighted one by as much each.
            for (var left = _zeros; left > 0; left--)
                Roll(0);
            _position += _zeros;
            _borders.Add(_position);
        }
        else
        {
            for (; _zeros > 0; _zeros--)
            {
                Roll(0);
                _position++;
                if ((_weighted & Mask) == Mask)
                    _borders.Add(_position);
            }
        }
        _zeros = 0;
    }

    private void Roll(byte next)
    {
        unchecked
        {
            uint dropped = _window[_at];
            _window[_at] = next;
            _at = (_at + 1) % WindowLength;
            _sum += next - dropped;
            _weighted += _sum - WindowLength * (dropped + Offset);
        }
    }
}
