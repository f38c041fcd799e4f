namespace Diffah.Tests.Support.SecondReader;

/// <summary>The sources of a patch: their records, and all old data by number.</summary>
internal sealed class OldContents
{
    private readonly List<(byte[] Source, TarRecord Record)> _records = [];
    private readonly List<byte[]> _tails = [];

    public OldContents(IEnumerable<byte[]> sources)
    {
        foreach (var source in sources)
        {
            var (records, tail) = TarWalk.Of(source);
            _records.AddRange(records.Select(r => (source, r)));
            _tails.Add(source[tail..]);
        }
    }

    public int Records => _records.Count;

    public byte[] Header(long record) => Slice(record, r => (r.Header, 512));

    /// <summary>Old data by number: those of records, then tails.</summary>
    public byte[] Data(long number)
    {
        if (number >= 0 && number < _records.Count)
            return Slice(number, r => (r.Data, r.Length));
        return number >= _records.Count && number < _records.Count + _tails.Count
            ? _tails[(int)number - _records.Count]
            : throw new InvalidDataException($"there are no old data {number}");
    }

    private byte[] Slice(long record, Func<TarRecord, (int At, int Length)> part)
    {
        if (record < 0 || record >= _records.Count)
            throw new InvalidDataException($"there is no old record {record}");
        var (source, place) = _records[(int)record];
        var (at, length) = part(place);
        return source[at..(at + length)];
    }
}
