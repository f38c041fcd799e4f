using System.Buffers;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>Makes the blocks of a frame by a matcher and a writer of blocks.</summary>
internal sealed class GoFrameEncoder : ZstdFrameEncoder
{
    private readonly ZstdBlockDraft _draft = new();
    private readonly GoMatcher _matcher;
    private readonly GoHistory _history;
    private readonly GoBlockWriter _writer;
    private readonly byte[] _block;
    private readonly bool _knowsLast;
    private int _filled;
    private bool _hasBlocks;

    /// <param name="matcher">Finds sequences.</param>
    /// <param name="writer">Writes blocks.</param>
    /// <param name="window">Copies reach back less than this, in bytes.</param>
    /// <param name="blockSize">The content of a block that is full, in bytes.</param>
    /// <param name="knowsLast">The program has the whole content at once: a full block that ends it is the last, and no
    /// empty one follows.</param>
    /// <param name="output">Where blocks go.</param>
    public GoFrameEncoder(GoMatcher matcher, GoBlockWriter writer, int window, int blockSize, bool knowsLast,
        IBufferWriter<byte> output)
        : base(output)
    {
        (_matcher, _writer, _knowsLast) = (matcher, writer, knowsLast);
        _history = new GoHistory(window);
        _block = new byte[blockSize];
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            if (_filled == _block.Length)
                WriteBlock(false);
            var length = Math.Min(content.Length, _block.Length - _filled);
            content[..length].CopyTo(_block.AsSpan(_filled));
            content = content[length..];
            _filled += length;
            if (_filled == _block.Length && !_knowsLast)
                WriteBlock(false);
        }
    }

    /// <inheritdoc/>
    public override void EndBlock()
    {
        if (_filled > 0)
            WriteBlock(false);
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        if (_filled > 0)
        {
            WriteBlock(true);
            return;
        }
        _writer.WriteEnd();
        Output.Write(_writer.Output);
    }

    /// <inheritdoc/>
    public override bool Replace(ReadOnlySpan<byte> block)
    {
        _writer.Replace(block);
        return true;
    }

    private void WriteBlock(bool isLast)
    {
        var content = _block.AsSpan(0, _filled);
        _history.Append(content, _matcher);
        _draft.Clear();
        if (isLast && !_hasBlocks)
            _matcher.FillWhole(_history, _draft);
        else
            _matcher.Fill(_history, _draft);
        _writer.Write(_draft, content, isLast);
        Output.Write(_writer.Output);
        (_filled, _hasBlocks) = (0, true);
    }
}
