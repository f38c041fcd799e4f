namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>Rules that patches of zstd streams do not follow.</summary>
[Flags]
internal enum LayoutRules : byte
{
    None = 0,

    /// <summary>The relocations of the offset table may be coded by <see cref="CodedSlots"/>.</summary>
    CodedSlots = 1,

    /// <summary>Fields of code of x86-64 may be those of <see cref="X64Instruction"/>.</summary>
    Instructions = 2,

    /// <summary>What follows from the rest of an image or an archive of Java's runtime may be left out.</summary>
    Derived = 4,

    /// <summary>All rules.</summary>
    All = CodedSlots | Instructions | Derived,
}
