using System.Text;

namespace Diffah.Tests.Support.SecondReader;

/// <summary>A header as the columns tell it.</summary>
/// <param name="Block">Its bytes.</param>
/// <param name="Base">The old record that it is told by; null where it is told by the content itself.</param>
/// <param name="Length">Its data's bytes.</param>
/// <param name="Padding">Bytes behind the data; null where they are zeros.</param>
internal sealed record ReadHeader(byte[] Block, long? Base, long Length, byte[]? Padding);

/// <summary>Reads the headers of a content from their ten columns (content-patch.md, "Headers").</summary>
internal sealed class HeaderReader
{
    private static readonly (int At, int Length)[] Fields =
    [
        (136, 12), (124, 12), (0, 100), (157, 100), (100, 8), (156, 1), (345, 155), (108, 8), (116, 8), (265, 32),
        (297, 32), (329, 16), (257, 8), (500, 12), (148, 8),
    ];

    private readonly PatchStreams _streams;
    private readonly OldContents _old;
    private readonly HeaderTexts _texts;
    private readonly HeaderTimes _times;
    private readonly List<byte[]> _byType = [Template()];
    private readonly List<byte[]>[] _values = [.. Fields.Select(_ => new List<byte[]>())];
    private byte[] _before = Template();
    private long _next;

    public HeaderReader(PatchStreams streams, OldContents old)
    {
        (_streams, _old) = (streams, old);
        _texts = new HeaderTexts(streams);
        _times = new HeaderTimes(streams);
    }

    /// <summary>How many records there are.</summary>
    public int Count() => _streams[0, 0].Count(Math.Min(1 << 22, _streams.Length / 512));

    /// <summary>Whether the tail is data.</summary>
    public bool TailIsData() => _streams[0, 1].Count(1) == 1;

    /// <summary>The next header.</summary>
    /// <param name="at">Where it begins in the content.</param>
    public ReadHeader Read(long at)
    {
        var (model, told) = ReadReference();
        var flags = _streams[0, 1].Number();
        if (flags >> 17 != 0)
            throw new InvalidDataException("a header has a part of no kind");
        var block = new byte[512];
        for (var part = 0; part < Fields.Length; part++)
        {
            var (start, length) = Fields[part];
            var field = ReadPart(part, ((flags >> part) & 1) != 0, model, told is not null, block);
            if (field.Length != length)
                throw new InvalidDataException("a header's part has another length");
            field.CopyTo(block, start);
        }
        var data = (flags & (1 << 15)) != 0
            ? (long)_streams[0, 6].Number()
            : (long)(TarWalk.DataLength(block) ?? 0);
        if (data < 0 || at + 512 + data > _streams.Length)
            throw new InvalidDataException("data go beyond the content");
        var padding = Math.Min((512 - data % 512) % 512, _streams.Length - at - 512 - data);
        var raw = (flags & (1 << 16)) != 0 ? _streams[0, 9].Take(padding) : null;
        _byType.RemoveAll(h => h[156] == block[156]);
        _byType.Insert(0, block);
        if (_byType.Count > 4)
            _byType.RemoveAt(4);
        _before = block;
        return new ReadHeader(block, told, data, raw);
    }

    private (byte[] Model, long? Base) ReadReference()
    {
        var code = _streams[0, 0].Number();
        if (code < 4)
            return (int)code < _byType.Count ? (_byType[(int)code], null)
                : throw new InvalidDataException("a header is told by none");
        var record = _next + PatchCursor.Unfold(code - 4);
        var model = _old.Header(record);
        _next = record + 1;
        return (model, record);
    }

    private byte[] ReadPart(int part, bool isTold, byte[] model, bool isOld, byte[] block)
    {
        var (at, length) = Fields[part];
        var same = model[at..(at + length)];
        switch (part)
        {
            case 0:
                return _times.Read(same, isTold, isOld);
            case 1:
                return isTold ? ReadSize(same, isOld) : same;
            case 2 or 3 or 6:
                var from = isOld || part == 3 ? same : _before[at..(at + length)];
                return isTold ? _texts.Read(from, isOld) : from;
            case 14:
                return isTold ? _streams[0, 9].Take(8) : StyledField.Make(TarWalk.Sum(block), same);
            default:
                return isTold ? ReadShort(part, length) : same;
        }
    }

    private byte[] ReadSize(byte[] model, bool isOld)
    {
        var code = _streams[0, 4].Number();
        if (code == 0)
            return _streams[0, 9].Take(12);
        var known = TarWalk.Number(model) is { } number && number < 1UL << 61 ? (long)number : 0;
        return StyledField.Make(isOld ? (ulong)(known + PatchCursor.Unfold(code - 1)) : code - 1, model);
    }

    private byte[] ReadShort(int part, int length)
    {
        var recent = _values[part];
        var code = _streams[0, 8].Byte();
        if (code > recent.Count)
            throw new InvalidDataException("a header names a value that is not there");
        var value = code == 0 ? _streams[0, 9].Take(length) : recent[code - 1];
        if (code > 0)
            recent.RemoveAt(code - 1);
        recent.Insert(0, value);
        if (recent.Count > 16)
            recent.RemoveAt(16);
        return value;
    }

    private static byte[] Template()
    {
        var header = new byte[512];
        void Put(int at, string text) => Encoding.ASCII.GetBytes(text).CopyTo(header, at);
        Put(100, "0000644\0");
        Put(108, "0000000\0");
        Put(116, "0000000\0");
        Put(124, "00000000000\0");
        Put(136, "00000000000\0");
        Put(148, "000000\0 ");
        Put(156, "0");
        Put(257, "ustar\0" + "00");
        Put(329, "0000000\0" + "0000000\0");
        return header;
    }
}
