namespace Diffah.Tests.Support.SecondReader;

/// <summary>Where the last bytes stood before (context-mixing.md, "Match finders").</summary>
/// <param name="keyLength">How many bytes a key has.</param>
/// <param name="tableBits">The logarithm of how many places are kept.</param>
/// <param name="needed">How many bytes have to be equal.</param>
internal sealed class MatchPlaces(int keyLength, int tableBits, int needed)
{
    private const int MostCompared = 8;
    private const int MostLength = 32;

    private readonly Dictionary<int, int> _places = [];

    /// <summary>Where the expected byte is; null for nowhere.</summary>
    public int? Place { get; private set; }

    public int Length { get; private set; }

    public void Clear() => _places.Clear();

    public void Leave() => (Place, Length) = (null, 0);

    public void Add(ulong last, int place) => _places[Slot(last)] = place;

    public void Find(IReadOnlyList<byte> bytes, ulong last)
    {
        if (Place is not null || !_places.TryGetValue(Slot(last), out var place) || place >= bytes.Count)
            return;
        var equal = 0;
        while (equal < MostCompared && equal < place && bytes[place - 1 - equal] == (byte)(last >> (8 * equal)))
            equal++;
        if (equal >= needed)
            (Place, Length) = (place, equal);
    }

    /// <summary>A byte was told.</summary>
    /// <param name="bytes">What places are in.</param>
    /// <param name="told">The byte.</param>
    public void Pass(IReadOnlyList<byte> bytes, byte told)
    {
        if (Place is not { } place)
            return;
        if (bytes[place] != told || place + 1 >= bytes.Count)
            Leave();
        else
            (Place, Length) = (place + 1, Math.Min(Length + 1, MostLength));
    }

    private int Slot(ulong last)
    {
        var key = last & (ulong.MaxValue >> (64 - 8 * keyLength));
        return (int)(unchecked(key * 0x9E3779B97F4A7C15) >> (64 - tableBits));
    }
}
