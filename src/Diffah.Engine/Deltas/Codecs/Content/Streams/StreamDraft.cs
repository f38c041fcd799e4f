using System.Buffers;
using Diffah.Engine.Content;

namespace Diffah.Engine.Deltas.Codecs.Content.Streams;

/// <summary>The bytes of one stream while it is made: in memory while they are few, then in a file.</summary>
/// <param name="work">Where the file goes.</param>
internal sealed class StreamDraft(WorkDirectory work) : IDisposable
{
    private const int MostInMemory = 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _memory = new();
    private FileStream? _file;

    /// <summary>How many bytes it has.</summary>
    public long Length { get; private set; }

    public void Add(byte value) => Add([value]);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        if (bytes.Length > MostInMemory - _memory.WrittenCount)
        {
            Flush();
            if (bytes.Length > MostInMemory)
            {
                _file!.Write(bytes);
                return;
            }
        }
        _memory.Write(bytes);
    }

    /// <summary>Seven bits a byte, the least significant first; the eighth says that more follow.</summary>
    public void AddNumber(ulong value)
    {
        Span<byte> bytes = stackalloc byte[10];
        var count = 0;
        for (; value >= 0x80; value >>= 7)
            bytes[count++] = (byte)(value | 0x80);
        bytes[count++] = (byte)value;
        Add(bytes[..count]);
    }

    /// <summary>A number that may be negative: small ones of either sign take few bytes.</summary>
    public void AddSigned(long value) => AddNumber((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Opens what was written. Nothing may be added afterwards.</summary>
    public Stream OpenRead()
    {
        if (_file is null)
            return new MemoryStream(_memory.WrittenSpan.ToArray(), writable: false);
        Flush();
        _file.Flush();
        return new FileSlice(_file.SafeFileHandle, 0, Length);
    }

    public void Dispose() => _file?.Dispose();

    private void Flush()
    {
        _file ??= new FileStream(
            work.NewFilePath("stream"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0,
            FileOptions.DeleteOnClose);
        _file.Write(_memory.WrittenSpan);
        _memory.ResetWrittenCount();
    }
}
