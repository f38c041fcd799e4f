namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>What a range of an old file holds. The numbers stand in patches.</summary>
internal enum RangeKind : byte
{
    /// <summary>The header of an ELF file.</summary>
    ElfHeader = 1,

    /// <summary>Program headers, 56 bytes each.</summary>
    ProgramHeaders = 2,

    /// <summary>Section headers, 64 bytes each.</summary>
    SectionHeaders = 3,

    /// <summary>Instructions of x86-64.</summary>
    X64Code = 4,

    /// <summary>Instructions of arm64.</summary>
    Arm64Code = 5,

    /// <summary>Data among which, at multiples of eight, addresses stand.</summary>
    Pointers = 6,

    /// <summary>Addresses only, each of which code reaches by its slot: the global offset table.</summary>
    Got = 7,

    /// <summary>Relocations with addends, 24 bytes each. The base is where their symbols begin.</summary>
    Relocations = 8,

    /// <summary>Symbols, 24 bytes each. The base is where their names begin.</summary>
    Symbols = 9,

    /// <summary>Unwind records: CIEs and FDEs.</summary>
    UnwindRecords = 10,

    /// <summary>The header of the unwind records, and the table by which they are found.</summary>
    UnwindSearch = 11,

    /// <summary>Data among which jump tables of x86-64 stand.</summary>
    JumpTables = 12,

    /// <summary>Offsets of four bytes, from the base.</summary>
    Offsets = 13,

    /// <summary>Go's table of functions and lines.</summary>
    GoFunctions = 14,

    /// <summary>Indexes of symbols, four bytes each. The base is where the symbols begin.</summary>
    SymbolIndexes = 15,

    /// <summary>Go's data that is only read: addresses, and offsets of types. The base is where types begin.</summary>
    GoTypes = 16,

    /// <summary>As <see cref="X64Code"/>, with addresses as such too: the file is loaded where it says.</summary>
    X64FixedCode = 17,
}
