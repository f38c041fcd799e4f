using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Deltas.Codecs.Content.Executables;
using Diffah.Engine.Deltas.Codecs.Content.Files;
using Diffah.Engine.Deltas.Codecs.Content.JavaImages;
using Diffah.Engine.Deltas.Codecs.Content.Nested;
using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>Rebuilds the coded data of one class, in the order in which they were coded; by one thread.</summary>
internal sealed class FileReader
{
    // What is said of data that are not opened.
    private const FileFlags OfPlain = FileFlags.HasLayout | FileFlags.HasEnds | FileFlags.HasRows;

    private const FileFlags OfDerived =
        FileFlags.IsDerived | FileFlags.HasOld | FileFlags.IsExpected | FileFlags.HasLayout;

    // Larger files that are put together of parts come one after the other, whatever their classes.
    private const int FreeNested = 256 * 1024;

    private readonly IClassCoding _streams;
    private readonly SourceSet _sources;
    private readonly PieceOutput _output;
    private readonly Lock _largeNested;
    private readonly CancellationToken _cancellationToken;
    private readonly PlainReader _plain;
    private readonly SpanInflater _inflater = new();
    private readonly FileFlags _known = FileFlags.All;
    private int _expected;

    /// <param name="streams">What the class is told by.</param>
    /// <param name="sources">What the patch refers to.</param>
    /// <param name="output">Where the data go; not owned.</param>
    /// <param name="largeNested">Held while a large file is put together of parts: its parts are in memory.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public FileReader(
        IClassCoding streams, SourceSet sources, PieceOutput output, Lock largeNested,
        CancellationToken cancellationToken)
    {
        (_streams, _sources, _output) = (streams, sources, output);
        (_largeNested, _cancellationToken) = (largeNested, cancellationToken);
        _plain = new PlainReader(streams, cancellationToken);
    }

    /// <summary>Rules of layouts that the patch may follow, beside those that each may.</summary>
    public LayoutRules Rules
    {
        get => _plain.Rules;
        init
        {
            _plain.Rules = value;
            _known = value.HasFlag(LayoutRules.Derived) ? FileFlags.All | FileFlags.IsDerived : FileFlags.All;
        }
    }

    /// <summary>Rebuilds the data of a record, or a tail.</summary>
    /// <param name="baseIndex">The old data that are expected to be like them; -1 for none.</param>
    /// <param name="offset">Where they go in the file of the content.</param>
    /// <param name="length">How many bytes they have.</param>
    /// <exception cref="InvalidDataException">The patch is not valid.</exception>
    public void Read(int baseIndex, long offset, long length)
    {
        foreach (var piece in FilePieces.Of(length))
        {
            _output.Begin(offset + piece.Start);
            var flags = TakeFlags(_known);
            var old = TakeOld(flags, baseIndex);
            if ((flags & FileFlags.IsNested) != 0)
                ReadWholeNested(old, piece.Length);
            else if ((flags & FileFlags.IsDerived) != 0)
                ReadDerived(flags, Whole(old!.Value, piece.Length).Span, piece.Length);
            else
                _plain.Read(
                    flags, old is { } data ? data.Span(FilePieces.OldOf(piece, data.Length)) : default, piece.Length,
                    _output);
            _output.Flush();
        }
    }

    private void ReadWholeNested(OldData? old, int length)
    {
        var budget = new PartBudget(length);
        OldBytes? whole = old is { } data ? Whole(data, length) : null;
        if (length <= FreeNested)
        {
            ReadNested(whole, length, 1, budget, _output);
            return;
        }
        lock (_largeNested)
            ReadNested(whole, length, 1, budget, _output);
    }

    private FileFlags TakeFlags(FileFlags known)
    {
        var flags = (FileFlags)_streams.Descriptions.Take();
        return (flags & ~known) == 0
            && ((flags & FileFlags.HasOld) != 0 || (flags & ~FileFlags.IsNested) == 0)
            && (flags & (FileFlags.HasEnds | FileFlags.HasRows)) != (FileFlags.HasEnds | FileFlags.HasRows)
            && ((flags & FileFlags.IsNested) == 0 || (flags & OfPlain) == 0)
            && ((flags & FileFlags.IsDerived) == 0 || (flags & ~OfDerived) == 0)
            ? flags
            : throw StreamCursor.Invalid("has data that are told in an unknown way");
    }

    private OldData? TakeOld(FileFlags flags, int baseIndex)
    {
        if ((flags & FileFlags.HasOld) == 0)
            return null;
        var index = (flags & FileFlags.IsExpected) != 0
            ? baseIndex
            : unchecked(_expected + _streams.Descriptions.TakeSigned());
        if (index < 0 || index >= _sources.Count)
            throw StreamCursor.Invalid("refers to old data that are not there");
        _expected = (int)index + 1;
        return _sources[(int)index];
    }

    private static OldBytes Whole(OldData data, int length)
    {
        PlainReader.RequireOld(data.Length, length);
        return data.Length <= NestedBounds.FileLength
            ? new OldBytes(data)
            : throw StreamCursor.Invalid("opens old data that are too long");
    }

    private void ReadDerived(FileFlags flags, ReadOnlySpan<byte> old, int length)
    {
        if ((flags & FileFlags.HasLayout) != 0)
            ReadArchive(flags, old, length);
        else
            ReadImage(old, length);
    }

    /// <summary>Reads an archive of shared classes, and makes what follows from its symbols.</summary>
    private void ReadArchive(FileFlags flags, ReadOnlySpan<byte> old, int length)
    {
        if (Math.Max(old.Length, length) > SharedSymbols.LongestFile)
            throw StreamCursor.Invalid("makes the symbols of an archive that is too long");
        var layout = _plain.ReadLayout(old.Length, length);
        var oldSymbols = ReadSymbols(old.Length);
        var symbols = ReadSymbols(length);
        lock (_largeNested)
        {
            using var copy = new ScratchMemory<byte>(old);
            if (!oldSymbols.TryClear(copy.Span))
                throw StreamCursor.Invalid("says that there are symbols where there are none");
            _plain.ReadTold(flags, layout, copy.Span, length, _output);
            MakeSymbols(symbols);
        }
    }

    private SharedSymbols ReadSymbols(int fileLength) =>
        SharedSymbols.Read(_streams.Layouts.TakeNumber, fileLength)
        ?? throw StreamCursor.Invalid("says that there are symbols where they can't be");

    private void MakeSymbols(SharedSymbols places)
    {
        // What is compared instead of written has to become right at once.
        var bytes = new byte[places.Hull.Length];
        _output.ReadBack(places.Hull.Start, bytes);
        if (!places.TryMake(bytes))
            throw StreamCursor.Invalid("makes a table of symbols that does not follow from them");
        _output.Overwrite(places.Hull.Start, bytes);
    }

    /// <summary>Reads an image of Java's runtime: its index is made of a skeleton, and its resources follow.</summary>
    private void ReadImage(ReadOnlySpan<byte> old, int length)
    {
        if (ImageSkeleton.TryMake(old) is not { } oldSkeleton)
            throw StreamCursor.Invalid("needs an image of Java's runtime where there is none");
        var skeletonLength = (int)_streams.Nestings.TakeNumber(Math.Min(ImageSkeleton.Longest, length));
        var skeleton = new MemoryOutput(skeletonLength);
        _plain.Read(FileFlags.HasOld, oldSkeleton.Bytes.Span, skeletonLength, skeleton);
        var index = MakeIndex(skeleton.Written, length);
        _output.Write(index);
        _plain.Read(FileFlags.HasOld, old[oldSkeleton.IndexLength..], length - index.Length, _output);
    }

    private byte[] MakeIndex(ReadOnlyMemory<byte> skeleton, int length)
    {
        // It may take memory as parts do.
        lock (_largeNested)
            return ImageIndex.TryMake(skeleton, length)
                ?? throw StreamCursor.Invalid("makes the index of an image that does not follow from its names");
    }

    /// <summary>Puts a file together of its parts.</summary>
    private void ReadNested(OldBytes? old, int length, int depth, PartBudget budget, IFileOutput output)
    {
        var parts = old is { } bytes ? new OldParts(bytes, _inflater) : null;
        var written = 0;
        try
        {
            var layout = ReadNesting(length, parts?.FirstLength ?? length);
            var first = ReadPart(parts, layout.FirstLength, depth, budget);
            var plan = layout.Plan(first);
            foreach (var made in plan.Rebuild(part => ReadPart(parts, plan.PartLength(part), depth, budget)))
            {
                _cancellationToken.ThrowIfCancellationRequested();
                if (made.Length > length - written)
                    throw StreamCursor.Invalid("puts a file together that is longer than it says");
                written += made.Length;
                output.Write(made.Span);
            }
        }
        catch (RecipeRefusedException e)
        {
            throw new InvalidDataException($"the content patch does not fit: {e.Message}", e);
        }
        if (written != length)
            throw StreamCursor.Invalid("puts a file together that is not as long as it says");
    }

    private NestedLayout ReadNesting(int fileLength, int guess)
    {
        var bytes = new byte[(int)_streams.Nestings.TakeNumber(
            Math.Min(NestedBounds.Layout(fileLength), _streams.Nestings.Left))];
        _streams.Nestings.Take(bytes);
        var cursor = new ByteCursor(bytes);
        var layout = NestedLayout.Read(ref cursor, fileLength, guess);
        return cursor.Left == 0 ? layout : throw StreamCursor.Invalid("has a layout that is longer than it says");
    }

    private ReadOnlyMemory<byte> ReadPart(OldParts? parts, int length, int depth, PartBudget budget)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        if (length > NestedBounds.PartLength || !budget.TryTake(length))
            throw StreamCursor.Invalid("has parts that are too long");
        var flags = TakeFlags(FileFlags.All);
        var old = TakeOldPart(flags, parts, length);
        var output = new MemoryOutput(length);
        if ((flags & FileFlags.IsNested) == 0)
            _plain.Read(flags, old is { } bytes ? bytes.Span : default, length, output);
        else if (depth < NestedBounds.Depth)
        {
            PlainReader.RequireOld(old?.Span.Length ?? 0, length);
            ReadNested(old, length, depth + 1, budget, output);
        }
        else
        {
            throw StreamCursor.Invalid("opens parts of parts of parts");
        }
        return output.Written;
    }

    private OldBytes? TakeOldPart(FileFlags flags, OldParts? parts, int length)
    {
        if ((flags & FileFlags.HasOld) == 0)
            return null;
        if (parts is null)
            throw StreamCursor.Invalid("refers to parts of a file that is not there");
        var index = (flags & FileFlags.IsExpected) != 0
            ? parts.Expected
            : unchecked(parts.Expected + _streams.Descriptions.TakeSigned());
        if (index < 0 || index > parts.Count || !parts.MayUse((int)index, length))
            throw StreamCursor.Invalid("refers to a part that is not there, or is too long");
        parts.Use((int)index);
        return parts.Read((int)index);
    }
}
