using System.Buffers;
using Diffah.Engine.Deltas.Codecs.Content.Executables;
using Diffah.Engine.Deltas.Codecs.Content.Files;
using Diffah.Engine.Deltas.Codecs.Content.Nested;
using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>
/// Rebuilds data that are not put together of parts: by operations, with a layout or without, or new.
/// </summary>
/// <param name="streams">What the class is told by.</param>
/// <param name="cancellationToken">Stops the work.</param>
internal sealed class PlainReader(IClassCoding streams, CancellationToken cancellationToken)
{
    // Segments and ranges are few: see ExecutableLayout.
    private const int LongestLayout = 8192;

    /// <summary>Rules of layouts that the patch may follow, beside those that each may.</summary>
    public LayoutRules Rules { get; set; }

    /// <summary>Checks old data that have to be gone over as a whole.</summary>
    /// <param name="oldLength">How many bytes they have.</param>
    /// <param name="length">How many bytes are made of them.</param>
    /// <exception cref="InvalidDataException">They are too long for that.</exception>
    public static void RequireOld(long oldLength, int length)
    {
        if (oldLength > NestedBounds.Old(length))
            throw StreamCursor.Invalid("needs old data that are much longer than what is made of them");
    }

    /// <summary>Rebuilds data.</summary>
    /// <param name="flags">How they are told.</param>
    /// <param name="old">The old data; empty for none.</param>
    /// <param name="length">How many bytes they have.</param>
    /// <param name="output">Where they go.</param>
    public void Read(FileFlags flags, ReadOnlySpan<byte> old, int length, IFileOutput output)
    {
        if ((flags & FileFlags.HasOld) == 0)
        {
            FileDecoder.Insert(length, streams, output);
            return;
        }
        var layout = (flags & FileFlags.HasLayout) != 0 ? ReadLayout(old.Length, length) : null;
        ReadTold(flags, layout, old, length, output);
    }

    /// <summary>As above, behind the layout; it is read already.</summary>
    public void ReadTold(
        FileFlags flags, ExecutableLayout? layout, ReadOnlySpan<byte> old, int length, IFileOutput output)
    {
        var ops = streams.ReadOps(old, length, FormOf(flags));
        var prediction = layout is null
            ? null
            : new ExecutablePrediction(new FieldProjector(layout, old, length, ops));
        FileDecoder.Decode(old, ops, prediction, streams, output, cancellationToken);
        if (layout is { HasCodedSlots: true })
            RestoreSlots(layout.NewRelocations, CodedSlots.Create(layout, old, ops, length), output);
        if (layout?.Derived is { } derived)
            Derive(derived, layout.NewSegments, output);
    }

    private static OpForm FormOf(FileFlags flags) =>
        (flags & FileFlags.HasEnds) != 0 ? OpForm.Ends
        : (flags & FileFlags.HasRows) != 0 ? OpForm.Rows : OpForm.Lengths;

    /// <summary>Reads the layout of an executable.</summary>
    public ExecutableLayout ReadLayout(int oldLength, int newLength)
    {
        RequireOld(oldLength, newLength);
        var bytes = new byte[(int)streams.Layouts.TakeNumber(LongestLayout)];
        streams.Layouts.Take(bytes);
        var layout = ExecutableLayout.Read(bytes, oldLength, newLength, out var consumed, Rules);
        return consumed == bytes.Length
            ? layout
            : throw StreamCursor.Invalid("has a layout that is longer than it says");
    }

    private static void RestoreSlots(FileSpan relocations, CodedSlots coded, IFileOutput output)
    {
        const int most = 4096 * Relocation.Length;
        var room = new byte[Math.Min(most, relocations.Length)];
        for (var place = relocations.Start; place < relocations.End; place += room.Length)
        {
            var records = room.AsSpan(0, Math.Min(room.Length, relocations.End - place));
            output.ReadBack(place, records);
            coded.DecodeAll(records);
            output.Overwrite(place, records);
        }
    }

    private static void Derive(DerivedTable derived, SegmentTable segments, IFileOutput output)
    {
        var records = ArrayPool<byte>.Shared.Rent(derived.NewRecords.Length);
        try
        {
            output.ReadBack(derived.NewRecords.Start, records.AsSpan(0, derived.NewRecords.Length));
            var table = new byte[derived.NewTable.Length];
            if (!derived.TryMakeOf(records.AsSpan(0, derived.NewRecords.Length), segments, table))
                throw StreamCursor.Invalid("derives a table that does not follow from its records");
            output.Overwrite(derived.NewTable.Start, table);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(records);
        }
    }
}
