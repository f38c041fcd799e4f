namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>A range, with what was found in it.</summary>
internal sealed class RangeFields(FieldRange range, SegmentTable segments)
{
    public FieldRange Range => range;

    /// <summary>The address of the range's first byte, or −1 where no segment holds all of it.</summary>
    public long Address { get; } = segments.AddressOfAll(range.Start, range.Length);

    /// <summary>For code, where fields begin; for jump tables, where a table may begin, a mark for four bytes;
    /// for Go's functions, where one begins.</summary>
    public BitSet? Marks { get; set; }

    /// <summary>For code of a file that is loaded where it says, where addresses begin.</summary>
    public BitSet? Addresses { get; set; }

    /// <summary>For records of other forms than one.</summary>
    public FieldList? List { get; set; }

    /// <summary>What the offsets in <see cref="List"/> count from.</summary>
    public int[] Bases { get; set; } = [];
}
