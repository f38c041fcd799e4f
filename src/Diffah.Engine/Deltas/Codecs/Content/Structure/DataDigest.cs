using System.Runtime.InteropServices;

namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>The SHA-256 of a record's data, in little memory.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal readonly record struct DataDigest(ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>Takes the 32 bytes of a hash.</summary>
    /// <param name="hash">The hash.</param>
    public static DataDigest Of(ReadOnlySpan<byte> hash) => hash.Length == 32
        ? MemoryMarshal.Read<DataDigest>(hash)
        : throw new ArgumentException("a SHA-256 has 32 bytes", nameof(hash));
}
