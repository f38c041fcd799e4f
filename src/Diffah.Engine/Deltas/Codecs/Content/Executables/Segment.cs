namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>A piece of a file that is loaded at an address.</summary>
/// <param name="Offset">Where it begins in the file.</param>
/// <param name="FileSize">How many bytes it has in the file.</param>
/// <param name="Address">Where it is loaded.</param>
/// <param name="MemorySize">How many bytes it has in memory, at least those of the file.</param>
internal readonly record struct Segment(int Offset, int FileSize, long Address, long MemorySize)
{
    public int End => Offset + FileSize;

    public long AddressEnd => Address + MemorySize;
}
