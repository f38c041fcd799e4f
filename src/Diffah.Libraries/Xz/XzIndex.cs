using System.Buffers.Binary;
using System.Security.Cryptography;
using SharpCompress.Compressors.Xz;

namespace Diffah.Libraries.Xz;

/// <summary>
/// What a stream's blocks were, to be compared with what its index says they are (.xz file format, section 4). Of a
/// million blocks it keeps a number and a hash.
/// </summary>
internal sealed class XzIndex : IDisposable
{
    private readonly IncrementalHash _seen = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _listed = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _blocks;

    /// <summary>Counts a block.</summary>
    /// <param name="unpadded">Its bytes without padding.</param>
    /// <param name="content">Bytes of its content.</param>
    public void Add(long unpadded, long content)
    {
        _blocks++;
        Append(_seen, unpadded, content);
    }

    /// <summary>Reads the index behind its first byte, and begins anew.</summary>
    /// <param name="input">Where it is.</param>
    /// <returns>Bytes of the index.</returns>
    /// <exception cref="CompressionFaultException">It is damaged, or lists other blocks.</exception>
    public long Read(XzInput input)
    {
        var start = input.Position - 1;
        var crc = Crc32.Update(Crc32.DefaultSeed, [0]);
        if (XzNumber.Read(Next) != _blocks)
            throw Damaged();
        for (; _blocks > 0; _blocks--)
            Append(_listed, XzNumber.Read(Next), XzNumber.Read(Next));
        while ((input.Position - start) % 4 != 0)
        {
            if (Next() != 0)
                throw Damaged();
        }
        Span<byte> stored = stackalloc byte[sizeof(uint)];
        input.Take(stored);
        if (BinaryPrimitives.ReadUInt32LittleEndian(stored) != ~crc
            || !_seen.GetHashAndReset().AsSpan().SequenceEqual(_listed.GetHashAndReset()))
            throw Damaged();
        return input.Position - start;

        byte Next()
        {
            var value = input.Take();
            crc = Crc32.Update(crc, [value]);
            return value;
        }
    }

    public void Dispose()
    {
        _seen.Dispose();
        _listed.Dispose();
    }

    private static void Append(IncrementalHash hash, long unpadded, long content)
    {
        Span<byte> record = stackalloc byte[2 * sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(record, unpadded);
        BinaryPrimitives.WriteInt64LittleEndian(record[sizeof(long)..], content);
        hash.AppendData(record);
    }

    private static CompressionFaultException Damaged() => new("its index is damaged");
}
