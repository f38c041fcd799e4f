using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Zstd.Blocks;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Tests.Compression.Zstd.Blocks;

/// <summary>Goes along the frames of a stream, block by block.</summary>
internal sealed class BlockWalk
{
    private readonly ZstdBlockReader _reader = new();
    private readonly ZstdBlockWriter _writer = new();
    private readonly ZstdBlockParts _parts = new();
    private readonly List<byte> _content = [];

    /// <summary>Blocks seen.</summary>
    public int Blocks { get; private set; }

    /// <summary>Blocks whose bytes were not made again.</summary>
    public int Others { get; private set; }

    /// <summary>What was seen of the forms that blocks can have.</summary>
    public HashSet<string> Forms { get; } = [];

    /// <summary>Reads all blocks, writes each again, and makes the content of what they say.</summary>
    public byte[] Go(ReadOnlySpan<byte> stream)
    {
        while (!stream.IsEmpty)
            stream = stream[Frame(stream)..];
        return [.. _content];
    }

    private int Frame(ReadOnlySpan<byte> stream)
    {
        if (stream.Length > 8 && stream[0] is >= 0x50 and < 0x60 && stream[1] == 0x2A)
            return 8 + BitConverter.ToInt32(stream[4..]);
        var header = ZstdFrameHeader.Read(stream) ?? throw new InvalidDataException();
        _reader.Begin(header.WindowSize);
        _writer.Begin();
        var at = header.Length;
        var start = _content.Count;
        do
        {
            var length = ZstdBlockHeader.Length + ZstdBlockHeader.Read(stream[at..]).BodyLength;
            Block(stream.Slice(at, length), start);
            at += length;
        }
        while (!_parts.IsLast);
        return at + (header.HasChecksum ? 4 : 0);
    }

    private void Block(ReadOnlySpan<byte> bytes, int start)
    {
        _reader.Read(bytes, _parts);
        Blocks++;
        if (!_writer.Write(_parts).SequenceEqual(bytes))
            Others++;
        Note();
        Copy(start);
    }

    private void Note()
    {
        Forms.Add($"block {_parts.Type}");
        if (_parts.Type != ZstdBlockType.Compressed)
            return;
        Forms.Add($"literals {_parts.LiteralsType} {_parts.LiteralsHeaderLength} {_parts.StreamCount}");
        if (_parts.LiteralsType == ZstdLiteralsType.Compressed)
            Forms.Add(_parts.Huffman.IsDirect ? "weights direct" : "weights coded");
        Forms.Add($"count {_parts.SequenceCountLength}");
        if (_parts.SequenceCount == 0)
            return;
        Forms.Add($"lengths {_parts.LiteralLengths.Mode}");
        Forms.Add($"offsets {_parts.Offsets.Mode}");
        Forms.Add($"matches {_parts.MatchLengths.Mode}");
    }

    private void Copy(int start)
    {
        var before = _content.Count;
        if (_parts.Type == ZstdBlockType.Rle)
            _content.AddRange(Enumerable.Repeat(_parts.Literals[0], _parts.ContentLength));
        else
            CopySequences();
        Assert.Equal(_parts.ContentLength, _content.Count - before);
        Assert.Equal(_reader.Position, _content.Count - start);
    }

    private void CopySequences()
    {
        var literals = (ReadOnlySpan<byte>)_parts.Literals;
        foreach (var sequence in _parts.Sequences)
        {
            _content.AddRange(literals[..sequence.LiteralLength]);
            literals = literals[sequence.LiteralLength..];
            var from = _content.Count - (int)sequence.Offset;
            for (var index = 0; index < sequence.MatchLength; index++)
                _content.Add(_content[from + index]);
        }
        _content.AddRange(literals);
    }
}
