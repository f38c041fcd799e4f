using System.Buffers.Binary;
using SharpCompress.Common;
using SharpCompress.Compressors.LZMA;
using SharpCompress.Compressors.Xz;

namespace Diffah.Libraries.Xz;

/// <summary>
/// Decodes xz: any number of streams, with padding between them, of blocks in LZMA2. LZMA2 is the library's. The
/// container is read here, since the library's reader takes one stream only, leaves index and footer unchecked, and
/// takes memory for a dictionary before anybody is asked.
/// </summary>
/// <param name="source">The compressed bytes; not owned.</param>
/// <param name="admit">Told of the size of each dictionary before memory is taken for it; may refuse by
/// throwing.</param>
internal sealed class XzDecoder(Stream source, Action<long> admit) : IPullDecoder
{
    private const int HeaderLength = 12;

    private static readonly byte[] Magic = [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00];

    private readonly XzInput _input = new(source);
    private readonly XzIndex _index = new();
    private XzCheck? _check;
    private LzmaStream? _block;
    private XzBlockHeader _header;
    private int _flags;
    private long _start;
    private long _content;
    private bool _ended;

    public int Read(byte[] buffer, int count)
    {
        while (!_ended)
        {
            if (_block is null)
            {
                Begin();
                continue;
            }
            var read = Decode(_block, buffer, count);
            if (read == 0)
            {
                EndBlock();
                continue;
            }
            _content += read;
            _check!.Append(buffer.AsSpan(0, read));
            return read;
        }
        return 0;
    }

    public void Dispose()
    {
        _block?.Dispose();
        _check?.Dispose();
        _index.Dispose();
    }

    private static int Decode(LzmaStream block, byte[] buffer, int count)
    {
        try
        {
            return block.Read(buffer, 0, count);
        }
        catch (Exception e) when (e is SharpCompressException or IndexOutOfRangeException
            or ArgumentException or InvalidOperationException)
        {
            throw new CompressionFaultException("its compressed data are damaged", e);
        }
    }

    // A stream, a block, or the end of a stream.
    private void Begin()
    {
        if (_check is null)
        {
            BeginStream();
            return;
        }
        var at = _input.Position;
        var first = _input.Take();
        if (first == 0)
        {
            EndStream();
            return;
        }
        _header = XzBlockHeader.Read(first, _input);
        admit(_header.DictionarySize);
        (_start, _content) = (at, 0);
        _block = LzmaStream.Create([_header.Dictionary], _input, leaveOpen: true);
    }

    private void BeginStream()
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        _input.Take(header);
        if (!header.StartsWith(Magic))
            throw new CompressionFaultException("something else follows");
        if (Crc32.Compute(header.Slice(6, 2).ToArray()) != BinaryPrimitives.ReadUInt32LittleEndian(header[8..]))
            throw new CompressionFaultException("its header is damaged");
        if (header[6] != 0 || header[7] > 0x0F)
            throw new UnknownFeatureException("it uses what its format did not define when this was written");
        _flags = header[7];
        _check = new XzCheck(_flags);
    }

    private void EndBlock()
    {
        _block!.Dispose();
        _block = null;
        var unpadded = _input.Position - _start + _check!.Size;
        var compressed = _input.Position - _start - _header.Length;
        while ((_input.Position - _start) % 4 != 0)
        {
            if (_input.Take() != 0)
                throw new CompressionFaultException("there is no padding behind a block");
        }
        Span<byte> stored = stackalloc byte[_check.Size];
        _input.Take(stored);
        if (!_check.Ends(stored))
            throw new CompressionFaultException("the check of a block does not fit its content");
        if ((_header.Compressed ?? compressed) != compressed || (_header.Content ?? _content) != _content)
            throw new CompressionFaultException("a block is not as long as it says");
        _index.Add(unpadded, _content);
    }

    private void EndStream()
    {
        var index = _index.Read(_input);
        Span<byte> footer = stackalloc byte[HeaderLength];
        _input.Take(footer);
        if (Crc32.Compute(footer.Slice(4, 6).ToArray()) != BinaryPrimitives.ReadUInt32LittleEndian(footer)
            || (BinaryPrimitives.ReadUInt32LittleEndian(footer[4..]) + 1L) * 4 != index
            || footer[8] != 0 || footer[9] != _flags || !footer[10..].SequenceEqual("YZ"u8))
            throw new CompressionFaultException("its end is damaged");
        _check!.Dispose();
        _check = null;
        PassPadding();
    }

    // Padding between streams, and behind the last one, comes in four bytes at a time (section 2.2).
    private void PassPadding()
    {
        Span<byte> four = stackalloc byte[4];
        while (!_input.IsAtEnd)
        {
            if (_input.Peek() != 0)
                return;
            _input.Take(four);
            if (four.ContainsAnyExcept((byte)0))
                throw new CompressionFaultException("something else follows");
        }
        _ended = true;
    }
}
