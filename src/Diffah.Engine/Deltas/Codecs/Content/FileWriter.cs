using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Recipes;
using Diffah.Engine.Deltas.Codecs.Content.Executables;
using Diffah.Engine.Deltas.Codecs.Content.Files;
using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Engine.Deltas.Codecs.Content.Nested;
using Diffah.Engine.Deltas.Codecs.Content.Structure;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>Codes one piece of data against an old one; what it gives is read by <see cref="FileReader"/>.</summary>
internal sealed class FileWriter
{
    private readonly SpanInflater _inflater = new();
    private readonly FileDraft _draft = new();
    private readonly CancellationToken _cancellationToken;

    private FileWriter(CancellationToken cancellationToken) => _cancellationToken = cancellationToken;

    /// <summary>Codes data that are one piece. Which old data they are told by is written by who counts them.</summary>
    /// <param name="now">The data.</param>
    /// <param name="old">The old data; null for none.</param>
    /// <param name="class">The class of the data as they are; those that are opened have the class of their content.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static CodedPiece Write(
        ReadOnlySpan<byte> now, OldData? old, FileClass @class, CancellationToken cancellationToken)
    {
        var writer = new FileWriter(cancellationToken);
        if (old is null or { Length: <= NestedBounds.FileLength }
            && NestedOpening.TryOpen(now, writer._inflater, cancellationToken) is { } opening)
        {
            var inner = writer.ClassOfFirst(now, opening);
            writer.WriteNested(now, opening, old is { } data ? new OldBytes(data) : null, 1);
            return new CodedPiece(inner, FileFlags.IsNested | HasOld(old is not null), writer._draft);
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
        var writer = new FileWriter(cancellationToken);
        // Addresses are told for the whole of a file.
        var kind = @class is FileClass.Executable or FileClass.SharedClasses ? FileClass.Other : @class;
        var flags = writer.WritePlain(now, OldOf(piece, old), old is not null, kind);
        return new CodedPiece(@class, flags, writer._draft);
    }

    private static ReadOnlySpan<byte> OldOf(PieceRange piece, OldData? old) =>
        old is { } data ? data.Span(FilePieces.OldOf(piece, data.Length)) : default;

    private FileClass ClassOfFirst(ReadOnlySpan<byte> file, NestedOpening opening) =>
        opening.File.PartCount > 1
            ? FileClass.Other
            : FileClassifier.Classify(0, Start(opening.File.ReadPart(file, 0, _inflater)));

    private static ReadOnlySpan<byte> Start(ReadOnlySpan<byte> bytes) =>
        bytes[..Math.Min(bytes.Length, FileClassifier.SampleLength)];

    private static FileFlags HasOld(bool has) => has ? FileFlags.HasOld : FileFlags.None;

    /// <summary>Codes bytes that are not opened.</summary>
    /// <returns>How they are told.</returns>
    private FileFlags WritePlain(ReadOnlySpan<byte> now, ReadOnlySpan<byte> old, bool hasOld, FileClass @class)
    {
        if (!hasOld)
        {
            _draft.Literals.Add(now);
            return FileFlags.None;
        }
        if (@class is FileClass.Executable or FileClass.SharedClasses
            && ExecutableLayout.Create(old, now) is { } layout)
        {
            WriteExecutable(now, old, layout);
            return FileFlags.HasOld | FileFlags.HasLayout;
        }
        if (@class == FileClass.Text)
            return WriteText(now, old);
        var ops = BinaryMatcher.Match(old, now, MatchSettings.Binary, _cancellationToken);
        OpWriter.Write(ops, old, OpForm.Lengths, _draft);
        FileEncoder.Encode(old, now, ops, null, _draft);
        return FileFlags.HasOld;
    }

    private FileFlags WriteText(ReadOnlySpan<byte> now, ReadOnlySpan<byte> old)
    {
        var ops = TextMatcher.Match(old, now, MatchSettings.Text, _cancellationToken);
        var form = OpWriter.TextForm(ops, old);
        OpWriter.Write(ops, old, form, _draft);
        FileEncoder.Encode(old, now, ops, null, _draft);
        return FileFlags.HasOld | (form == OpForm.Rows ? FileFlags.HasRows : FileFlags.HasEnds);
    }

    private void WriteExecutable(ReadOnlySpan<byte> now, ReadOnlySpan<byte> old, ExecutableLayout layout)
    {
        var bytes = new ByteList();
        layout.Write(bytes);
        _draft.Layouts.AddNumber((ulong)bytes.Count);
        _draft.Layouts.Add(bytes.Written.Span);
        var ops = ExecutableMatcher.Match(old, now, layout, MatchSettings.Binary, _cancellationToken);
        var target = now;
        if (layout.Derived is not null)
        {
            var copy = now.ToArray();
            layout.ZeroDerivedNew(copy);
            target = copy;
        }
        var prediction = new ExecutablePrediction(new FieldProjector(layout, old, now.Length, ops));
        OpWriter.Write(ops, old, OpForm.Lengths, _draft);
        FileEncoder.Encode(old, target, ops, prediction, _draft);
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
            WritePart(opening.File.ReadPart(now, part, _inflater), parts, Find(now, opening, part, parts, names), depth);
        }
    }

    private static int Find(
        ReadOnlySpan<byte> now, NestedOpening opening, int part, OldParts? parts, Dictionary<string, int>? names)
    {
        if (parts is null)
            return -1;
        if (part == 0)
            return 0;
        var name = System.Text.Encoding.Latin1.GetString(opening.File.NameOf(now, part));
        return names!.GetValueOrDefault(name, -1);
    }

    private static Dictionary<string, int> NamesOf(OldParts parts)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var part = 1; part < parts.Count; part++)
            names.TryAdd(System.Text.Encoding.Latin1.GetString(parts.NameOf(part)), part);
        return names;
    }

    private void WritePart(ReadOnlySpan<byte> now, OldParts? parts, int index, int depth)
    {
        var inner = depth < NestedBounds.Depth ? NestedOpening.TryOpen(now, _inflater, _cancellationToken) : null;
        var expected = parts?.Expected ?? 0;
        OldBytes? old = index >= 0 ? parts!.Read(index) : null;
        var part = new FileWriter(_cancellationToken);
        FileFlags flags;
        if (inner is not null)
        {
            part.WriteNested(now, inner, old, depth + 1);
            flags = FileFlags.IsNested | HasOld(old is not null);
        }
        else
        {
            flags = part.WritePlain(now, old is { } bytes ? bytes.Span : default, old is not null,
                FileClassifier.Classify(0, Start(now)));
        }
        if (index >= 0 && index == expected)
            flags |= FileFlags.IsExpected;
        _draft.Descriptions.Add((byte)flags);
        if (index >= 0 && index != expected)
            _draft.Descriptions.AddSigned(index - expected);
        _draft.Append(part._draft);
    }
}

/// <summary>A piece of data that is coded.</summary>
/// <param name="Class">The class that it belongs to.</param>
/// <param name="Flags">How it is told.</param>
/// <param name="Draft">What it adds to the streams of the class.</param>
internal sealed record CodedPiece(FileClass Class, FileFlags Flags, FileDraft Draft);
