namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>A section of an ELF file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, a number of the ELF specification.</param>
/// <param name="Flags">Its flags.</param>
/// <param name="Start">Where it begins in the file.</param>
/// <param name="Length">How many bytes it has there.</param>
/// <param name="Link">The index of the section that its offsets count from.</param>
internal readonly record struct ElfSection(
    string Name, uint Type, ulong Flags, int Start, int Length, uint Link)
{
    public const uint None = 0;
    public const uint ProgramBits = 1;
    public const uint Symbols = 2;
    public const uint Relocations = 4;
    public const uint Hash = 5;
    public const uint Dynamic = 6;
    public const uint NoBits = 8;
    public const uint DynamicSymbols = 11;
    public const uint InitArray = 14;
    public const uint PreinitArray = 16;
    public const uint GnuHash = 0x6FFF_FFF6;

    public int End => Start + Length;

    public bool IsWritable => (Flags & 1) != 0;

    public bool IsLoaded => (Flags & 2) != 0;

    public bool IsCode => (Flags & 4) != 0;
}
