using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>Makes the headers of a content from columns, one after the other.</summary>
/// <param name="columns">What <see cref="HeaderEncoder"/> wrote.</param>
/// <param name="old">The records of the sources.</param>
/// <param name="contentLength">How long the content is.</param>
internal sealed class HeaderDecoder(HeaderColumnReader columns, OldHeaders old, long contentLength)
{
    private readonly HeaderModel _model = new();
    private readonly byte[] _block = new byte[TarHeader.BlockSize];
    private readonly byte[] _base = new byte[TarHeader.BlockSize];
    private readonly byte[] _padding = new byte[TarHeader.BlockSize];
    private long? _left;
    private int _paddingLength;
    private long _position;

    /// <summary>The header that was made last.</summary>
    public ReadOnlySpan<byte> Header => _block;

    /// <summary>
    /// The old record that the header was told by; <see cref="HeaderEncoder.NoBase"/> where it was none.
    /// </summary>
    public int BaseIndex { get; private set; }

    /// <summary>What stands behind its data, up to the next header.</summary>
    public ReadOnlySpan<byte> Padding => _padding.AsSpan(0, _paddingLength);

    /// <summary>Where it is, and how long its data are.</summary>
    public Record Record { get; private set; }

    /// <summary>Where the tail begins, once there are no more records.</summary>
    public long TailOffset => _position;

    /// <summary>True where the tail holds zeros alone, once there are no more records.</summary>
    public bool IsTailZero { get; private set; }

    /// <summary>Makes the next header.</summary>
    /// <returns>False where there is none.</returns>
    /// <exception cref="InvalidDataException">The columns are damaged.</exception>
    public bool Next()
    {
        _left ??= (long)columns[HeaderColumn.References].TakeNumber(
            (ulong)Math.Min(RecordWalk.MaximumRecords, contentLength / TarHeader.BlockSize));
        if (_left == 0)
        {
            IsTailZero = columns[HeaderColumn.Flags].TakeNumber(1) == 0;
            columns.RequireEnd();
            return false;
        }
        _left--;
        ReadParts(Refer());
        _model.Add(_block);
        return true;
    }

    private HeaderBase Refer()
    {
        var code = columns[HeaderColumn.References].TakeNumber(ulong.MaxValue);
        BaseIndex = HeaderEncoder.NoBase;
        if (code < (ulong)_model.Kinds.Count)
            return new HeaderBase(_model.Kinds[(int)code], _model.Kinds[0], isOld: false);
        if (code < HeaderModel.MaximumKinds)
            throw ColumnReader.Damaged("name a header that is not there");
        var index = unchecked(_model.NextOld + ColumnReader.Unfold(code - HeaderModel.MaximumKinds));
        if (index < 0 || index >= old.Count)
            throw ColumnReader.Damaged("name a header that is not there");
        _model.NextOld = index + 1;
        BaseIndex = (int)index;
        old.Read((int)index, _base);
        return new HeaderBase(_base, _model.Kinds[0], isOld: true);
    }

    private void ReadParts(in HeaderBase from)
    {
        var flags = columns[HeaderColumn.Flags].TakeNumber((2UL << HeaderModel.PaddingFlag) - 1);
        _block.AsSpan().Clear();
        for (var i = 0; i < _model.Parts.Length; i++)
        {
            var codec = _model.Parts[i];
            if ((flags >> i & 1) == 0)
                codec.Predict(from, _block, codec.Part.In(_block));
            else
                codec.Read(from, columns, codec.Part.In(_block));
        }
        ReadLength((flags >> HeaderModel.LengthFlag & 1) != 0);
        ReadPadding((flags >> HeaderModel.PaddingFlag & 1) != 0);
    }

    private void ReadLength(bool isTold)
    {
        var most = contentLength - _position - TarHeader.BlockSize;
        var length = isTold
            ? (long)columns[HeaderColumn.Lengths].TakeNumber(long.MaxValue)
            : RecordWalk.DataLength(_block) ?? 0;
        if (length > most)
            throw ColumnReader.Damaged("have more than the content");
        Record = new Record(_position, length);
        _position = Record.End(contentLength);
    }

    private void ReadPadding(bool isTold)
    {
        _paddingLength = (int)(_position - Record.DataEnd);
        var padding = _padding.AsSpan(0, _paddingLength);
        padding.Clear();
        if (isTold)
            columns[HeaderColumn.Raw].Take(padding);
    }
}
