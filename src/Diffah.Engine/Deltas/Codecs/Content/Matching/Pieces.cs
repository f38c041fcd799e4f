using System.Buffers;

namespace Diffah.Engine.Deltas.Codecs.Content.Matching;

/// <summary>
/// The pieces that stand for a file: at some places, chosen by the 64 bytes before, a fingerprint of the 48 bytes
/// before. A piece that moves is the same piece. The larger the file, the fewer; those of a large file would be taken
/// from a small one too.
/// </summary>
internal static class Pieces
{
    /// <summary>Fingerprints have so many bits.</summary>
    public const int Bits = 36;

    private const int SmallFile = 4 << 10;
    private const int MiddleFile = 64 << 10;
    private const ulong Last48 = (1UL << 48) - 1;
    private const int BytesBetweenChecks = 1 << 20;

    private static readonly ulong[] Gear = MakeGear();

    /// <summary>Writes those whose low bits are zero; there is never more than one for each four bytes.</summary>
    public static void Find(
        ReadOnlySpan<byte> file, ulong thinning, ArrayBufferWriter<ulong> found, CancellationToken cancellationToken)
    {
        var bits = file.Length < SmallFile ? 2 : file.Length < MiddleFile ? 4 : 8;
        var gear = Gear;
        // Data that repeats itself would be taken at each repetition.
        var gap = 1 << (bits - 2);
        var next = 0;
        var hash = 0UL;
        for (var start = 0; start < file.Length; start += BytesBetweenChecks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = Math.Min(file.Length, start + BytesBetweenChecks);
            for (var at = start; at < end; at++)
            {
                hash = (hash << 1) + gear[file[at]];
                if (hash >> (64 - bits) != 0 || at < next)
                    continue;
                next = at + gap;
                var print = ((hash & Last48) * 0x9E37_79B9_7F4A_7C15) >> (64 - Bits);
                if ((print & thinning) != 0)
                    continue;
                found.GetSpan(1)[0] = print;
                found.Advance(1);
            }
        }
    }

    private static ulong[] MakeGear()
    {
        var gear = new ulong[256];
        for (var i = 0; i < gear.Length; i++)
        {
            var mixed = (ulong)(i + 1) * 0x9E37_79B9_7F4A_7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
            gear[i] = mixed ^ (mixed >> 31);
        }
        return gear;
    }
}
