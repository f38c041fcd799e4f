using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.JavaImages;

/// <summary>The locations of an image's index.</summary>
internal readonly ref struct ImageLocations
{
    private readonly ReadOnlySpan<byte> _offsets;
    private readonly ReadOnlySpan<byte> _locations;
    private readonly ReadOnlySpan<byte> _strings;
    private readonly List<ImageLocation> _found = [];
    private readonly int[] _ends = new int[2];

    /// <param name="file">The image.</param>
    /// <param name="header">Its header.</param>
    public ImageLocations(ReadOnlySpan<byte> file, ImageHeader header)
    {
        _offsets = file.Slice((int)header.OffsetsStart, header.Slots * sizeof(int));
        _locations = file.Slice((int)header.LocationsStart, header.LocationsLength);
        _strings = file.Slice((int)header.LocationsStart + header.LocationsLength, header.StringsLength);
    }

    /// <summary>The locations in the order of their resources.</summary>
    public IReadOnlyList<ImageLocation> Ordered => _found;

    /// <summary>Where the last location ends.</summary>
    public int End => _ends[0];

    /// <summary>Where the last string that was asked for ends.</summary>
    public int StringsEnd => _ends[1];

    /// <summary>Reads all; false where there is something that is none.</summary>
    public bool TryRead()
    {
        for (var slot = 0; slot < _offsets.Length; slot += sizeof(int))
        {
            var at = BinaryPrimitives.ReadInt32LittleEndian(_offsets[slot..]);
            if (at < 0 || at >= _locations.Length)
                return false;
            if (!ImageLocation.TryRead(_locations, ref at, out var location))
                return false;
            _ends[0] = Math.Max(_ends[0], at);
            // An empty slot has a location without attributes.
            if (location != default)
                _found.Add(location);
        }
        Sort();
        return true;
    }

    /// <summary>A string, with the NUL that ends it.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="most">How long it may be.</param>
    /// <param name="text">The string.</param>
    public bool TryString(ulong place, int most, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (place >= (ulong)_strings.Length)
            return false;
        var bytes = _strings[(int)place..];
        var length = bytes[..Math.Min(bytes.Length, Math.Max(0, most))].IndexOf((byte)0) + 1;
        text = bytes[..length];
        _ends[1] = Math.Max(_ends[1], (int)place + length);
        return length > 0;
    }

    // Resources that begin at the same place stay in the order of their slots.
    private void Sort()
    {
        var keys = new (ulong Offset, int Slot)[_found.Count];
        for (var index = 0; index < keys.Length; index++)
            keys[index] = (_found[index].Offset, index);
        Array.Sort(keys);
        var sorted = Array.ConvertAll(keys, k => k.Slot);
        var locations = _found.ToArray();
        for (var index = 0; index < sorted.Length; index++)
            _found[index] = locations[sorted[index]];
    }
}
