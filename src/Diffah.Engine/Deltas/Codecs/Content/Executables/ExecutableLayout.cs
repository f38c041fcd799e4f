using Diffah.Engine.Compression.Gzip.Recipes;
using Diffah.Engine.Content;

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
        FileSpan newRelocations, DerivedTable? derived)
    {
        (OldSegments, NewSegments, Ranges) = (oldSegments, newSegments, ranges);
        (NewGot, NewRelocations, Derived) = (newGot, newRelocations, derived);
        var got = newGot.IsEmpty ? default : ranges.FirstOrDefault(r => r.Kind == RangeKind.Got);
        OldGotAddress = got.Length == 0 ? -1 : oldSegments.AddressOfAll(got.Start, got.Length);
        NewGotAddress = newGot.IsEmpty ? -1 : newSegments.AddressOfAll(newGot.Start, newGot.Length);
        if (OldGotAddress >= 0 && NewGotAddress >= 0)
            OldGot = new(got.Start, got.Length);
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

    /// <summary>Null where the two are not executables of a kind that is known.</summary>
    public static ExecutableLayout? Create(ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new) =>
        ElfLayout.Create(old, @new) ?? SharedClassesLayout.Create(old, @new);

    public void Write(ByteList output) => LayoutFormat.Write(this, output);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It can't be a layout of files of these lengths.</exception>
    public static ExecutableLayout Read(
        ReadOnlySpan<byte> bytes, int oldLength, int newLength, out int consumed) =>
        LayoutFormat.Read(bytes, oldLength, newLength, out consumed);

    /// <summary>Sets what is derived to zeros in a copy of the old file, as it is when bytes are predicted.</summary>
    public void ZeroDerivedOld(Span<byte> old)
    {
        if (Derived is { } derived)
            old.Slice(derived.OldTable.Start, derived.OldTable.Length).Clear();
    }

    /// <summary>Sets what is derived to zeros in a copy of the new file, as it is matched and coded.</summary>
    public void ZeroDerivedNew(Span<byte> @new)
    {
        if (Derived is { } derived)
            @new.Slice(derived.NewTable.Start, derived.NewTable.Length).Clear();
    }

    /// <summary>The new file as it is matched and coded; null where nothing is derived: it is so as it is.</summary>
    public ScratchMemory<byte>? CopyWithoutDerived(ReadOnlySpan<byte> @new)
    {
        if (Derived is null)
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
