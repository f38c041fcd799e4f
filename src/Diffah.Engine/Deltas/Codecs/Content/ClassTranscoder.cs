using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Codecs.Content.Executables;
using Diffah.Engine.Deltas.Codecs.Content.Files;
using Diffah.Engine.Deltas.Codecs.Content.Models;
using Diffah.Engine.Deltas.Codecs.Content.Streams;
using Diffah.Engine.Deltas.Codecs.Content.Structure;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>
/// Codes the streams of classes by models: it reads each class as a receiver would, and writes by models what it reads.
/// So the models see all that a receiver sees, and nothing else.
/// </summary>
internal sealed class ClassTranscoder(
    MappedFile target, SourceSet sources, StreamSetWriter streams, WorkDirectory work, ModelSize size)
{
    // A class with more of them stays with zstd: models take about a microsecond a byte.
    private const long MostOpsAndCorrections = 32L << 20;

    /// <summary>Told of half of the bytes of what is coded, from any thread; may be null.</summary>
    public Action<long>? Progress { get; init; }

    private readonly Lock _largeNested = new();
    private readonly Lock _changing = new();

    /// <summary>Codes a class. Its streams are gone afterwards, those of the models are there.</summary>
    /// <param name="group">The class.</param>
    /// <param name="records">Its records, in order.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>What the records take of the models' streams; null where the class stays as it is.</returns>
    public IReadOnlyList<RecordCharge>? Transcode(
        byte group, IReadOnlyList<TranscodedRecord> records, CancellationToken cancellationToken)
    {
        if (RawLength(group, StreamKind.Adds) + RawLength(group, StreamKind.Corrections) > MostOpsAndCorrections)
        {
            foreach (var record in records)
                Progress?.Invoke(HalfOf(record));
            return null;
        }
        var hasLiterals = RawLength(group, StreamKind.Literals) is > 0 and <= LiteralModel.MostBytes;
        var writers = ClassModels.Kinds
            .Where(kind => kind != StreamKind.Literals || hasLiterals)
            .ToDictionary(kind => kind, _ => new StreamDraft(work));
        var charges = new List<RecordCharge>();
        try
        {
            Transcode(group, records, writers, charges, cancellationToken);
        }
        catch
        {
            foreach (var writer in writers.Values)
                writer.Dispose();
            throw;
        }
        Exchange(group, writers, hasLiterals);
        return charges;
    }

    private void Transcode(
        byte group, IReadOnlyList<TranscodedRecord> records, Dictionary<StreamKind, StreamDraft> writers,
        List<RecordCharge> charges, CancellationToken cancellationToken)
    {
        var heads = writers.Keys.ToDictionary(
            kind => kind, kind => ModelHead.For(size == ModelSize.Full, RawLength(group, kind)));
        using var room = ClassModels.Enter([.. heads.Values], cancellationToken);
        var coders = writers.ToDictionary(w => w.Key, w => Begin(w.Value, heads[w.Key]));
        using var models = ModelsOf(group, heads, coders);
        using var opened = new OpenedStreams();
        var told = 0L;
        using var output = new PieceOutput(new KnownContent(target), bytes => Tell(bytes / 2));
        var plain = new ClassStreams(kind =>
        {
            lock (_changing)
                return opened.Add(streams.Open(new StreamKey(group, kind)));
        });
        var reader = new FileReader(
            new TranscodedStreams(models, plain), sources, output, _largeNested, cancellationToken)
        {
            Rules = LayoutRules.All,
        };
        var charged = new Dictionary<StreamKind, long>();
        for (var index = 0; index < records.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var record = records[index];
            told = 0;
            reader.Read(record.Base, record.Offset, record.Length);
            Tell(HalfOf(record) - told);
            if (index == records.Count - 1)
                foreach (var coder in coders.Values)
                    coder.Finish();
            foreach (var (kind, coder) in coders)
            {
                var length = coder.Length + 1;
                var bytes = length - charged.GetValueOrDefault(kind);
                charged[kind] = length;
                if (bytes > 0)
                    charges.Add(new RecordCharge(record.Index, kind, bytes));
            }
        }

        void Tell(long bytes)
        {
            told += bytes;
            Progress?.Invoke(bytes);
        }
    }

    private static RangeEncoder Begin(StreamDraft writer, ModelHead head)
    {
        writer.Add(head.Value);
        return new RangeEncoder(new DraftStream(writer));
    }

    private static ClassModels ModelsOf(
        byte group, Dictionary<StreamKind, ModelHead> heads, Dictionary<StreamKind, RangeEncoder> coders)
    {
        var (ops, corrections) = (heads[StreamKind.Adds], heads[StreamKind.Corrections]);
        return new ClassModels(
            new OpModel(coders[StreamKind.Adds], ops.SlotsLog),
            new CorrectionModel(coders[StreamKind.Corrections], corrections.IsFull, corrections.SlotsLog),
            heads.TryGetValue(StreamKind.Literals, out var literals)
                ? new LiteralModel(
                    coders[StreamKind.Literals], literals.IsFull, literals.SlotsLog, group == (byte)FileClass.Text)
                : null);
    }

    // What was not told of when the pieces were matched.
    private static long HalfOf(TranscodedRecord record) =>
        record.Length - FilePieces.Of(record.Length).Sum(p => (long)p.Length / 2);

    /// <summary>How many bytes the streams have that a model stands for.</summary>
    private long RawLength(byte group, StreamKind kind)
    {
        ReadOnlySpan<StreamKind> kinds = kind switch
        {
            StreamKind.Adds =>
            [
                StreamKind.Adds, StreamKind.Inserts, StreamKind.Seeks, StreamKind.Jumps, StreamKind.Ends,
                StreamKind.Rows,
            ],
            StreamKind.Corrections =>
            [
                StreamKind.Gaps, StreamKind.Corrections, StreamKind.FieldGaps, StreamKind.FieldCorrections,
            ],
            _ => [kind],
        };
        var sum = 0L;
        lock (_changing)
        {
            foreach (var one in kinds)
                sum += streams.LengthOf(new StreamKey(group, one));
        }
        return sum;
    }

    private void Exchange(byte group, Dictionary<StreamKind, StreamDraft> writers, bool hasLiterals)
    {
        lock (_changing)
        {
            foreach (var kind in Enum.GetValues<StreamKind>())
            {
                if (ClassModels.Replaces(kind) && (kind != StreamKind.Literals || hasLiterals))
                    streams.Remove(new StreamKey(group, kind));
            }
            foreach (var (kind, writer) in writers)
                streams.AddModelled(new StreamKey(group, kind), writer);
        }
    }

    private sealed class OpenedStreams : IDisposable
    {
        private readonly List<StreamCursor> _streams = [];

        public StreamCursor Add(StreamCursor stream)
        {
            _streams.Add(stream);
            return stream;
        }

        public void Dispose() => _streams.ForEach(s => s.Dispose());
    }
}

/// <summary>A record of a class that is transcoded.</summary>
/// <param name="Index">Which record of the target it is.</param>
/// <param name="Base">The old data that are expected to be like it; -1 for none.</param>
/// <param name="Offset">Where its data are in the target.</param>
/// <param name="Length">How many bytes they have.</param>
internal readonly record struct TranscodedRecord(int Index, int Base, long Offset, long Length);

/// <summary>What a record takes of a stream.</summary>
/// <param name="Record">Which record of the target it is.</param>
/// <param name="Kind">The stream.</param>
/// <param name="Bytes">The bytes.</param>
internal readonly record struct RecordCharge(int Record, StreamKind Kind, long Bytes);

/// <summary>A content that is there: what is rebuilt of it goes nowhere, and what is read is read from it.</summary>
/// <param name="content">The content; not owned.</param>
internal sealed class KnownContent(MappedFile content) : IContentOutput
{
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
    }

    public void Overwrite(long offset, ReadOnlySpan<byte> bytes)
    {
    }

    public void Read(long offset, Span<byte> bytes) => content.Span(offset, bytes.Length).CopyTo(bytes);
}
