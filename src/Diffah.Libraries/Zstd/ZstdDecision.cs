using System.Runtime.InteropServices;

namespace Diffah.Libraries.Zstd;

/// <summary>
/// A sequence that is written as it stands: an offset that happens to be a repeat offset does not become a repeat code.
/// The fields lie as those of <c>ZSTD_Sequence</c>.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct ZstdDecision
{
    private readonly uint _offset;
    private readonly uint _literals;
    private readonly uint _length;
    private readonly uint _unused;

    /// <summary>A sequence.</summary>
    /// <param name="offsetValue">Offset_Value of RFC 8878, 3.1.1.3.2.1.1: 1 to 3 are repeat codes, more is the offset
    /// and 3.</param>
    /// <param name="literals">Literals before the match, bytes.</param>
    /// <param name="length">Length of the match, bytes.</param>
    // zstd adds 3 without a look at what it gets, so that a value below 3 comes out as it is meant.
    public ZstdDecision(uint offsetValue, uint literals, uint length) =>
        (_offset, _literals, _length, _unused) = (unchecked(offsetValue - 3), literals, length, 0);

    /// <summary>The offset as the library takes it, which knows no repeat codes.</summary>
    public uint Offset => _offset;

    private ZstdDecision(uint literals) => _literals = literals;

    /// <summary>What ends a block: the literals behind its last match.</summary>
    public static ZstdDecision Rest(uint literals) => new(literals);
}
