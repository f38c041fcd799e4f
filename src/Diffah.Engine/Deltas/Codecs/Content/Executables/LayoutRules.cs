namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>Rules of layouts that not each codec knows.</summary>
[Flags]
internal enum LayoutRules : byte
{
    None = 0,

    /// <summary>The relocations of the offset table may be coded by <see cref="CodedSlots"/>.</summary>
    CodedSlots = 1,

    /// <summary>Fields of code of x86-64 may be those of <see cref="X64Instruction"/>.</summary>
    Instructions = 2,

    All = 3,
}
