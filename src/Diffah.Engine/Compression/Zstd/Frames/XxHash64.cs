using System.Buffers.Binary;
using System.Numerics;

namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>XXH64 with seed 0, of bytes that come in pieces: its lower half is a frame's checksum (RFC 8878, section
/// 3.1.1).</summary>
internal sealed class XxHash64
{
    private const int StripeLength = 32;
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;

    private readonly byte[] _stripe = new byte[StripeLength];
    private ulong _first = unchecked(Prime1 + Prime2);
    private ulong _second = Prime2;
    private ulong _third;
    private ulong _fourth = unchecked(0 - Prime1);
    private ulong _length;

    /// <summary>Takes the bytes that come next.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        var held = (int)(_length % StripeLength);
        _length += (ulong)bytes.Length;
        if (held > 0)
        {
            var taken = Math.Min(StripeLength - held, bytes.Length);
            bytes[..taken].CopyTo(_stripe.AsSpan(held));
            bytes = bytes[taken..];
            if (held + taken < StripeLength)
                return;
            TakeStripe(_stripe);
        }
        for (; bytes.Length >= StripeLength; bytes = bytes[StripeLength..])
            TakeStripe(bytes);
        bytes.CopyTo(_stripe);
    }

    /// <summary>The hash of all bytes so far.</summary>
    public ulong Finish()
    {
        unchecked
        {
            var hash = _length < StripeLength ? Prime5 : Merged();
            hash += _length;
            var rest = _stripe.AsSpan(0, (int)(_length % StripeLength));
            for (; rest.Length >= 8; rest = rest[8..])
                hash = BitOperations.RotateLeft(
                    hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest)), 27) * Prime1 + Prime4;
            if (rest.Length >= 4)
            {
                hash ^= BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1;
                hash = BitOperations.RotateLeft(hash, 23) * Prime2 + Prime3;
                rest = rest[4..];
            }
            foreach (var next in rest)
                hash = BitOperations.RotateLeft(hash ^ next * Prime5, 11) * Prime1;
            hash = (hash ^ hash >> 33) * Prime2;
            hash = (hash ^ hash >> 29) * Prime3;
            return hash ^ hash >> 32;
        }
    }

    private void TakeStripe(ReadOnlySpan<byte> stripe)
    {
        _first = Round(_first, BinaryPrimitives.ReadUInt64LittleEndian(stripe));
        _second = Round(_second, BinaryPrimitives.ReadUInt64LittleEndian(stripe[8..]));
        _third = Round(_third, BinaryPrimitives.ReadUInt64LittleEndian(stripe[16..]));
        _fourth = Round(_fourth, BinaryPrimitives.ReadUInt64LittleEndian(stripe[24..]));
    }

    private ulong Merged()
    {
        unchecked
        {
            var hash = BitOperations.RotateLeft(_first, 1) + BitOperations.RotateLeft(_second, 7)
                + BitOperations.RotateLeft(_third, 12) + BitOperations.RotateLeft(_fourth, 18);
            hash = (hash ^ Round(0, _first)) * Prime1 + Prime4;
            hash = (hash ^ Round(0, _second)) * Prime1 + Prime4;
            hash = (hash ^ Round(0, _third)) * Prime1 + Prime4;
            return (hash ^ Round(0, _fourth)) * Prime1 + Prime4;
        }
    }

    private static ulong Round(ulong accumulator, ulong input) =>
        unchecked(BitOperations.RotateLeft(accumulator + input * Prime2, 31) * Prime1);
}
