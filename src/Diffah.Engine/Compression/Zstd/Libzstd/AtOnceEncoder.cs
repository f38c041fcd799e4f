using System.Buffers;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Libraries.Zstd;

namespace Diffah.Engine.Compression.Zstd.Libzstd;

/// <summary>The library as it is called by programs that hold all the content: it finds matches in one piece of
/// memory.</summary>
internal sealed class AtOnceEncoder : ZstdFrameEncoder
{
    private readonly LibzstdFrame _frame;
    private readonly byte[] _content;
    private int _filled;

    /// <summary>Begins a frame.</summary>
    /// <param name="frame">What it is to be.</param>
    /// <param name="output">Where its blocks go.</param>
    public AtOnceEncoder(LibzstdFrame frame, IBufferWriter<byte> output)
        : base(output)
    {
        _frame = frame;
        _content = GC.AllocateUninitializedArray<byte>((int)frame.Length);
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> content)
    {
        if (!content.TryCopyTo(_content.AsSpan(_filled)))
            throw LibzstdRefusals.ContentDiffers();
        _filled += content.Length;
    }

    /// <inheritdoc/>
    /// <exception cref="RecipeRefusedException">Always: who gives all content at once does not flush.</exception>
    public override void EndBlock() => throw LibzstdRefusals.Unknown();

    /// <inheritdoc/>
    public override void Finish()
    {
        if (_filled != _content.Length)
            throw LibzstdRefusals.ContentDiffers();
        try
        {
            var body = new FrameBody(Output);
            using var encoder = new ZstdEncoder(_frame.Settings, _frame.Matcher());
            encoder.EncodeAtOnce(_content, body.Write);
        }
        catch (ZstdFaultException e)
        {
            throw LibzstdRefusals.Fault(e);
        }
    }
}
