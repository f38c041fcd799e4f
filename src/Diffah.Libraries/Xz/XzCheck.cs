using System.Buffers.Binary;
using System.Security.Cryptography;
using SharpCompress.Compressors.Xz;

namespace Diffah.Libraries.Xz;

/// <summary>The check over the content of one block (.xz file format, section 2.1.1.2).</summary>
internal sealed class XzCheck : IDisposable
{
    private readonly CheckType _type;
    private readonly IncrementalHash? _sha256;
    private uint _crc32 = Crc32.DefaultSeed;
    private ulong _crc64 = ulong.MaxValue;

    /// <param name="id">Which check, as the stream's header says.</param>
    /// <exception cref="UnknownFeatureException">It is none that is known.</exception>
    public XzCheck(int id)
    {
        _type = (CheckType)id;
        Size = _type switch
        {
            CheckType.NONE => 0,
            CheckType.CRC32 => sizeof(uint),
            CheckType.CRC64 => sizeof(ulong),
            CheckType.SHA256 => SHA256.HashSizeInBytes,
            _ => throw new UnknownFeatureException($"it has a check of the unknown type {id}"),
        };
        if (_type == CheckType.SHA256)
            _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    }

    /// <summary>Bytes of the check's value.</summary>
    public int Size { get; }

    public void Append(ReadOnlySpan<byte> content)
    {
        if (_type == CheckType.CRC32)
            _crc32 = Crc32.Update(_crc32, content);
        else if (_type == CheckType.CRC64)
            _crc64 = Crc64.UpdateXz(_crc64, content);
        else
            _sha256?.AppendData(content);
    }

    /// <summary>Compares with the value that is stored, and begins anew.</summary>
    public bool Ends(ReadOnlySpan<byte> stored)
    {
        Span<byte> value = stackalloc byte[Size];
        if (_type == CheckType.CRC32)
            BinaryPrimitives.WriteUInt32LittleEndian(value, ~_crc32);
        else if (_type == CheckType.CRC64)
            BinaryPrimitives.WriteUInt64LittleEndian(value, ~_crc64);
        else
            _sha256?.GetHashAndReset(value);
        (_crc32, _crc64) = (Crc32.DefaultSeed, ulong.MaxValue);
        return value.SequenceEqual(stored);
    }

    public void Dispose() => _sha256?.Dispose();
}
