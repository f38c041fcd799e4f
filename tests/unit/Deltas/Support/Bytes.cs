using System.Text;

namespace Diffah.Tests.Deltas.Support;

/// <summary>Contents that are the same on each run.</summary>
internal static class Bytes
{
    /// <summary>Bytes that nothing compresses.</summary>
    public static byte[] Random(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Lines of text, each different.</summary>
    public static byte[] Text(int seed, int count)
    {
        var text = new StringBuilder();
        for (var line = 0; text.Length < count; line++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"line {line} of text {seed}\n");
        return Encoding.UTF8.GetBytes(text.ToString(0, count));
    }

    /// <summary>A copy with a few bytes changed in the middle.</summary>
    public static byte[] Edited(byte[] original)
    {
        var copy = original.ToArray();
        for (var i = copy.Length / 2; i < Math.Min(copy.Length, (copy.Length / 2) + 8); i++)
            copy[i] ^= 0x5A;
        return copy;
    }
}
