namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>Counts how often each byte occurs.</summary>
internal static class ByteHistogram
{
    /// <summary>Adds to the counts. Neighbours are counted apart: a run of one byte would wait for itself.</summary>
    public static void Count(ReadOnlySpan<byte> content, Span<int> counts)
    {
        Span<int> odd = stackalloc int[256];
        odd.Clear();
        var even = counts[..256];
        var i = 0;
        for (; i + 1 < content.Length; i += 2)
        {
            even[content[i]]++;
            odd[content[i + 1]]++;
        }
        if (i < content.Length)
            even[content[i]]++;
        for (var value = 0; value < odd.Length; value++)
            even[value] += odd[value];
    }

    /// <summary>Whether bytes occur so evenly that no code spares anything.</summary>
    public static bool IsEven(ReadOnlySpan<int> counts, int length)
    {
        var average = (double)length / 256;
        double limit = length * 2;
        var squares = 0d;
        foreach (var count in counts[..256])
        {
            squares += (count - average) * (count - average);
            if (squares > limit)
                return false;
        }
        return squares < limit;
    }
}
