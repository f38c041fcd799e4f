using Diffah.Engine.Compression.Zstd.Entropy;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Blocks;

/// <summary>Writes the tables of one kind of codes, and keeps the one used last.</summary>
/// <param name="kind">The codes.</param>
/// <param name="predefined">The format's own table for them.</param>
internal sealed class SequenceTableWriter(SequenceKind kind, FseEncodingTable predefined)
{
    private readonly FseEncodingTable _own = new();
    private FseEncodingTable? _current;

    // A bit for each code that the current table has.
    private ulong _codes;

    /// <summary>Begins a frame.</summary>
    public void Forget() => _current = null;

    /// <summary>Writes a table, and uses it from here on.</summary>
    /// <param name="table">What the block says of it.</param>
    /// <param name="output">Where to; <see cref="FseCountsWriter.MaximumLength"/> bytes are enough.</param>
    /// <returns>Bytes that were written.</returns>
    /// <exception cref="RecipeRefusedException">There is no such table.</exception>
    public int Write(ZstdSequenceTable table, Span<byte> output)
    {
        switch (table.Mode)
        {
            case ZstdTableMode.Predefined:
                (_current, _codes) = (predefined, Occurring(kind.Predefined.Counts));
                return 0;
            case ZstdTableMode.Repeat:
                return 0;
            case ZstdTableMode.Rle:
                if (table.OnlyCode >= kind.Count)
                    throw NoTable();
                _own.BuildSingle(table.OnlyCode);
                (_current, _codes, output[0]) = (_own, 1UL << table.OnlyCode, table.OnlyCode);
                return 1;
            default:
                var counts = table.Counts;
                if (counts.AccuracyLog > kind.MaximumLog || counts.SymbolCount > kind.Count)
                    throw NoTable();
                _own.Build(counts.Counts, counts.AccuracyLog);
                (_current, _codes) = (_own, Occurring(counts.Counts));
                return FseCountsWriter.Write(output, counts.Counts, counts.AccuracyLog);
        }
    }

    /// <summary>The table, which has all codes that occur.</summary>
    /// <param name="occurrences">How often each code occurs.</param>
    /// <exception cref="RecipeRefusedException">There is no table, or it has not all of the codes.</exception>
    public FseEncodingTable For(ReadOnlySpan<uint> occurrences)
    {
        for (var code = 0; code < occurrences.Length; code++)
        {
            if (occurrences[code] != 0 && (_codes >> code & 1) == 0)
                throw NoTable();
        }
        return _current ?? throw NoTable();
    }

    private static ulong Occurring(ReadOnlySpan<short> counts)
    {
        var codes = 0UL;
        for (var code = 0; code < counts.Length; code++)
            codes |= counts[code] == 0 ? 0 : 1UL << code;
        return codes;
    }

    private static RecipeRefusedException NoTable() => Refusals.Corrupt("sequences have no table that fits");
}
