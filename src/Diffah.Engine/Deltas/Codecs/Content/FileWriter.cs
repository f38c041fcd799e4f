using System.Text;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Deltas.Codecs.Content.Executables;
using Diffah.Engine.Deltas.Codecs.Content.Files;
using Diffah.Engine.Deltas.Codecs.Content.JavaImages;
using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Engine.Deltas.Codecs.Content.Nested;
using Diffah.Engine.Deltas.Codecs.Content.Structure;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>Codes one piece of data against an old one; what it gives is read by <see cref="FileReader"/>.</summary>
internal sealed class FileWriter
{
    private readonly SpanInflater _inflater;
    private readonly PartBudget _budget;
    private readonly CancellationToken _cancellationToken;
    private readonly LayoutRules _rules;
    private FileDraft _draft = new();

    private FileWriter(
        SpanInflater inflater, PartBudget budget, LayoutRules rules, CancellationToken cancellationToken) =>
        (_inflater, _budget, _rules, _cancellationToken) = (inflater, budget, rules, cancellationToken);

    /// <summary>Codes data that are one piece. Which old data they are told by is written by who counts them.</summary>
    /// <param name="now">The data.</param>
    /// <param name="old">The old data; null for none.</param>
    /// <param name="class">The class of the data as they are; those that are opened have the class of their content.
    /// </param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <param name="rules">Rules of layouts that the reader knows, beside those that each knows.</param>
    public static CodedPiece Write(
        ReadOnlySpan<byte> now, OldData? old, FileClass @class, CancellationToken cancellationToken,
        LayoutRules rules = LayoutRules.None)
    {
        var writer = new FileWriter(new SpanInflater(), new PartBudget(now.Length), rules, cancellationToken);
        if (rules.HasFlag(LayoutRules.Derived)
            && (writer.TryWriteImage(now, old) ?? writer.TryWriteArchive(now, old, @class)) is { } derived)
            return derived;
        if (writer.TryOpen(now) is { } opening)
        {
            OldBytes? whole = old is { Length: <= NestedBounds.FileLength } data && MayGoOver(data.Length, now)
                ? new OldBytes(data)
                : null;
            var inner = writer.ClassOfFirst(now, opening);
            writer.WriteNested(now, opening, whole, 1);
            return new CodedPiece(inner, FileFlags.IsNested | HasOld(whole is not null), writer._draft);
        }
        var flags = writer.WritePlain(now, OldOf(new PieceRange(0, now.Length), old), old is not null, @class);
        return new CodedPiece(@class, flags, writer._draft);
    }

