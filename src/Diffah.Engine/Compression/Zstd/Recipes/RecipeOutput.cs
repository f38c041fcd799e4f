using System.Buffers;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>Writes numbers as recipes have them.</summary>
internal static class RecipeOutput
{
    public static void Add(this ArrayBufferWriter<byte> output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    /// <summary>Seven bits a byte, the least significant first; the eighth says that more follow.</summary>
    public static void AddNumber(this ArrayBufferWriter<byte> output, long value)
    {
        var left = (ulong)value;
        for (; left >= 0x80; left >>= 7)
            output.Add((byte)(left | 0x80));
        output.Add((byte)left);
    }
}
