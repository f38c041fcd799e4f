using static Diffah.Tests.Support.SecondReader.MixNumbers;

namespace Diffah.Tests.Support.SecondReader;

/// <summary>Streams whose bytes are told by those before them (context-mixing.md, "Mixed bytes").</summary>
internal static class MixedByteReader
{
    public static byte[] Read(byte[] stored, long length)
    {
        var coder = new RangeReader(stored);
        var symbols = new SymbolReader(coder, contexts: 6, kinds: 1, slotBits: 18);
        var bytes = new byte[length];
        var last = 0UL;
        for (var at = 0; at < bytes.Length; at++)
        {
            var four = (uint)last;
            bytes[at] = symbols.Byte(
                0, 0, four & 0xFF, four & 0xFFFF, four & 0xFFFFFF, four, Hash(four, (uint)(last >> 32) & 0xFFFF));
            last = (last << 8) | bytes[at];
        }
        coder.RequireEnd();
        return bytes;
    }
}
