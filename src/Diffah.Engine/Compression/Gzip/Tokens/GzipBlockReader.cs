using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Engine.Compression.Gzip.Tokens;

/// <summary>Reads a gzip stream block by block.</summary>
internal sealed class GzipBlockReader : IDisposable
{
    private const int WindowSize = 1 << 20;

    private readonly DeflateInput _input;
    private readonly ContentWindow _window = new(WindowSize);
    private readonly Inflater _inflater;

    /// <param name="stream">The stream; not owned.</param>
    public GzipBlockReader(Stream stream)
    {
        _input = new(stream);
        _inflater = new(_input, _window);
    }

    /// <summary>Begins a member, and gives its header.</summary>
    public byte[] ReadHeader()
    {
        var header = GzipHeader.Read(_input);
        _window.Reset();
        _inflater.Reset();
        return header;
    }

    /// <summary>Reads the next block of a member.</summary>
    public void Read(GzipBlock block)
    {
        block.Clear();
        var start = -1L;
        while (true)
        {
            if (_inflater.BlockCount == 0 || !_inflater.Blocks[0].IsComplete)
                _inflater.Fill();
            ref var found = ref _inflater.Blocks[0];
            if (start < 0)
                Begin(block, found, out start);
            block.Add(_inflater.Tokens.Slice(found.TokenStart, found.TokenCount));
            if (found.IsComplete)
            {
                Finish(block, found, start);
                return;
            }
            _inflater.Drop(found.TokenCount, 0);
            _window.Slide(_window.End);
        }
    }

    /// <summary>The bits of the last byte of a member that no block has.</summary>
    public byte ReadPadding() => (byte)_input.Align();

    /// <summary>The trailer of a member.</summary>
    public void ReadTrailer(Span<byte> trailer)
    {
        foreach (ref var value in trailer)
            value = _input.TakeByte();
    }

    /// <summary>Whether another member follows.</summary>
    public bool BeginsMember() => GzipHeader.BeginsAt(_input);

    /// <summary>What is behind the last member.</summary>
    public byte[] ReadTrailing()
    {
        var trailing = new List<byte>();
        while (!_input.IsAtEnd())
        {
            if (trailing.Count == RecipeBounds.TrailingBytes)
                throw new RecipeRefusedException(
                    RecipeRefusal.TrailingData, "What follows the gzip stream is longer than a recipe can hold.");
            trailing.Add(_input.TakeByte());
        }
        return [.. trailing];
    }

    public void Dispose()
    {
        _inflater.Dispose();
        _window.Dispose();
        _input.Dispose();
    }

    private void Begin(GzipBlock block, in InflatedBlock found, out long start)
    {
        (block.Type, block.IsFinal, start) = (found.Type, found.IsFinal, found.ContentStart);
        if (found.Type == BlockType.Dynamic)
            block.Header.CopyFrom(_inflater.Header(found));
    }

    private void Finish(GzipBlock block, in InflatedBlock found, long start)
    {
        var length = found.Type == BlockType.Stored ? found.StoredLength : 0L;
        foreach (var token in block.Tokens)
            length += Token.Length(token);
        if (length > GzipBlock.MostContent)
            throw new RecipeRefusedException(
                RecipeRefusal.BlockTooLong, "A block of the stream has more content than a recipe can ask for.");
        block.ContentLength = (int)length;
        _inflater.Drop(found.TokenCount, 1);
        if (_inflater.BlockCount == 0)
            _window.Slide(_window.End);
    }
}
