namespace Diffah.Tests.Support.SecondReader;

/// <summary>The times of headers.</summary>
internal sealed class HeaderTimes(PatchStreams streams)
{
    private const int MostRecent = 64;
    private const int MostKnown = 65536;

    private readonly List<byte[]> _recent = [];
    private readonly Dictionary<string, byte[]> _became = [];
    private long _last;

    public byte[] Read(byte[] model, bool isTold, bool isOld)
    {
        var key = Convert.ToHexString(model);
        if (!isTold)
            return isOld && _became.TryGetValue(key, out var time) ? time : model;
        var made = ReadTold(model);
        _recent.RemoveAll(t => t.AsSpan().SequenceEqual(made));
        _recent.Insert(0, made);
        if (_recent.Count > MostRecent)
            _recent.RemoveAt(MostRecent);
        if (isOld && (_became.ContainsKey(key) || _became.Count < MostKnown))
            _became[key] = made;
        return made;
    }

    private byte[] ReadTold(byte[] model)
    {
        var code = streams[0, 2].Number();
        switch (code)
        {
            case 0:
                _last += streams[0, 3].Signed();
                if (_last < 0)
                    throw new InvalidDataException("a time is negative");
                return StyledField.Make((ulong)_last, model);
            case 1:
                return model;
            case 2:
                return streams[0, 9].Take(12);
            default:
                return code - 3 < (ulong)_recent.Count ? _recent[(int)code - 3]
                    : throw new InvalidDataException("a header names a time that is not there");
        }
    }
}
