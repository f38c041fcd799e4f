namespace Diffah.Tests.Support.SecondReader;

/// <summary>Pieces of data of one class (content-patch.md, "Coded data").</summary>
internal sealed class ClassReader(PatchStreams streams, int number, OldContents old)
{
    private const int IsTold = 1;
    private const int IsOwn = 2;
    private const int HasParts = 4;
    private const int HasLayout = 8;
    private const int HasEnds = 16;
    private const int HasRows = 32;
    private const int IsDerived = 64;

    private readonly IClassBytes _bytes =
        streams.IsModelled(1, number) ? new ModelledClass(streams, number) : new PlainClass(streams, number);

    private readonly PatchCursor _descriptions = streams[10, number];
    private long _next;

    /// <summary>The next piece.</summary>
    public byte[] ReadPiece(int length, long? own)
    {
        var flags = ReadFlags();
        byte[]? told = null;
        if ((flags & IsTold) != 0)
        {
            var data = (flags & IsOwn) != 0
                ? own ?? throw new InvalidDataException("a piece has no base")
                : _next + _descriptions.Signed();
            _next = data + 1;
            told = old.Data(data);
        }
        return Read(flags, length, told, level: 0);
    }

    /// <summary>Nothing may be left of the class.</summary>
    public void RequireEnd() => _bytes.RequireEnd();

    private int ReadFlags()
    {
        var flags = _descriptions.Byte();
        var isRight = flags < (streams.HasModels ? 128 : 64)
            && ((flags & IsDerived) == 0 || (flags & ~(IsOwn | HasLayout)) == (IsDerived | IsTold))
            && ((flags & IsTold) != 0 || (flags & (IsOwn | HasLayout | HasEnds | HasRows)) == 0)
            && ((flags & HasParts) == 0 || (flags & (HasLayout | HasEnds | HasRows)) == 0)
            && (flags & (HasEnds | HasRows)) != (HasEnds | HasRows);
        return isRight ? flags : throw new InvalidDataException("a piece is of no kind");
    }

    private byte[] Read(int flags, int length, byte[]? told, int level)
    {
        if ((flags & (HasParts | HasLayout | IsDerived)) != 0 && told?.Length > 16L * length + 4096)
            throw new InvalidDataException("old data are too long for what they tell");
        if ((flags & HasParts) != 0)
            return ReadParts(length, told, level);
        if ((flags & (IsDerived | HasLayout)) == IsDerived)
            return ReadImage(length, told!);
        return told is null ? ReadNew(length) : ReadOperations(flags, length, told);
    }

    private byte[] ReadNew(int length)
    {
        var made = new byte[length];
        _bytes.Begin([], [new Operation(0, 0, length)]);
        _bytes.Insert(made, length, new Insertion([], 0, 0, 0));
        return made;
    }

    private byte[] ReadImage(int length, byte[] told)
    {
        var (oldSkeleton, oldIndex) = JavaImage.Open(told);
        var skeleton = ReadOperations(IsTold, streams[9, number].Count(Math.Min(length, 1 << 24)), oldSkeleton);
        var index = JavaImage.Index(skeleton);
        return [.. index, .. ReadOperations(IsTold, length - index.Length, told[oldIndex..])];
    }

    private byte[] ReadOperations(int flags, int length, byte[] told)
    {
        var style = (flags & HasRows) != 0 ? OperationStyle.Rows
            : (flags & HasEnds) != 0 ? OperationStyle.Ends : OperationStyle.Lengths;
        ExecutableLayout? layout = null;
        SharedArchive? archive = null;
        var bytes = streams[8, number];
        if ((flags & HasLayout) != 0)
            layout = ExecutableLayoutReader.Read(
                bytes.Take(bytes.Count(8192)), told.Length, length, streams.HasModels);
        if ((flags & IsDerived) != 0)
        {
            told = SharedArchive.Read(bytes, told.Length).Clear(told);
            archive = SharedArchive.Read(bytes, length);
        }
        var operations = _bytes.Operations(style, length, told);
        var projector = layout is null ? null : new Projector(layout, told, length, operations);
        var made = new byte[length];
        Fill(made, operations, told, projector);
        projector?.Derive(made);
        archive?.Make(made);
        return made;
    }

    private void Fill(byte[] made, List<Operation> operations, byte[] told, Projector? projector)
    {
        _bytes.Begin(told, operations);
        var at = 0;
        for (var i = 0; i < operations.Count; i++)
        {
            var operation = operations[i];
            var start = at;
            for (var done = 0; done < operation.Add; done = at - start)
            {
                var count = Math.Min(operation.Add - done, 256 - at % 256);
                var block = (projector?.Old ?? told)[(operation.Old + done)..(operation.Old + done + count)];
                var fields = projector?.Predict(
                    block, at, operation.Old + done, operation.Old + operation.Add) ?? [];
                _bytes.Correct(new CopiedBlock(
                    told, operation.Old + done, at, start, start + operation.Add, made, block, fields,
                    place => projector?.KindOf(place) ?? 0));
                block.CopyTo(made, at);
                at += count;
                projector?.Learn(made, at);
            }
            var next = i + 1 < operations.Count && operations[i + 1].Add > 0 ? operations[i + 1].Old : told.Length;
            _bytes.Insert(
                made, operation.Insert, new Insertion(told, operation.Old + operation.Add, next, at));
            at += operation.Insert;
        }
    }

    private byte[] ReadParts(int length, byte[]? told, int level)
    {
        if (level > 1)
            throw new InvalidDataException("parts are too deep");
        var bytes = streams[9, number];
        var layout = new PatchCursor(bytes.Take(bytes.Count(length + 1024L)));
        var parts = told is null ? null : OldParts.Of(told);
        var (expected, total) = (0, 0L);
        var made = NestedLayoutReader.Read(layout, length, parts?[0].Length, partLength =>
        {
            total += partLength;
            if (total > 128L * length + 65536)
                throw new InvalidDataException("the parts of a file are too long");
            var flags = ReadFlags();
            if ((flags & IsTold) == 0)
                return Read(flags, partLength, null, level + 1);
            if (parts is null)
                throw new InvalidDataException("a part is told by nothing");
            var index = (flags & IsOwn) != 0 ? expected : expected + (int)_descriptions.Signed();
            if (index < 0 || index > parts.Count)
                throw new InvalidDataException("there is no such part");
            expected = index == parts.Count ? 1 : index + 1;
            var part = index == parts.Count ? told! : parts[index];
            return Read(flags, partLength, part, level + 1);
        });
        return layout.Left == 0 && made.Length == length
            ? made
            : throw new InvalidDataException("a file of parts has another length");
    }
}
