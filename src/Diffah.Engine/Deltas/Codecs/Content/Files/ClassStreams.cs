using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content.Files;

/// <summary>The streams of a class of files while they are written.</summary>
/// <param name="streams">All streams of the patch.</param>
/// <param name="group">The class.</param>
internal sealed class ClassWriter(StreamSetWriter streams, byte group)
{
    // The right bytes since the last wrong one of any file.
    private long _gap;

    /// <summary>Adds a file.</summary>
    /// <param name="draft">What it adds.</param>
    public void Add(FileDraft draft)
    {
        Add(StreamKind.Adds, draft.Adds);
        Add(StreamKind.Inserts, draft.Inserts);
        Add(StreamKind.Seeks, draft.Seeks);
        Add(StreamKind.Jumps, draft.Jumps);
        Add(StreamKind.Corrections, draft.Corrections);
        Add(StreamKind.Literals, draft.Literals);
        Add(StreamKind.Layouts, draft.Layouts);
        Add(StreamKind.Nestings, draft.Nestings);
        Add(StreamKind.Descriptions, draft.Descriptions);
        if (draft.Corrections.Count == 0)
        {
            _gap += draft.LastGap;
            return;
        }
        streams[new StreamKey(group, StreamKind.Gaps)].AddNumber((ulong)(_gap + draft.FirstGap));
        Add(StreamKind.Gaps, draft.Gaps);
        _gap = draft.LastGap;
    }

    private void Add(StreamKind kind, NumberWriter bytes)
    {
        if (bytes.Count > 0)
            streams[new StreamKey(group, kind)].Add(bytes.Written);
    }
}

/// <summary>The streams of a class of files while they are read; by one thread.</summary>
internal sealed class ClassStreams
{
    private long _wrong = -1;

    /// <param name="streams">All streams of the patch.</param>
    /// <param name="group">The class.</param>
    public ClassStreams(StreamSetReader streams, byte group)
    {
        StreamCursor Of(StreamKind kind) => streams[new StreamKey(group, kind)];
        (Adds, Inserts, Seeks, Jumps) =
            (Of(StreamKind.Adds), Of(StreamKind.Inserts), Of(StreamKind.Seeks), Of(StreamKind.Jumps));
        (Gaps, Corrections, Literals) = (Of(StreamKind.Gaps), Of(StreamKind.Corrections), Of(StreamKind.Literals));
        (Layouts, Nestings, Descriptions) =
            (Of(StreamKind.Layouts), Of(StreamKind.Nestings), Of(StreamKind.Descriptions));
    }

    public StreamCursor Adds { get; }

    public StreamCursor Inserts { get; }

    public StreamCursor Seeks { get; }

    public StreamCursor Jumps { get; }

    public StreamCursor Gaps { get; }

    public StreamCursor Corrections { get; }

    public StreamCursor Literals { get; }

    public StreamCursor Layouts { get; }

    public StreamCursor Nestings { get; }

    public StreamCursor Descriptions { get; }

    /// <summary>Adds to predicted bytes what they lack.</summary>
    /// <param name="bytes">Predicted bytes; the next of the class.</param>
    public void Correct(Span<byte> bytes)
    {
        if (_wrong < 0)
            _wrong = NextGap();
        var at = 0;
        while (_wrong < bytes.Length - at)
        {
            at += (int)_wrong;
            bytes[at++] += Corrections.Take();
            _wrong = NextGap();
        }
        _wrong -= bytes.Length - at;
    }

    // Where no wrong byte follows, all that follow are right.
    private long NextGap() => Gaps.Left == 0 ? long.MaxValue : Gaps.TakeNumber(long.MaxValue);
}
