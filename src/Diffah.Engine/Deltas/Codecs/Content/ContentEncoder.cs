using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Codecs.Content.Executables;
using Diffah.Engine.Deltas.Codecs.Content.Files;
using Diffah.Engine.Deltas.Codecs.Content.Models;
using Diffah.Engine.Deltas.Codecs.Content.Streams;
using Diffah.Engine.Deltas.Codecs.Content.Structure;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>Describes a content by others.</summary>
internal sealed class ContentEncoder : IDisposable
{
    /// <summary>
    /// The memory of what is being coded at the same time. A piece that takes more is coded while no other is.
    /// </summary>
    public const long MostCoding = 320L * 1024 * 1024;

    /// <summary>The bytes of what is coded and waits to be written.</summary>
    public const long MostWaiting = 128L * 1024 * 1024;

    private const int MostQueued = 4096;
    private const int NewAtATime = 1 << 20;

    private readonly ContentMap _target;
    private readonly SourceSet _sources;
    private readonly PairedData[] _pairs;
    private readonly StreamSetWriter _streams;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenSource _stop;
    private readonly ClassWriter[] _classes;
    private readonly FileLedger _ledger;
    private readonly int[] _expected = new int[DataKind.Classes];
    private readonly Queue<PendingPiece> _pending = new();
    private readonly SemaphoreSlim _working;
    private readonly MemoryGate _coding = new(MostCoding);
    private readonly List<TranscodedRecord>[] _coded =
        [.. Enumerable.Range(0, DataKind.Classes).Select(_ => new List<TranscodedRecord>())];
    private long _waiting;
    private int _expectedCopy;

    private ContentEncoder(
        ContentMap target, SourceSet sources, PairedData[] pairs, StreamSetWriter streams, int workers,
        CancellationToken cancellationToken)
    {
        (_target, _sources, _pairs, _streams, _cancellationToken) =
            (target, sources, pairs, streams, cancellationToken);
        _classes = [.. Enumerable.Range(0, DataKind.Classes).Select(c => new ClassWriter(streams, (byte)c))];
        _ledger = new FileLedger(pairs.Length);
        _working = new SemaphoreSlim(workers);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    private Action<long>? Progress { get; init; }

    private LayoutRules Rules { get; init; }

    // Half of the bytes of what is coded are told of when it is matched, half when models have coded it.
    private bool IsTranscoded => Rules != LayoutRules.None;

    /// <summary>Writes a patch that makes a content of others.</summary>
    /// <param name="target">The content.</param>
    /// <param name="sources">The contents that it may be told by, from the lowest to the topmost.</param>
    /// <param name="output">Where the patch goes; not owned.</param>
    /// <param name="work">Where streams wait.</param>
    /// <param name="models">How classes are coded.</param>
    /// <param name="workers">How many threads work at the same time; the patch is the same for any number.</param>
    /// <param name="progress">Told of bytes of the content, from any thread; may be null.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static MadePatch Encode(
        ContentMap target, IReadOnlyList<ContentMap> sources, Stream output, WorkDirectory work, ModelSize models,
        int workers, Action<long>? progress, CancellationToken cancellationToken)
    {
        var plan = SourcePlan.Make(target, sources, cancellationToken);
        var used = plan.Used.Select(i => sources[i]).ToArray();
        using var streams = new StreamSetWriter(work) { IsMixed = models != ModelSize.None };
        var set = new SourceSet([.. used.Select(s => s.File)], used.Select(s => s.Records));
        using var encoder = new ContentEncoder(target, set, plan.Pairs, streams, workers, cancellationToken)
        {
            Progress = progress,
            Rules = models == ModelSize.None ? LayoutRules.None : LayoutRules.All,
        };
        encoder.WriteHeaders();
        encoder.WriteData();
        if (models != ModelSize.None)
            encoder.Transcode(models, work, workers);
        new PatchHead(target.File.Length, [.. used.Select(s => s.File.Length)], models != ModelSize.None)
            .Write(output);
        var stored = streams.WriteTo(output, workers, cancellationToken);
        return new MadePatch(
            plan.Used,
            encoder._ledger.Close(target, plan.Pairs, [.. used.SelectMany(s => s.Entries)], stored));
    }

