using Diffah.Engine.Compression;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>
/// What is to be known of two executables so that addresses in the old one are told as they will be in the new one. It
/// travels with a patch: who applies the patch reads no executable's format.
/// </summary>
internal sealed class ExecutableLayout
{
    /// <summary>A file may have so many ranges.</summary>
    public const int MostRanges = 64;

    public ExecutableLayout(
        SegmentTable oldSegments, SegmentTable newSegments, FieldRange[] ranges, FileSpan newGot,
        FileSpan newRelocations, DerivedTable? derived, LayoutRules rules = LayoutRules.None)
    {
        (OldSegments, NewSegments, Ranges) = (oldSegments, newSegments, ranges);
        (NewGot, NewRelocations, Derived) = (newGot, newRelocations, derived);
        var got = newGot.IsEmpty ? default : ranges.FirstOrDefault(r => r.Kind == RangeKind.Got);
        OldGotAddress = got.Length == 0 ? -1 : oldSegments.AddressOfAll(got.Start, got.Length);
        NewGotAddress = newGot.IsEmpty ? -1 : newSegments.AddressOfAll(newGot.Start, newGot.Length);
        if (OldGotAddress >= 0 && NewGotAddress >= 0)
            OldGot = new(got.Start, got.Length);
        HasCodedSlots = rules.HasFlag(LayoutRules.CodedSlots) && MayHaveCodedSlots;
        ReadsInstructions = rules.HasFlag(LayoutRules.Instructions);
    }

    public SegmentTable OldSegments { get; }

    public SegmentTable NewSegments { get; }

    /// <summary>The ranges of the old file, in order; they don't overlap.</summary>
    public IReadOnlyList<FieldRange> Ranges { get; }

    /// <summary>The offset table of the new file, where its slots are known by their relocations.</summary>
    public FileSpan NewGot { get; }

    /// <summary>The relocations of the new file.</summary>
    public FileSpan NewRelocations { get; }

    /// <summary>The search table that is made from other bytes of the new file, if one is.</summary>
    public DerivedTable? Derived { get; }

    /// <summary>The offset table of the old file; empty where its slots are addresses like any others.</summary>
    public FileSpan OldGot { get; }

    public long OldGotAddress { get; }

    public long NewGotAddress { get; }

    /// <summary>The relocations of the new offset table are told as <see cref="CodedSlots"/>.</summary>
    public bool HasCodedSlots { get; }

    /// <summary>Fields of code of x86-64 are those of <see cref="X64Instruction"/>.</summary>
    public bool ReadsInstructions { get; }

    /// <summary>The rules that it follows, beside those that each does.</summary>
    public LayoutRules Rules =>
        (HasCodedSlots ? LayoutRules.CodedSlots : 0) | (ReadsInstructions ? LayoutRules.Instructions : 0);

    /// <summary>Both offset tables are there, and not too long.</summary>
    public bool MayHaveCodedSlots =>
        !OldGot.IsEmpty && Math.Max(OldGot.Length, NewGot.Length) <= CodedSlots.MostSlots * sizeof(long);

    /// <summary>The same, with relocations as they are.</summary>
    public ExecutableLayout WithoutCodedSlots() =>
        new(OldSegments, NewSegments, [.. Ranges], NewGot, NewRelocations, Derived, Rules & ~LayoutRules.CodedSlots);

    /// <summary>Null where the two are not executables of a kind that is known.</summary>
    /// <param name="old">The old file.</param>
    /// <param name="new">The new file.</param>
    /// <param name="rules">Rules that the reader knows, beside those that each knows.</param>
    public static ExecutableLayout? Create(
        ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new, LayoutRules rules = LayoutRules.None) =>
        ElfLayout.Create(old, @new, rules) ?? SharedClassesLayout.Create(old, @new);

    public void Write(ByteList output) => LayoutFormat.Write(this, output);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It can't be a layout of files of these lengths.</exception>
    public static ExecutableLayout Read(
        ReadOnlySpan<byte> bytes, int oldLength, int newLength, out int consumed,
        LayoutRules rules = LayoutRules.None) =>
        LayoutFormat.Read(bytes, oldLength, newLength, rules, out consumed);

    /// <summary>Sets what is derived or coded to zeros in a copy of the old file, as in predicted bytes.</summary>
    public void ZeroDerivedOld(Span<byte> old)
    {
        if (Derived is { } derived)
            old.Slice(derived.OldTable.Start, derived.OldTable.Length).Clear();
        if (!HasCodedSlots)
            return;
        foreach (var range in Ranges.Where(r => r.Kind == RangeKind.Relocations))
            new OffsetTable(OldGotAddress, OldGot.Length).Clear(old.Slice(range.Start, range.Length));
    }

    /// <summary>Sets what is derived or coded to zeros in a copy of the new file, as it is matched.</summary>
    public void ZeroDerivedNew(Span<byte> @new)
    {
        if (Derived is { } derived)
            @new.Slice(derived.NewTable.Start, derived.NewTable.Length).Clear();
        if (HasCodedSlots)
            new OffsetTable(NewGotAddress, NewGot.Length)
                .Clear(@new.Slice(NewRelocations.Start, NewRelocations.Length));
    }

    /// <summary>The new file as it is matched; null where nothing is derived or coded.</summary>
    public ScratchMemory<byte>? CopyWithoutDerived(ReadOnlySpan<byte> @new)
    {
        if (Derived is null && !HasCodedSlots)
            return null;
        var copy = new ScratchMemory<byte>(@new);
        ZeroDerivedNew(copy.Span);
        return copy;
    }

    /// <summary>Fills in what is derived, when all else of the new file is there.</summary>
    /// <exception cref="InvalidDataException">The file doesn't say it.</exception>
    public void Derive(Span<byte> @new)
    {
        if (Derived is { } derived && !derived.TryFill(@new, NewSegments))
            throw new InvalidDataException("The search table of an executable doesn't follow from its records.");
    }
}
