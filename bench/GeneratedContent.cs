using System.Globalization;
using Diffah.Engine.Compression;
using Diffah.Samples;

namespace Diffah.Bench;

/// <summary>
/// A content of any length that nobody stores: the same bytes each time it is read.
/// </summary>
internal sealed class GeneratedContent : ForwardReadStream
{
    private const int PieceSize = 1 << 20;
    private const int SmallestFile = 1 << 10;
    private const int LargestFile = 1 << 16;

    // Files come again, as they do in layers; together they are far more than a window of deflate.
    private const int Files = 16;
    private const int FileSize = 1 << 18;

    private readonly Action<byte[], int> _fill;
    private readonly byte[] _piece = new byte[PieceSize];
    private readonly List<byte[]> _files = [];
    private long _left;
    private int _at = PieceSize;
    private int _pieces;

    private GeneratedContent(string kind, long length)
    {
        _left = length;
        _fill = kind switch
        {
            "zeros" => (_, _) => { }
            ,
            "random" => (piece, number) => new SampleRandom((ulong)number).Fill(piece),
            "layer" => FillLayer,
            _ => throw new ArgumentException($"{kind} is no kind of a generated content.", nameof(kind)),
        };
    }

    /// <summary>What can be generated.</summary>
    public static string[] Kinds => ["layer", "random", "zeros"];

    /// <summary>A content of KIND:BYTES; null where it is something else.</summary>
    public static GeneratedContent? TryOpen(string text) =>
        LengthOf(text) is { } length ? new GeneratedContent(text[..text.IndexOf(':')], length) : null;

    /// <summary>The bytes of KIND:BYTES; null where it is something else.</summary>
    public static long? LengthOf(string text) =>
        text.Split(':') is [var kind, var bytes] && Kinds.Contains(kind)
            && long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : null;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_at == PieceSize && _left > 0)
        {
            _fill(_piece, _pieces++);
            _at = 0;
        }
        var count = (int)Math.Min(_left, Math.Min(buffer.Length, PieceSize - _at));
        _piece.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        _left -= count;
        return count;
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(Read(buffer.Span));

    /// <summary>Parts of programs and of prose in an order of its own, and a number so that no piece is like another.
    /// </summary>
    private void FillLayer(byte[] piece, int number)
    {
        var random = new SampleRandom((ulong)number);
        for (var at = 0; at < piece.Length;)
        {
            var file = File(random.Next(Files));
            var from = random.Next(file.Length);
            var length = Math.Min(random.Next(SmallestFile, LargestFile), file.Length - from);
            length = Math.Min(length, piece.Length - at);
            file.AsSpan(from, length).CopyTo(piece.AsSpan(at));
            random.Fill(piece.AsSpan(at, Math.Min(length, random.Next(16, 64))));
            at += length;
        }
    }

    private byte[] File(int index)
    {
        while (_files.Count < Files)
        {
            var seed = (ulong)_files.Count;
            _files.Add(seed % 4 == 0 ? SampleContent.Text(seed, FileSize) : SampleContent.Binary(seed, FileSize));
        }
        return _files[index];
    }
}
