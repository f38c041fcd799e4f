namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>The symbols that spell code lengths, and how often each is there.</summary>
internal ref struct CodeLengthSpelling(Span<byte> symbols, Span<int> counts)
{
    private readonly Span<byte> _symbols = symbols;
    private readonly Span<int> _counts = counts;

    public int Length { get; private set; }

    /// <summary>A length that stands for itself.</summary>
    public void Add(int length)
    {
        _symbols[Length++] = (byte)length;
        _counts[length]++;
    }

    /// <summary>A repetition.</summary>
    public void Add(int symbol, int extra)
    {
        Add(symbol);
        _symbols[Length++] = (byte)extra;
    }
}
