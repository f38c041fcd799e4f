namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// klauspost/pgzip: segments that are encoded apart, each with the end of the one before it as dictionary, and each
/// flushed.
/// </summary>
internal sealed class PgzipEncoder : DeflateEncoder
{
    private const int DictionarySize = 16384;

    private readonly KlauspostEncoder _encoder;
    private readonly int _segmentSize;
    private readonly byte[] _dictionary = new byte[DictionarySize];
    private Stream _output = Stream.Null;
    private bool _hasDictionary;
    private bool _isInSegment;
    private int _position;

    public PgzipEncoder(KlauspostEncoder encoder, int segmentSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(segmentSize, DictionarySize);
        _encoder = encoder;
        _segmentSize = segmentSize;
    }

    public override void Start(Stream output)
    {
        _output = output;
        _hasDictionary = false;
        _isInSegment = false;
        _position = 0;
    }

    public override void Write(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            EnterSegment();
            var piece = content[..Math.Min(content.Length, _segmentSize - _position)];
            _encoder.Write(piece);
            KeepDictionary(piece);
            _position += piece.Length;
            content = content[piece.Length..];
            if (_position == _segmentSize)
                LeaveSegment();
        }
    }

    public override void Finish()
    {
        EnterSegment();
        LeaveSegment();
        _encoder.Finish();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _encoder.Dispose();
    }

    private void EnterSegment()
    {
        if (_isInSegment)
            return;
        _encoder.Start(_output);
        if (_hasDictionary)
            _encoder.Prime(_dictionary);
        _isInSegment = true;
    }

    private void LeaveSegment()
    {
        _encoder.Flush();
        _hasDictionary = true;
        _isInSegment = false;
        _position = 0;
    }

    private void KeepDictionary(ReadOnlySpan<byte> piece)
    {
        var target = _position - (_segmentSize - DictionarySize);
        if (target < 0)
            piece = piece[Math.Min(piece.Length, -target)..];
        piece.CopyTo(_dictionary.AsSpan(Math.Max(target, 0)));
    }
}
