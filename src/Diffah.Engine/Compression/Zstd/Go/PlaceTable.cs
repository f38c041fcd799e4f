using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>
/// Remembers by hash the last position and the four bytes there: the position in the upper half of an entry, the bytes
/// in the lower.
/// </summary>
internal sealed class PlaceTable(int bits)
{
    private readonly ulong[] _places = new ulong[1 << bits];

    /// <summary>The first entry.</summary>
    public ref ulong First => ref MemoryMarshal.GetArrayDataReference(_places);

    /// <summary>An entry.</summary>
    /// <param name="position">The position.</param>
    /// <param name="bytes">What stands there; the first four bytes are kept.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Entry(int position, ulong bytes) => (ulong)(uint)position << 32 | (uint)bytes;

    /// <summary>The position in an entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Position(ulong entry) => (int)(entry >> 32);

    /// <summary>Whether an entry is a match of four bytes within reach.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="bytes">The bytes to match.</param>
    /// <param name="position">Where they stand, as it would be remembered.</param>
    /// <param name="window">The reach.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Matches(ulong entry, ulong bytes, int position, int window) =>
        (uint)entry == (uint)bytes && position - Position(entry) < window;

    /// <summary>Remembered positions fall, as in <see cref="GoMatcher.Rebase(int)"/>.</summary>
    public void Rebase(int fallen)
    {
        foreach (ref var entry in _places.AsSpan())
            entry = Entry(Math.Max(0, Position(entry) - fallen), entry);
    }
}