    /// <summary>Waits for all that was begun: what it reads is disposed of next.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        Task.WhenAll(_pending.Select(p => p.Task).OfType<Task>())
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        _working.Dispose();
        _stop.Dispose();
    }

    private void WriteHeaders()
    {
        var bases = _pairs.Select(p => p.HeaderBase).ToArray();
        var columns = new HeaderEncoder(new MappedContent(_target.File), _target.Records, _sources.Headers)
            .Encode(bases, _target.IsTailZero, _cancellationToken);
        for (var column = 0; column < HeaderColumns.Count; column++)
        {
            var written = columns[(HeaderColumn)column].Written.Span;
            if (!written.IsEmpty)
                _streams[StructureStreams.Headers((HeaderColumn)column)].Add(written);
        }
    }

    private void WriteData()
    {
        // What repeats is counted back from the last data that do not.
        var ordinals = new int[_pairs.Length];
        var count = 0;
        for (var index = 0; index < _pairs.Length; index++)
        {
            var (pair, record) = (_pairs[index], _target.Records[index]);
            if (record.DataLength == 0)
                continue;
            if (pair.Kind == PairedKind.Repeat)
            {
                var back = count - 1 - ordinals[pair.Record];
                Enqueue(null, _ => WriteRepeat(back));
                Progress?.Invoke(record.DataLength);
                continue;
            }
            ordinals[index] = count++;
            if (pair.Kind == PairedKind.Copy)
            {
                Enqueue(null, _ => WriteCopy(pair));
                Progress?.Invoke(record.DataLength);
            }
            else
                Code(index, record.DataOffset, record.DataLength, pair.Kind == PairedKind.Patch ? pair.Record : -1,
                    pair.HeaderBase, _target.Entries[index].Name.Type);
        }
        if (!_target.IsTailZero)
            Code(_pairs.Length, _target.Records.TailOffset, _target.Records.TailLength, TailOf(),
                HeaderEncoder.NoBase, 0);
        while (_pending.Count > 0)
            WriteFirst();
    }

    private StreamDraft Kinds => _streams[StructureStreams.Kinds];

    private StreamDraft References => _streams[StructureStreams.References];

    private void WriteRepeat(int back)
    {
        Kinds.Add(DataKind.Repeated);
        References.AddNumber((ulong)back);
    }

    private void WriteCopy(PairedData pair)
    {
        if (pair.Record == pair.HeaderBase)
            Kinds.Add(DataKind.SameAsBase);
        else
        {
            Kinds.Add(DataKind.Old);
            References.AddSigned(pair.Record - (long)_expectedCopy);
        }
        _expectedCopy = pair.Record + 1;
    }

    /// <summary>The longest tail of a source; a content that is no tar is like another that is none.</summary>
    private int TailOf()
    {
        var longest = -1;
        for (var tail = _sources.Headers.Count; tail < _sources.Count; tail++)
        {
            if (_sources[tail].Length > (longest < 0 ? 0 : _sources[longest].Length))
                longest = tail;
        }
        return longest;
    }

    private void Code(int index, long offset, long length, int old, int baseIndex, byte headerType)
    {
        var start = _target.File.Span(offset, (int)Math.Min(length, FileClassifier.SampleLength));
        var @class = FileClassifier.Classify(headerType, start);
        // Extended headers are short, and like one another: all in a row they take less than operations would.
        if (@class == FileClass.PaxHeader)
            old = -1;
        OldData? data = old < 0 ? null : _sources[old];
        var isFirst = true;
        foreach (var piece in FilePieces.Of(length))
        {
            var (range, writesKind) = (piece, isFirst);
            var task = Task.Run(() => CodeAsync(offset, length, range, data, @class), _stop.Token);
            Enqueue(task, coded => Write(index, coded!, offset, range, old, baseIndex, writesKind));
            isFirst = false;
        }
    }

    private async Task<CodedPiece> CodeAsync(
        long offset, long length, PieceRange piece, OldData? old, FileClass @class)
    {
        await _working.WaitAsync(_stop.Token);
        try
        {
            using var room = await _coding.EnterAsync(
                Math.Min(MostCoding, FileWriter.MemoryOf(piece, old, @class)), _stop.Token);
            var now = _target.File.Span(offset + piece.Start, piece.Length);
            var coded = piece.Length == length
                ? FileWriter.Write(now, old, @class, _stop.Token, Rules)
                : FileWriter.WritePiece(now, old, piece, @class, _stop.Token);
            Interlocked.Add(ref _waiting, coded.Draft.Length);
            Progress?.Invoke(IsTranscoded ? piece.Length / 2 : piece.Length);
            return coded;
        }
        finally
        {
            _working.Release();
        }
    }

    private void Enqueue(Task<CodedPiece>? task, Action<CodedPiece?> write)
    {
        _pending.Enqueue(new PendingPiece(task, write));
        while (_pending.Count > MostQueued || (Interlocked.Read(ref _waiting) > MostWaiting && _pending.Count > 0))
            WriteFirst();
    }

    private void WriteFirst()
    {
        var first = _pending.Dequeue();
        var coded = first.Task?.GetAwaiter().GetResult();
        first.Write(coded);
        if (coded is not null)
            Interlocked.Add(ref _waiting, -coded.Draft.Length);
    }

    private void Write(
        int index, CodedPiece piece, long offset, PieceRange range, int old, int baseIndex, bool isFirst)
    {
        var group = (byte)piece.Class;
        _ledger.Begin(_streams, group);
        if (isFirst)
        {
            Kinds.Add((byte)(DataKind.Coded + group));
            var length = index < _target.Records.Count
                ? _target.Records[index].DataLength
                : _target.Records.TailLength;
            _coded[group].Add(new TranscodedRecord(index, baseIndex, offset, length));
        }
        var descriptions = _streams[new StreamKey(group, StreamKind.Descriptions)];
        var hasOld = (piece.Flags & FileFlags.HasOld) != 0;
        var isExpected = hasOld && old == baseIndex;
        descriptions.Add((byte)(piece.Flags | (isExpected ? FileFlags.IsExpected : FileFlags.None)));
        if (hasOld && !isExpected)
            descriptions.AddSigned(old - (long)_expected[group]);
        if (hasOld)
            _expected[group] = old + 1;
        _classes[group].Add(piece.Draft);
        if (piece.IsNew)
            AddNew(group, offset + range.Start, range.Length);
        _ledger.End(_streams, group, index, hasOld);
    }

    private void Transcode(ModelSize models, WorkDirectory work, int workers)
    {
        var transcoder = new ClassTranscoder(_target.File, _sources, _streams, work, models)
        {
            Progress = Progress,
        };
        var classes = Enumerable.Range(0, _coded.Length).Where(c => _coded[c].Count > 0)
            .OrderByDescending(c => _coded[c].Sum(r => r.Length)).ToArray();
        var charges = new IReadOnlyList<RecordCharge>?[_coded.Length];
        ParallelWork.For(
            classes.Length, workers,
            (i, stop) => charges[classes[i]] = transcoder.Transcode((byte)classes[i], _coded[classes[i]], stop),
            _cancellationToken);
        foreach (var @class in classes)
        {
            if (charges[@class] is { } replaced)
                _ledger.Replace((byte)@class, replaced);
        }
    }

    private void AddNew(byte group, long offset, int length)
    {
        var literals = _streams[new StreamKey(group, StreamKind.Literals)];
        for (var done = 0; done < length; done += NewAtATime)
            literals.Add(_target.File.Span(offset + done, Math.Min(NewAtATime, length - done)));
    }

    /// <summary>What is written in its turn.</summary>
    /// <param name="Task">Codes it; null where nothing is to be coded.</param>
    /// <param name="Write">Writes it.</param>
    private sealed record PendingPiece(Task<CodedPiece>? Task, Action<CodedPiece?> Write);
}
