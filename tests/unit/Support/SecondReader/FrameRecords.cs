namespace Diffah.Tests.Support.SecondReader;

/// <summary>A record of .eh_frame.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Length">Its bytes, those of the length included.</param>
/// <param name="Common">The record with what is common, of a record of a function; null of such a record.</param>
internal sealed record FrameRecord(int At, int Length, CommonFrame? Common);

/// <summary>What a common record says.</summary>
/// <param name="Begins">How the begins of functions are written; -1 where it does not say.</param>
/// <param name="Data">How the places of data are written.</param>
/// <param name="Handler">Where the address of the handler is, if it is written as an offset of four bytes.</param>
internal sealed record CommonFrame(int Begins, int Data, int? Handler)
{
    public const int Offset = 0x1B;
}

/// <summary>The walk through .eh_frame (executables.md, kind 10).</summary>
internal static class FrameRecords
{
    public static List<FrameRecord> Walk(byte[] file, long start, long length, out List<CommonFrame> commons)
    {
        var records = new List<FrameRecord>();
        commons = [];
        var end = start + length;
        for (var at = start; Size(file, at, end) is { } size; at += 4 + size)
        {
            if (size == 0)
                continue;
            var id = U32(file, at + 4);
            if (id == 0)
                commons.Add(ReadCommon(file, at, at + 4 + size));
            else
                records.Add(new FrameRecord((int)at, (int)size + 4, CommonAt(file, at + 4 - id, start, end)));
        }
        return records;
    }

    private static long? Size(byte[] file, long at, long end)
    {
        if (at + 4 > end)
            return null;
        var size = U32(file, at);
        return size is >= 1 and <= 3 || size > end - at - 4 ? null : size;
    }

    private static CommonFrame? CommonAt(byte[] file, long at, long start, long end) =>
        at >= start && Size(file, at, end) is > 0 and var size && U32(file, at + 4) == 0
            ? ReadCommon(file, at, at + 4 + size)
            : null;

    /// <summary>The search table of a file's records, not sorted.</summary>
    public static IEnumerable<(int Begin, int Record)> Search(ExecutableLayout layout, byte[] made)
    {
        var header = VA(layout, layout.NewDerived!.Value.Start - 12);
        foreach (var record in Walk(made, layout.Records.Start, layout.Records.Length, out _)
            .Where(r => r.Length >= 16))
        {
            if (record.Common?.Begins != CommonFrame.Offset)
                throw new InvalidDataException("a record has no begin that a table could have");
            var begin = VA(layout, record.At + 8) + (int)U32(made, record.At + 8);
            yield return ((int)(begin - header), (int)(VA(layout, record.At) - header));
        }
    }

    private static long VA(ExecutableLayout layout, long place)
    {
        foreach (var segment in layout.New.Where(s => s.HasPlace(place)))
            return segment.Address + place - segment.Offset;
        throw new InvalidDataException("a record has no address");
    }

    private static CommonFrame ReadCommon(byte[] file, long at, long end)
    {
        var (begins, data, handler) = (-1, -1, (int?)null);
        var none = new CommonFrame(begins, data, handler);
        if (end - at < 10 || file[at + 8] is not 1 and not 3)
            return none;
        var text = file.AsSpan((int)at + 9, (int)Math.Min(9, end - at - 9));
        var zero = text.IndexOf((byte)0);
        if (zero < 1 || text[0] != 'z')
            return none;
        var next = at + 9 + zero + 1;
        Skip(file, ref next, end);
        Skip(file, ref next, end);
        Skip(file, ref next, end);
        Skip(file, ref next, end);
        foreach (var letter in text[1..zero])
        {
            if (letter is (byte)'S' or (byte)'B')
                continue;
            if (letter is not ((byte)'R' or (byte)'L' or (byte)'P') || next >= end)
                break;
            var encoding = file[next++];
            if (letter == 'R')
                begins = encoding;
            else if (letter == 'L')
                data = encoding;
            else if (encoding is 0x1B or 0x9B && next + 4 <= end)
                (handler, next) = ((int)next, next + 4);
            else
                break;
        }
        return new CommonFrame(begins, data, handler);
    }

    private static void Skip(byte[] file, ref long at, long end)
    {
        while (at < end && file[at] >= 0x80)
            at++;
        at++;
    }

    private static uint U32(byte[] file, long at) => BitConverter.ToUInt32(file, (int)at);
}
