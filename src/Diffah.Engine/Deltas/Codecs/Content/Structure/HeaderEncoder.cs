using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>Tells all headers of a content by those of its sources, padding and end included.</summary>
/// <param name="content">The content.</param>
/// <param name="records">Its records.</param>
/// <param name="old">The records of its sources.</param>
internal sealed class HeaderEncoder(IContentBytes content, RecordList records, OldHeaders old)
{
    /// <summary>The header of no source.</summary>
    public const int NoBase = -1;

    private readonly HeaderColumns _columns = new();
    private readonly HeaderModel _model = new();
    private readonly byte[] _block = new byte[TarHeader.BlockSize];
    private readonly byte[] _base = new byte[TarHeader.BlockSize];
    private readonly byte[] _padding = new byte[TarHeader.BlockSize];

    /// <summary>Tells them.</summary>
    /// <param name="bases">For each record the old one that its header is most like; <see cref="NoBase"/> where there
    /// is none.</param>
    /// <param name="isTailZero">True where the tail holds zeros alone.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public HeaderColumns Encode(ReadOnlySpan<int> bases, bool isTailZero, CancellationToken cancellationToken)
    {
        _columns[HeaderColumn.References].AddNumber((ulong)records.Count);
        for (var i = 0; i < records.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            content.Read(records[i].Offset, _block);
            var from = Refer(bases[i]);
            WriteParts(from, records[i]);
            _model.Add(_block);
        }
        _columns[HeaderColumn.Flags].Add(isTailZero ? (byte)0 : (byte)1);
        return _columns;
    }

    private HeaderBase Refer(int index)
    {
        if (index == NoBase)
            return ReferToTarget();
        old.Read(index, _base);
        _columns[HeaderColumn.References].AddNumber(
            HeaderModel.MaximumKinds + ColumnReader.Fold(index - _model.NextOld));
        _model.NextOld = index + 1L;
        return new HeaderBase(_base, _model.Kinds[0], isOld: true);
    }

    private HeaderBase ReferToTarget()
    {
        var kind = 0;
        for (var i = _model.Kinds.Count - 1; i >= 0; i--)
        {
            if (_model.Kinds[i][HeaderLayout.Type] == _block[HeaderLayout.Type])
                kind = i;
        }
        _columns[HeaderColumn.References].AddNumber((ulong)kind);
        return new HeaderBase(_model.Kinds[kind], _model.Kinds[0], isOld: false);
    }

    private void WriteParts(in HeaderBase from, Record record)
    {
        var flags = 0UL;
        Span<byte> predicted = stackalloc byte[HeaderLayout.Prefix.Length];
        for (var i = 0; i < _model.Parts.Length; i++)
        {
            var codec = _model.Parts[i];
            var actual = codec.Part.Of(_block);
            codec.Predict(from, _block, predicted[..actual.Length]);
            if (actual.SequenceEqual(predicted[..actual.Length]))
                continue;
            flags |= 1UL << i;
            codec.Write(from, actual, _columns);
        }
        flags |= WriteLength(record) | WritePadding(record);
        _columns[HeaderColumn.Flags].AddNumber(flags);
    }

    private ulong WriteLength(Record record)
    {
        if (RecordWalk.DataLength(_block) == record.DataLength)
            return 0;
        _columns[HeaderColumn.Lengths].AddNumber((ulong)record.DataLength);
        return 1UL << HeaderModel.LengthFlag;
    }

    private ulong WritePadding(Record record)
    {
        var padding = _padding.AsSpan(0, records.PaddingLength(record));
        content.Read(record.DataEnd, padding);
        if (!padding.ContainsAnyExcept((byte)0))
            return 0;
        _columns[HeaderColumn.Raw].Add(padding);
        return 1UL << HeaderModel.PaddingFlag;
    }
}
