using System.Buffers;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>Makes the blocks of a frame.</summary>
/// <param name="workplace">Where blocks are made; given back at the end.</param>
/// <param name="knowsLast">The program has the whole content at once: a full block that ends it is the last, and no
/// empty one follows.</param>
/// <param name="output">Where blocks go.</param>
internal sealed class GoFrameEncoder(GoWorkplace workplace, bool knowsLast, IBufferWriter<byte> output)
    : ZstdFrameEncoder(output)
{
    private int _filled;
    private bool _hasBlocks;
    private bool _hasLeft;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            if (_filled == workplace.BlockSize)
                WriteBlock(false);
            var length = Math.Min(content.Length, workplace.BlockSize - _filled);
            content[..length].CopyTo(workplace.Filling.AsSpan(_filled));
            content = content[length..];
            _filled += length;
            if (_filled == workplace.BlockSize && !knowsLast)
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
        workplace.Writer.WriteEnd();
        Output.Write(workplace.Writer.Output);
    }

    /// <inheritdoc/>
    public override bool Replace(ReadOnlySpan<byte> block)
    {
        workplace.Writer.Replace(block);
        return true;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_hasLeft)
            workplace.Leave();
        _hasLeft = true;
        base.Dispose(disposing);
    }

    private void WriteBlock(bool isLast)
    {
        ObjectDisposedException.ThrowIf(_hasLeft, this);
        var content = workplace.Filling.AsSpan(0, _filled);
        workplace.History.Append(content, workplace.Matcher);
        workplace.Draft.Clear();
        if (isLast && !_hasBlocks)
            workplace.Matcher.FillWhole(workplace.History, workplace.Draft);
        else
            workplace.Matcher.Fill(workplace.History, workplace.Draft);
        workplace.Writer.Write(workplace.Draft, content, isLast);
        Output.Write(workplace.Writer.Output);
        (_filled, _hasBlocks) = (0, true);
    }
}
