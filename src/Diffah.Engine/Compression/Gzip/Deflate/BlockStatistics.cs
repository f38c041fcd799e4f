namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>How often each symbol is in a block, and how far the block goes.</summary>
internal sealed class BlockStatistics
{
    public int[] Literals { get; } = new int[DeflateAlphabet.Literals];

    public int[] Distances { get; } = new int[DeflateAlphabet.Distances];

    public int Tokens { get; private set; }

    public int Matches { get; private set; }

    /// <summary>The content of the block: from where, and up to where.</summary>
    public long Start { get; private set; }

    public long End { get; private set; }

    /// <summary>The last token; 0 where there is none.</summary>
    public uint Last { get; private set; }

    /// <summary>Begins a block.</summary>
    public void Begin(long start)
    {
        Literals.AsSpan().Clear();
        Distances.AsSpan().Clear();
        Literals[DeflateAlphabet.EndOfBlock] = 1;
        (Tokens, Matches, Last) = (0, 0, 0);
        Start = End = start;
    }

    public void Add(ReadOnlySpan<uint> tokens)
    {
        long length = 0;
        var matches = 0;
        foreach (var token in tokens)
        {
            if (!Token.IsMatch(token))
            {
                Literals[token]++;
                length++;
                continue;
            }
            matches++;
            var match = Token.MatchLength(token);
            length += match;
            Literals[DeflateAlphabet.FirstLength + DeflateAlphabet.LengthSymbol(match)]++;
            Distances[DeflateAlphabet.DistanceSymbol(Token.Distance(token))]++;
        }
        if (!tokens.IsEmpty)
            Last = tokens[^1];
        Tokens += tokens.Length;
        Matches += matches;
        End += length;
    }
}