    /// <summary>Codes one of many pieces of data.</summary>
    /// <param name="now">The piece.</param>
    /// <param name="old">The old data; null for none.</param>
    /// <param name="piece">Which piece it is.</param>
    /// <param name="class">The class of the data.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static CodedPiece WritePiece(
        ReadOnlySpan<byte> now, OldData? old, PieceRange piece, FileClass @class,
        CancellationToken cancellationToken)
    {
        var writer = new FileWriter(
            new SpanInflater(), new PartBudget(now.Length), LayoutRules.None, cancellationToken);
        // Addresses are told for the whole of a file.
        var kind = @class is FileClass.Executable or FileClass.SharedClasses ? FileClass.Other : @class;
        var flags = writer.WritePlain(now, OldOf(piece, old), old is not null, kind);
        return new CodedPiece(@class, flags, writer._draft);
    }

    /// <summary>About the bytes of memory that coding a piece takes, beside what it gives.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="old">The old data; null for none.</param>
    /// <param name="class">The class of the data.</param>
    public static long MemoryOf(PieceRange piece, OldData? old, FileClass @class)
    {
        if (old is not { } data)
            return 0;
        var length = FilePieces.OldOf(piece, data.Length).Length;
        return @class switch
        {
            FileClass.Executable or FileClass.SharedClasses =>
                BinaryMatcher.MemoryOf(length, MatchSettings.Binary)
                + ExecutableMatcher.MemoryOf(length, piece.Length),
            FileClass.Text => TextMatcher.MemoryOf(length, MatchSettings.Text),
            _ => BinaryMatcher.MemoryOf(length, MatchSettings.Binary),
        };
    }

    private static ReadOnlySpan<byte> OldOf(PieceRange piece, OldData? old) =>
        old is { } data ? data.Span(FilePieces.OldOf(piece, data.Length)) : default;

    // Old data that the reader has to go over as a whole.
    private static bool MayGoOver(long oldLength, ReadOnlySpan<byte> now) =>
        oldLength <= NestedBounds.Old(now.Length);

    private FileClass ClassOfFirst(ReadOnlySpan<byte> file, NestedOpening opening) =>
        opening.File.PartCount > 1
            ? FileClass.Other
            : FileClassifier.Classify(0, Start(opening.File.ReadPart(file, 0, _inflater)));

    private static ReadOnlySpan<byte> Start(ReadOnlySpan<byte> bytes) =>
        bytes[..Math.Min(bytes.Length, FileClassifier.SampleLength)];

    private static FileFlags HasOld(bool has) => has ? FileFlags.HasOld : FileFlags.None;

    /// <summary>Opens a file; null also where the reader would not put it together.</summary>
    private NestedOpening? TryOpen(ReadOnlySpan<byte> now)
    {
        if (NestedOpening.TryOpen(now, _inflater, _cancellationToken) is not { } opening
            || opening.Layout.FirstLength > NestedBounds.PartLength)
            return null;
        var layout = new ByteList();
        opening.Layout.Write(layout, 0);
        // With another guess a few bytes are more.
        return layout.Count + sizeof(long) <= NestedBounds.Layout(now.Length) && _budget.TryTake(opening.PartBytes)
            ? opening
            : null;
    }

    /// <summary>Codes bytes that are not opened.</summary>
    /// <returns>How they are told.</returns>
    private FileFlags WritePlain(ReadOnlySpan<byte> now, ReadOnlySpan<byte> old, bool hasOld, FileClass @class)
    {
        if (!hasOld)
            return WriteNew();
        if (@class is FileClass.Executable or FileClass.SharedClasses && MayGoOver(old.Length, now)
            && ExecutableLayout.Create(old, now, _rules) is { } layout)
            return WriteExecutable(now, old, layout);
        if (@class == FileClass.Text)
        {
            var matched = TextMatcher.Match(old, now, MatchSettings.Text, _cancellationToken);
            var text = LineOps.Regular(matched, old, now);
            return WriteOps(now, old, text, OpWriter.TextForm(text, old));
        }
        var ops = BinaryMatcher.Match(old, now, MatchSettings.Binary, _cancellationToken);
        return WriteOps(now, old, ops, OpForm.Lengths);
    }

    // All of its bytes are new: whoever has them adds them.
    private FileFlags WriteNew()
    {
        _draft = new FileDraft();
        return FileFlags.None;
    }

    private FileFlags WriteOps(ReadOnlySpan<byte> now, ReadOnlySpan<byte> old, List<PatchOp> ops, OpForm form)
    {
        // Where nothing is copied, the old data say nothing.
        if (ops.Count > OpReader.MaximumOps || ops.TrueForAll(op => op.Add == 0))
            return WriteNew();
        OpWriter.Write(ops, old, form, _draft);
        FileEncoder.Encode(old, now, ops, null, _draft);
        return form switch
        {
            OpForm.Ends => FileFlags.HasOld | FileFlags.HasEnds,
            OpForm.Rows => FileFlags.HasOld | FileFlags.HasRows,
            _ => FileFlags.HasOld,
        };
    }

    private FileFlags WriteExecutable(ReadOnlySpan<byte> now, ReadOnlySpan<byte> old, ExecutableLayout layout)
    {
        var ops = ExecutableMatcher.Match(old, now, layout, MatchSettings.Binary, _cancellationToken);
        var flags = WriteOps(now, old, ops, OpForm.Lengths);
        if (flags == FileFlags.None)
            return flags;
        var projected = Project(now, old, layout, ops);
        if (projected.Cost >= _draft.Cost)
            return flags;
        _draft = projected;
        return flags | FileFlags.HasLayout;
    }

    private static FileDraft Project(
        ReadOnlySpan<byte> now, ReadOnlySpan<byte> old, ExecutableLayout layout, List<PatchOp> ops)
    {
        using var copy = layout.CopyWithoutDerived(now);
        var fields = new OldFields(old, layout.Ranges, layout.OldSegments, layout.ReadsInstructions);
        if (layout.HasCodedSlots && !SlotEncoder.TryEncode(layout, old, now, ops, fields, copy!.Span))
            return Project(now, old, layout.WithoutCodedSlots(), ops);
        var draft = new FileDraft();
        var bytes = new ByteList();
        layout.Write(bytes);
        draft.Layouts.AddNumber((ulong)bytes.Count);
        draft.Layouts.Add(bytes.Written.Span);
        var prediction = new ExecutablePrediction(new FieldProjector(layout, old, now.Length, ops, fields));
        OpWriter.Write(ops, old, OpForm.Lengths, draft);
        FileEncoder.Encode(old, copy is null ? now : copy.Span, ops, prediction, draft);
        return draft;
    }

    /// <summary>Codes an image of Java's runtime: its skeleton, then its resources; null where it is none.</summary>
    private CodedPiece? TryWriteImage(ReadOnlySpan<byte> now, OldData? old)
    {
        if (ImageIndex.TryOpen(now) is not { } skeleton || skeleton.Bytes.Length > now.Length
            || old is not { Length: <= NestedBounds.FileLength } data || !MayGoOver(data.Length, now))
            return null;
        var whole = new OldBytes(data);
        if (ImageSkeleton.TryMake(whole.Span) is not { } oldSkeleton)
            return null;
        var resources = now[skeleton.IndexLength..];
        _draft.Nestings.AddNumber((ulong)skeleton.Bytes.Length);
        return WriteMatched(skeleton.Bytes.Span, oldSkeleton.Bytes.Span)
            && WriteMatched(resources, whole.Span[oldSkeleton.IndexLength..])
            ? new CodedPiece(
                FileClassifier.Classify(0, Start(resources)), FileFlags.HasOld | FileFlags.IsDerived, _draft)
            : null;
    }

    /// <summary>Codes an archive of shared classes without what is made of symbols; null where it is none.</summary>
    private CodedPiece? TryWriteArchive(ReadOnlySpan<byte> now, OldData? old, FileClass @class)
    {
        if (@class != FileClass.SharedClasses || old is not { Length: <= SharedSymbols.LongestFile } data
            || !MayGoOver(data.Length, now))
            return null;
        var before = new OldBytes(data).Span;
        if (SharedSymbolsSearch.Find(before) is not { } oldSymbols || SharedSymbolsSearch.Find(now) is not { } symbols)
            return null;
        using var oldCopy = new ScratchMemory<byte>(before);
        using var copy = new ScratchMemory<byte>(now);
        if (!oldSymbols.TryClear(oldCopy.Span) || !symbols.TryClear(copy.Span)
            || ExecutableLayout.Create(oldCopy.Span, copy.Span) is not { } layout)
            return null;
        var flags = WriteExecutable(copy.Span, oldCopy.Span, layout);
        if ((flags & FileFlags.HasLayout) == 0)
        {
            _draft = new FileDraft();
            return null;
        }
        oldSymbols.Write(_draft.Layouts.AddNumber);
        symbols.Write(_draft.Layouts.AddNumber);
        return new CodedPiece(@class, flags | FileFlags.IsDerived, _draft);
    }

    private bool WriteMatched(ReadOnlySpan<byte> now, ReadOnlySpan<byte> old)
    {
        var ops = BinaryMatcher.Match(old, now, MatchSettings.Binary, _cancellationToken);
        return WriteOps(now, old, ops, OpForm.Lengths) != FileFlags.None;
    }

    /// <summary>Codes a file that is opened: its layout, then its parts in the order in which they are read.</summary>
    private void WriteNested(ReadOnlySpan<byte> now, NestedOpening opening, OldBytes? old, int depth)
    {
        var parts = old is { } bytes ? new OldParts(bytes, _inflater) : null;
        var layout = new ByteList();
        opening.Layout.Write(layout, parts?.FirstLength ?? now.Length);
        _draft.Nestings.AddNumber((ulong)layout.Count);
        _draft.Nestings.Add(layout.Written.Span);
        var names = parts is null ? null : NamesOf(parts);
        for (var part = 0; part < opening.File.PartCount; part++)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var index = Find(now, opening, part, parts, names);
            WritePart(opening.File.ReadPart(now, part, _inflater), parts, index, depth);
        }
    }

    private static int Find(
        ReadOnlySpan<byte> now, NestedOpening opening, int part, OldParts? parts, Dictionary<string, int>? names)
    {
        if (parts is null)
            return -1;
        // What stays closed in the new file is opened in the old one: it is there in the file as it is.
        if (part == 0)
            return opening.Layout.ClosedBytes > 0 ? parts.Count : 0;
        var name = Encoding.Latin1.GetString(opening.File.NameOf(now, part));
        return names!.GetValueOrDefault(name, -1);
    }

    private static Dictionary<string, int> NamesOf(OldParts parts)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var part = 1; part < parts.Count; part++)
            names.TryAdd(Encoding.Latin1.GetString(parts.NameOf(part)), part);
        return names;
    }

    private void WritePart(ReadOnlySpan<byte> now, OldParts? parts, int index, int depth)
    {
        OldBytes? old = index >= 0 && parts!.MayUse(index, now.Length) ? parts.Read(index) : null;
        var part = new FileWriter(_inflater, _budget, _rules, _cancellationToken);
        var flags = part.WriteAsPart(now, old, depth);
        if ((flags & FileFlags.HasOld) == 0)
        {
            _draft.Descriptions.Add((byte)flags);
        }
        else if (index == parts!.Expected)
        {
            _draft.Descriptions.Add((byte)(flags | FileFlags.IsExpected));
        }
        else
        {
            _draft.Descriptions.Add((byte)flags);
            _draft.Descriptions.AddSigned(index - parts.Expected);
        }
        if ((flags & FileFlags.HasOld) != 0)
            parts!.Use(index);
        if (flags == FileFlags.None)
            _draft.Literals.Add(now);
        else
            _draft.Append(part._draft);
    }

    private FileFlags WriteAsPart(ReadOnlySpan<byte> now, OldBytes? old, int depth)
    {
        if (depth < NestedBounds.Depth && TryOpen(now) is { } opening)
        {
            var whole = old is { } bytes && MayGoOver(bytes.Span.Length, now) ? old : null;
            WriteNested(now, opening, whole, depth + 1);
            return FileFlags.IsNested | HasOld(whole is not null);
        }
        return WritePlain(
            now, old is { } plain ? plain.Span : default, old is not null, FileClassifier.Classify(0, Start(now)));
    }
}

/// <summary>A piece of data that is coded.</summary>
/// <param name="Class">The class that it belongs to.</param>
/// <param name="Flags">How it is told.</param>
/// <param name="Draft">What it adds to the streams of the class, but for its bytes where all are new.</param>
internal sealed record CodedPiece(FileClass Class, FileFlags Flags, FileDraft Draft)
{
    /// <summary>Told by nothing old: its bytes are the literals.</summary>
    public bool IsNew => Flags == FileFlags.None;
}
