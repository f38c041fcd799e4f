using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Tokens;

/// <summary>A deflate block with all that it is made of.</summary>
internal sealed class GzipBlock
{
    /// <summary>Tokens of a block are kept until it is written; none may have more.</summary>
    public const int MostTokens = 1 << 20;

    /// <summary>The content of a block is in memory as a whole.</summary>
    public const int MostContent = 1 << 25;

    private uint[] _tokens = new uint[1 << 14];
    private int _count;

    public BlockType Type { get; set; }

    public bool IsFinal { get; set; }

    /// <summary>Bytes of the content.</summary>
    public int ContentLength { get; set; }

    /// <summary>The codes, of a block that has its own.</summary>
    public DynamicHeader Header { get; } = new();

    public ReadOnlySpan<uint> Tokens => _tokens.AsSpan(0, _count);

    /// <summary>Begins anew.</summary>
    public void Clear() => (_count, ContentLength) = (0, 0);

    public void Add(ReadOnlySpan<uint> tokens)
    {
        Reserve(tokens.Length);
        tokens.CopyTo(_tokens.AsSpan(_count));
        _count += tokens.Length;
    }

    public void AddMatch(int length, int distance)
    {
        Reserve(1);
        _tokens[_count++] = Token.Match(length, distance);
    }

    public void AddLiterals(ReadOnlySpan<byte> literals)
    {
        Reserve(literals.Length);
        foreach (var literal in literals)
            _tokens[_count++] = literal;
    }

    private void Reserve(int more)
    {
        if (_count + more > MostTokens)
            throw new RecipeRefusedException(
                RecipeRefusal.BlockTooLong, "A block of the stream has more tokens than a recipe can ask for.");
        if (_count + more > _tokens.Length)
            Array.Resize(ref _tokens, Math.Max(_count + more, 2 * _tokens.Length));
    }
}
