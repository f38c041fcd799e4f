using System.Buffers;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Libraries.Zstd;

namespace Diffah.Engine.Compression.Zstd.Libzstd;

/// <summary>
/// What has its own matcher, in jobs of four windows: each begins with new tables, and may refer to an eighth or a
/// quarter of a window of the one before.
/// </summary>
internal sealed class JobEncoder : ZstdFrameEncoder
{
    // ZSTDMT_computeTargetJobLog.
    private const int SmallestJobLog = 20;
    private const int WindowsPerJobLog = 2;

    private static readonly byte[] LastEmptyBlock = [1, 0, 0];

    private readonly ZstdJobEncoder _encoder;
    private readonly bool _endsWithContent;
    private readonly long _length;
    private readonly int _jobLength;
    private readonly int _overlapLength;
    private readonly FrameBody _body;
    private readonly ArrayBufferWriter<byte> _made = new();
    private readonly byte[] _memory;
    private int _overlap;
    private int _filled;
    private long _taken;
    private bool _isFirst = true;
    private bool _isDisposed;

    /// <summary>Begins a frame.</summary>
    /// <param name="frame">What it is to be.</param>
    /// <param name="output">Where its blocks go.</param>
    public JobEncoder(LibzstdFrame frame, IBufferWriter<byte> output)
        : base(output)
    {
        _body = new FrameBody(output);
        _endsWithContent = frame.Profile.Has(LibzstdModes.EndsWithContent);
        _length = frame.Length;
        _jobLength = 1 << Math.Max(SmallestJobLog, frame.WindowLog + WindowsPerJobLog);
        _overlapLength = 1 << frame.OverlapLog;
        var held = _overlapLength + (int)Math.Min(_jobLength, _length);
        _memory = GC.AllocateUninitializedArray<byte>(held);
        _encoder = new ZstdJobEncoder(frame.Settings with { WorksInJobs = false }, frame.Matcher()!);
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> content)
    {
        _taken += content.Length;
        if (_taken > _length)
            throw LibzstdRefusals.ContentDiffers();
        while (!content.IsEmpty)
        {
            if (_filled == _jobLength)
                EndJob(isLast: false);
            var taken = Math.Min(content.Length, _jobLength - _filled);
            content[..taken].CopyTo(_memory.AsSpan(_overlap + _filled));
            _filled += taken;
            content = content[taken..];
        }
    }

    /// <inheritdoc/>
    public override void EndBlock()
    {
        if (_filled > 0)
            EndJob(isLast: false);
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        if (_taken != _length)
            throw LibzstdRefusals.ContentDiffers();
        if (_filled == _jobLength && !_endsWithContent)
            EndJob(isLast: false);
        if (_filled == 0 && !_isFirst)
            Output.Write(LastEmptyBlock);
        else
            EndJob(isLast: true);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _encoder.Dispose();
        }
        base.Dispose(disposing);
    }

    private void EndJob(bool isLast)
    {
        var memory = _memory.AsSpan(0, _overlap + _filled);
        _made.ResetWrittenCount();
        try
        {
            _encoder.Encode(memory, _overlap, _isFirst, isLast, _made);
        }
        catch (ZstdFaultException e)
        {
            throw LibzstdRefusals.Fault(e);
        }
        _body.Begin();
        _body.Write(_made.WrittenSpan);
        _isFirst = false;
        // Only the job itself, not what it could refer to, is there for the next one.
        _overlap = Math.Min(_filled, _overlapLength);
        memory[^_overlap..].CopyTo(_memory);
        _filled = 0;
    }
}
