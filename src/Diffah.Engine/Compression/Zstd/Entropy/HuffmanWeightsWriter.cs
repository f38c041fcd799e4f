namespace Diffah.Engine.Compression.Zstd.Entropy;

/// <summary>Writes the weights of a Huffman code before the literals (RFC 8878, section 4.2.1.1).</summary>
internal static class HuffmanWeightsWriter
{
    /// <summary>The most weights that can be written as they are, four bits each.</summary>
    public const int MaximumDirect = 128;

    /// <summary>Bytes that are enough for either way.</summary>
    public const int MaximumLength = FseCountsWriter.MaximumLength + 512;

    /// <summary>The weights of a code, the last one's not with them, since it follows from the others.</summary>
    /// <param name="code">The code.</param>
    /// <param name="weights">Takes them.</param>
    /// <returns>How many there are.</returns>
    public static int Weights(HuffmanCode code, Span<byte> weights)
    {
        var count = code.SymbolCount - 1;
        for (var symbol = 0; symbol < count; symbol++)
        {
            var length = code.Length(symbol);
            weights[symbol] = (byte)(length == 0 ? 0 : code.Bits + 1 - length);
        }
        return count;
    }

    /// <summary>Writes weights as they are.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="weights">1 to <see cref="MaximumDirect"/> of them.</param>
    /// <returns>Bytes that were written.</returns>
    public static int WriteDirect(Span<byte> output, ReadOnlySpan<byte> weights)
    {
        output[0] = (byte)(127 + weights.Length);
        var length = 1;
        for (var i = 0; i < weights.Length; i += 2)
            output[length++] = (byte)((weights[i] << 4) | (i + 1 < weights.Length ? weights[i + 1] : 0));
        return length;
    }

    /// <summary>Writes weights coded by a table, without the byte before them that says how long they are.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="weights">At least 2 of them.</param>
    /// <param name="counts">The table's counts.</param>
    /// <param name="table">The table.</param>
    /// <returns>Bytes that were written. More than 127 can't be said.</returns>
    public static int WriteCoded(Span<byte> output, ReadOnlySpan<byte> weights, ReadOnlySpan<short> counts,
        FseEncodingTable table)
    {
        var length = FseCountsWriter.Write(output, counts, table.Log);
        var writer = new BackwardBitWriter(output[length..]);
        var at = weights.Length - 1;

        // Two states take turns, the first has the even weights.
        Span<int> states = [0, 0];
        for (var i = 0; i < 2; i++, at--)
            states[at & 1] = table.FirstState(weights[at]);
        for (; at >= 0; at--)
        {
            table.Encode(ref writer, ref states[at & 1], weights[at]);
            writer.Flush();
        }
        table.Finish(ref writer, states[1]);
        table.Finish(ref writer, states[0]);
        return length + writer.Close();
    }
}
