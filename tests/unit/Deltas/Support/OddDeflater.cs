using System.Buffers.Binary;
using System.Numerics;

namespace Diffah.Tests.Deltas.Support;

/// <summary>
/// A gzip encoder like no other: where it could refer back it does so only when the next bytes please it. One block,
/// fixed codes (RFC 1951, section 3.2.6).
/// </summary>
internal sealed class OddDeflater
{
    private readonly List<byte> _bytes = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];
    private ulong _bits;
    private int _count;

    private OddDeflater()
    {
    }

    /// <summary>The gzip stream of a content.</summary>
    public static byte[] Gzip(byte[] content)
    {
        var deflater = new OddDeflater();
        deflater.Put(1, 1);
        deflater.Put(1, 2);
        var last = new Dictionary<uint, int>();
        for (var at = 0; at < content.Length;)
        {
            var length = 0;
            if (at + 4 <= content.Length)
            {
                var key = BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(at));
                if (last.TryGetValue(key, out var from) && at - from <= 32_768 && (key * 2654435761 >> 24) % 3 != 0)
                {
                    length = Math.Min(258, content.AsSpan(at).CommonPrefixLength(content.AsSpan(from)));
                    deflater.PutMatch(length, at - from);
                }
                last[key] = at;
            }
            if (length == 0)
                deflater.PutSymbol(content[at]);
            at += Math.Max(length, 1);
        }
        deflater.PutSymbol(256);
        deflater.Put(0, (8 - (deflater._count % 8)) % 8);
        return [.. deflater._bytes, .. Trailer(content)];
    }

    private static byte[] Trailer(byte[] content)
    {
        var crc = uint.MaxValue;
        foreach (var value in content)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        var trailer = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, ~crc);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(4), (uint)content.Length);
        return trailer;
    }

    private void PutMatch(int length, int distance)
    {
        var (code, extra) = Class(length - 3, 4);
        if (length == 258)
            (code, extra) = (28, 0);
        PutSymbol(257 + code);
        Put((uint)(length - 3) & ((1u << extra) - 1), extra);
        (code, extra) = Class(distance - 1, 2);
        PutCode((uint)code, 5);
        Put((uint)(distance - 1) & ((1u << extra) - 1), extra);
    }

    // Codes come in groups of so many, each group with one extra bit more than the one before.
    private static (int Code, int Extra) Class(int value, int group)
    {
        if (value < 2 * group)
            return (value, 0);
        var extra = BitOperations.Log2((uint)value) - BitOperations.Log2((uint)group);
        return ((extra * group) + (value >> extra), extra);
    }

    private void PutSymbol(int symbol)
    {
        if (symbol < 144)
            PutCode((uint)(0x30 + symbol), 8);
        else if (symbol < 256)
            PutCode((uint)(0x190 + symbol - 144), 9);
        else if (symbol < 280)
            PutCode((uint)(symbol - 256), 7);
        else
            PutCode((uint)(0xC0 + symbol - 280), 8);
    }

    private void PutCode(uint code, int length)
    {
        for (var bit = length - 1; bit >= 0; bit--)
            Put((code >> bit) & 1, 1);
    }

    private void Put(uint value, int length)
    {
        _bits |= (ulong)value << _count;
        for (_count += length; _count >= 8; _count -= 8, _bits >>= 8)
            _bytes.Add((byte)_bits);
    }
}
