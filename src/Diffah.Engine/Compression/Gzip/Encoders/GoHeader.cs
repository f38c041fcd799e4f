using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// The head of a block with codes of its own, as Go and klauspost/compress spell it. Repetitions go on from literals to
/// distances.
/// </summary>
internal sealed class GoHeader(GoCodeLengths codes)
{
    private readonly byte[] _all = new byte[DeflateAlphabet.Literals + DeflateAlphabet.Distances];
    private readonly byte[] _codeLengths = new byte[DeflateAlphabet.CodeLengths];
    private readonly int[] _counts = new int[DeflateAlphabet.CodeLengths];
    private readonly byte[] _spelled = new byte[2 * (DeflateAlphabet.Literals + DeflateAlphabet.Distances)];
    private int _literals;
    private int _distances;
    private int _written;
    private int _symbols;

    /// <summary>How many bits the head has, with the three that begin the block.</summary>
    public long Size { get; private set; }

    /// <summary>Spells code lengths.</summary>
    public void Spell(ReadOnlySpan<byte> literals, ReadOnlySpan<byte> distances)
    {
        (_literals, _distances) = (literals.Length, distances.Length);
        literals.CopyTo(_all);
        distances.CopyTo(_all.AsSpan(literals.Length));
        _counts.AsSpan().Clear();
        _symbols = Spell(_all.AsSpan(0, literals.Length + distances.Length));
        codes.Make(_counts, DeflateAlphabet.MaximumCodeLengthBits, _codeLengths);
        _written = BlockSizes.CodeLengths(_codeLengths);
        Size = 3 + 14 + 3 * _written + BlockSizes.Symbols(_counts, _codeLengths);
    }

    public void Write(DynamicHeader header) => BlockSizes.Write(
        header, _literals, _distances, _written, _codeLengths, _spelled.AsSpan(0, _symbols));

    private int Spell(ReadOnlySpan<byte> all)
    {
        var spelling = new CodeLengthSpelling(_spelled, _counts);
        for (var at = 0; at < all.Length;)
        {
            var length = all[at];
            var run = all[at..].IndexOfAnyExcept(length);
            run = run < 0 ? all.Length - at : run;
            at += run;
            if (length != 0)
            {
                spelling.Add(length);
                for (run--; run >= 3; run -= Math.Min(6, run))
                    spelling.Add(16, Math.Min(6, run) - 3);
            }
            else
            {
                for (; run >= 11; run -= Math.Min(138, run))
                    spelling.Add(18, Math.Min(138, run) - 11);
                if (run >= 3)
                {
                    spelling.Add(17, run - 3);
                    run = 0;
                }
            }
            for (; run > 0; run--)
                spelling.Add(length);
        }
        return spelling.Length;
    }
}
