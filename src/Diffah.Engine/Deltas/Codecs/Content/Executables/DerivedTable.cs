namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>The search table of .eh_frame_hdr, which is not coded, but made from the records of .eh_frame.</summary>
/// <param name="OldTable">The table of the old file.</param>
/// <param name="NewTable">The table of the new file; its header is right before it.</param>
/// <param name="NewRecords">The records that it is made from.</param>
internal sealed record DerivedTable(FileSpan OldTable, FileSpan NewTable, FileSpan NewRecords)
{
    /// <summary>A longer table is not derived.</summary>
    public const int LongestTable = 1 << 26;

    public bool TryFill(Span<byte> file, SegmentTable segments) =>
        TryMake(file, segments, file.Slice(NewTable.Start, NewTable.Length));

    /// <summary>Whether a file already has the table that would be made.</summary>
    public bool IsAsIn(ReadOnlySpan<byte> file, SegmentTable segments)
    {
        var table = new byte[NewTable.Length];
        return TryMake(file, segments, table) && file.Slice(NewTable.Start, NewTable.Length).SequenceEqual(table);
    }

    /// <summary>Makes the table from the records alone; false where it does not follow from them.</summary>
    /// <param name="records">The bytes of <see cref="NewRecords"/>.</param>
    /// <param name="segments">The segments of the new file.</param>
    /// <param name="table">Takes the table.</param>
    public bool TryMakeOf(ReadOnlySpan<byte> records, SegmentTable segments, Span<byte> table)
    {
        var header = segments.AddressOf(NewTable.Start - SearchTable.HeaderLength);
        var address = segments.AddressOf(NewRecords.Start);
        return header >= 0 && address >= 0 && SearchTable.TryMake(records, address, header, table);
    }

    private bool TryMake(ReadOnlySpan<byte> file, SegmentTable segments, Span<byte> table) =>
        TryMakeOf(file.Slice(NewRecords.Start, NewRecords.Length), segments, table);
}
