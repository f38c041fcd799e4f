using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>Writes blocks of tokens.</summary>
internal sealed class BlockWriter
{
    private readonly byte[] _literalLengths = new byte[288];
    private readonly byte[] _distanceLengths = new byte[32];
    private readonly ushort[] _literalCodes = new ushort[288];
    private readonly ushort[] _distanceCodes = new ushort[32];

    // Of each literal (0–255), the end (256) and each match length (257 + length): the bits and how many, extra bits
    // of 0 among them.
    private readonly ulong[] _symbols = new ulong[257 + Token.MaximumMatch + 1];

    /// <summary>Writes a stored block.</summary>
    public static void WriteStored(BitWriter output, bool isFinal, ReadOnlySpan<byte> content)
    {
        output.Write(isFinal ? 1u : 0u, 3);
        output.Align();
        output.Write((uint)content.Length | ((uint)~content.Length << 16), 32);
        output.WriteBytes(content);
    }

    /// <summary>Writes a block with the fixed codes.</summary>
    public void WriteFixed(BitWriter output, bool isFinal, ReadOnlySpan<uint> tokens)
    {
        BeginFixed(output, isFinal);
        WriteTokens(output, tokens);
        End(output);
    }

    /// <summary>Writes a block with codes of its own. What has no code gets no bits: then the stream is not the right
    /// one, which its digest says.</summary>
    /// <exception cref="RecipeRefusedException">The code lengths run over.</exception>
    public void WriteDynamic(BitWriter output, bool isFinal, DynamicHeader header, ReadOnlySpan<uint> tokens)
    {
        BeginDynamic(output, isFinal, header);
        WriteTokens(output, tokens);
        End(output);
    }

    /// <summary>Begins a block with the fixed codes, whose tokens are given piece by piece.</summary>
    public void BeginFixed(BitWriter output, bool isFinal)
    {
        output.Write((isFinal ? 1u : 0u) | ((uint)BlockType.Fixed << 1), 3);
        DeflateAlphabet.FixedLiteralLengths.CopyTo(_literalLengths);
        DeflateAlphabet.FixedDistanceLengths.CopyTo(_distanceLengths);
        Prepare();
    }

    /// <summary>Begins a block with codes of its own, whose tokens are given piece by piece.</summary>
    /// <exception cref="RecipeRefusedException">The code lengths run over.</exception>
    public void BeginDynamic(BitWriter output, bool isFinal, DynamicHeader header)
    {
        WriteHeader(output, isFinal, header);
        _literalLengths.AsSpan().Clear();
        _distanceLengths.AsSpan().Clear();
        header.ReadLengths(
            _literalLengths.AsSpan(0, DeflateAlphabet.Literals), _distanceLengths.AsSpan(0, DeflateAlphabet.Distances));
        Prepare();
    }

    /// <summary>Ends the block that was begun.</summary>
    public void End(BitWriter output)
    {
        var end = _symbols[DeflateAlphabet.EndOfBlock];
        output.Write((uint)(end >> 8), (int)(end & 0xFF));
    }

    /// <summary>Writes the beginning of a block with codes of its own.</summary>
    public static void WriteHeader(BitWriter output, bool isFinal, DynamicHeader header)
    {
        output.Write((isFinal ? 1u : 0u) | ((uint)BlockType.Dynamic << 1), 3);
        output.Write((uint)(header.Literals - 257), 5);
        output.Write((uint)(header.Distances - 1), 5);
        var lengths = header.CodeLengthLengths;
        output.Write((uint)(lengths.Length - 4), 4);
        Span<byte> ordered = stackalloc byte[DeflateAlphabet.CodeLengths];
        Span<ushort> codes = stackalloc ushort[DeflateAlphabet.CodeLengths];
        ordered.Clear();
        for (var index = 0; index < lengths.Length; index++)
        {
            output.Write(lengths[index], 3);
            ordered[DeflateAlphabet.CodeLengthOrder[index]] = lengths[index];
        }
        CanonicalCode.Assign(ordered, codes);
        for (var symbols = header.Symbols; !symbols.IsEmpty;)
        {
            int symbol = symbols[0];
            output.Write(codes[symbol], ordered[symbol]);
            if (symbol >= 16)
                output.Write(symbols[1], DynamicHeader.RunBits(symbol));
            symbols = symbols[(symbol < 16 ? 1 : 2)..];
        }
    }

    /// <summary>Writes tokens of the block that was begun.</summary>
    public void WriteTokens(BitWriter output, ReadOnlySpan<uint> tokens)
    {
        output.Reserve(tokens.Length * 6 + 16);
        ref var symbols = ref MemoryMarshal.GetArrayDataReference(_symbols);
        foreach (var token in tokens)
        {
            if (!Token.IsMatch(token))
            {
                var literal = Unsafe.Add(ref symbols, (nint)token);
                output.WriteReserved(literal >> 8, (int)(literal & 0xFF));
                continue;
            }
            var length = _symbols[257 + Token.MatchLength(token)];
            var distance = Token.Distance(token);
            var symbol = DeflateAlphabet.DistanceSymbol(distance);
            var bits = (int)(length & 0xFF);
            var value = (length >> 8) | ((ulong)_distanceCodes[symbol] << bits);
            bits += _distanceLengths[symbol];
            value |= (ulong)(uint)(distance - DeflateAlphabet.DistanceBase[symbol]) << bits;
            bits += DeflateAlphabet.DistanceExtra[symbol];
            output.WriteReserved(value, bits);
        }
    }

    private void Prepare()
    {
        CanonicalCode.Assign(_literalLengths, _literalCodes);
        CanonicalCode.Assign(_distanceLengths, _distanceCodes);
        for (var symbol = 0; symbol <= DeflateAlphabet.EndOfBlock; symbol++)
            _symbols[symbol] = ((ulong)_literalCodes[symbol] << 8) | _literalLengths[symbol];
        for (var length = Token.MinimumMatch; length <= Token.MaximumMatch; length++)
        {
            var index = DeflateAlphabet.LengthSymbol(length);
            var symbol = DeflateAlphabet.FirstLength + index;
            var bits = _literalLengths[symbol];
            var value = _literalCodes[symbol] | ((ulong)(length - DeflateAlphabet.LengthBase[index]) << bits);
            _symbols[257 + length] = (value << 8) | (uint)(bits + DeflateAlphabet.LengthExtra[index]);
        }
    }
}
