namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>
/// The head of a block with codes of its own, word for word: HLIT, HDIST, HCLEN, the lengths of the code-length code as
/// they are written, then the symbols that spell the code lengths. A symbol of a repetition is followed by its extra
/// bits. Every item is a byte, so that two heads are equal where their bytes are.
/// </summary>
internal sealed class DynamicHeader
{
    /// <summary>The longest there is: each symbol but the first may be a repetition.</summary>
    public const int MaximumLength = 3 + DeflateAlphabet.CodeLengths
        + 2 * (DeflateAlphabet.Literals + DeflateAlphabet.Distances);

    private readonly byte[] _bytes = new byte[MaximumLength];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    public int Literals => _bytes[0] + 257;

    public int Distances => _bytes[1] + 1;

    public ReadOnlySpan<byte> CodeLengthLengths => _bytes.AsSpan(3, _bytes[2] + 4);

    public ReadOnlySpan<byte> Symbols => _bytes.AsSpan(7 + _bytes[2], Length - 7 - _bytes[2]);

    /// <summary>Begins anew.</summary>
    public void Begin(int literals, int distances, int codeLengths)
    {
        (_bytes[0], _bytes[1], _bytes[2]) = ((byte)(literals - 257), (byte)(distances - 1), (byte)(codeLengths - 4));
        Length = 3;
    }

    public void Add(int item) => _bytes[Length++] = (byte)item;

    public void Add(ReadOnlySpan<byte> items)
    {
        items.CopyTo(_bytes.AsSpan(Length));
        Length += items.Length;
    }

    public void CopyFrom(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes);
        Length = bytes.Length;
    }

    /// <summary>Spells the code lengths out.</summary>
    /// <param name="literals">Room for 286; what the header does not speak of becomes 0.</param>
    /// <param name="distances">Room for 30, likewise.</param>
    /// <exception cref="RecipeRefusedException">The symbols say more or fewer lengths than they should.</exception>
    public void ReadLengths(Span<byte> literals, Span<byte> distances)
    {
        Span<byte> all = stackalloc byte[DeflateAlphabet.Literals + DeflateAlphabet.Distances];
        var count = Literals + Distances;
        var at = 0;
        for (var symbols = Symbols; !symbols.IsEmpty && at < count;)
        {
            var symbol = symbols[0];
            var run = symbol < 16 ? 1 : RunBase(symbol) + symbols[1];
            if (at + run > count || (symbol == 16 && at == 0))
                throw new RecipeRefusedException(RecipeRefusal.Corrupt, "The code lengths of a block run over.");
            all.Slice(at, run).Fill(symbol < 16 ? symbol : symbol == 16 ? all[at - 1] : (byte)0);
            at += run;
            symbols = symbols[(symbol < 16 ? 1 : 2)..];
        }
        literals.Clear();
        distances.Clear();
        all[..Literals].CopyTo(literals);
        all.Slice(Literals, Distances).CopyTo(distances);
    }

    /// <summary>The least repetitions of a symbol from 16 to 18.</summary>
    public static int RunBase(int symbol) => symbol == 18 ? 11 : 3;

    /// <summary>The extra bits of a symbol from 16 to 18.</summary>
    public static int RunBits(int symbol) => symbol switch { 16 => 2, 17 => 3, _ => 7 };

    /// <summary>Counts how many lengths the symbols say so far, and so where a header ends.</summary>
    public static int RunLength(int symbol, int extra) => symbol < 16 ? 1 : RunBase(symbol) + extra;
}
