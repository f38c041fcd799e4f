using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Codecs.Content.Executables;
using Diffah.Engine.Deltas.Codecs.Content.Files;
using Diffah.Engine.Deltas.Codecs.Content.Models;
using Diffah.Engine.Deltas.Codecs.Content.Streams;
using Diffah.Engine.Deltas.Codecs.Content.Structure;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>
/// Makes a content from a patch and the contents that it refers to. What comes out in a file is to be verified by its
/// digest. Classes of files are rebuilt at the same time, each by one worker.
/// </summary>
internal sealed class ContentDecoder
{
    private const int CopyLength = 1 << 20;
    private const int CopiesAtATime = 256;

    private readonly StreamSetReader _streams;
    private readonly SourceSet _sources;
    private readonly IContentOutput _output;
    private readonly Action<long>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly List<CodedData>[] _coded =
        [.. Enumerable.Range(0, DataKind.Classes).Select(_ => new List<CodedData>())];
    private readonly Lock _largeNested = new();
    private readonly List<CopiedData> _copied = [];
    private readonly List<(long From, long To, long Length)> _repeated = [];

    private ContentDecoder(
        StreamSetReader streams, SourceSet sources, IContentOutput output, Action<long>? progress,
        CancellationToken cancellationToken) =>
        (_streams, _sources, _output, _progress, _cancellationToken) =
            (streams, sources, output, progress, cancellationToken);

    /// <summary>Makes the file.</summary>
    /// <param name="patch">The patch; not owned.</param>
    /// <param name="files">The contents that it refers to, in its order; not owned.</param>
    /// <param name="length">Bytes of the content to make.</param>
    /// <param name="path">Absolute path of the file, which is not there yet.</param>
    /// <param name="workers">How many threads work at the same time.</param>
    /// <param name="progress">Told of bytes, from any thread; may be null.</param>
    /// <param name="cancellationToken">Stops the work; the file is left as it is.</param>
    /// <exception cref="InvalidDataException">The patch is not valid, or is for other contents.</exception>
    public static void Decode(
        IPatchBytes patch, IReadOnlyList<MappedFile> files, long length, string path, int workers,
        Action<long>? progress, CancellationToken cancellationToken)
    {
        using var streams = Open(patch, files, length);
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
        RandomAccess.SetLength(file, length);
        Decode(streams, files, length, new ContentFileOutput(file), workers, progress, cancellationToken);
    }

    /// <summary>Makes a content, and compares it with one that is there.</summary>
    /// <param name="patch">The patch; not owned.</param>
    /// <param name="files">The contents that it refers to, in its order; not owned.</param>
    /// <param name="expected">What it is to make; not owned.</param>
    /// <param name="workers">How many threads work at the same time.</param>
    /// <param name="progress">Told of bytes, from any thread; may be null.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InvalidDataException">The patch does not make it.</exception>
    public static void Compare(
        IPatchBytes patch, IReadOnlyList<MappedFile> files, MappedFile expected, int workers,
        Action<long>? progress, CancellationToken cancellationToken)
    {
        using var streams = Open(patch, files, expected.Length);
        var compared = new ComparedContent(expected);
        Decode(streams, files, expected.Length, compared, workers, progress, cancellationToken);
        compared.Finish();
    }

    private static void Decode(
        StreamSetReader streams, IReadOnlyList<MappedFile> files, long length, IContentOutput output, int workers,
        Action<long>? progress, CancellationToken cancellationToken)
    {
        var sources = SourceSet.Read(files, workers, cancellationToken);
        var decoder = new ContentDecoder(streams, sources, output, progress, cancellationToken);
        decoder.ReadStructure(length);
        decoder.Run(workers);
        streams.RequireEnd();
    }

    private static StreamSetReader Open(IPatchBytes patch, IReadOnlyList<MappedFile> files, long length)
    {
        using var bytes = new StreamCursor(patch.Open(0, patch.Length), patch.Length);
        var head = PatchHead.Read(bytes);
        head.Require(length, files.Select(f => f.Length));
        var directory = StreamDirectory.Read(bytes, head.HasModels);
        return new StreamSetReader(patch, directory, patch.Length - bytes.Left) { HasModels = head.HasModels };
    }

    /// <summary>Writes headers and paddings, and finds out where all data come from.</summary>
    private void ReadStructure(long length)
    {
        var columns = new HeaderColumnReader(
            [.. Enumerable.Range(0, HeaderColumns.Count)
                .Select(c => _streams.OpenStream(StructureStreams.Headers((HeaderColumn)c)))]);
        var headers = new HeaderDecoder(columns, _sources.Headers, length);
        var places = new DataPlaces(_streams, _sources);
        using var output = new PieceOutput(_output, null);
        while (headers.Next())
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var record = headers.Record;
            output.Begin(record.Offset);
            output.Write(headers.Header);
            // What is not written is zeros.
            if (headers.Padding.ContainsAnyExcept((byte)0))
            {
                output.Begin(record.DataEnd);
                output.Write(headers.Padding);
            }
            Place(places.Next(record.DataOffset, record.DataLength, headers.BaseIndex));
        }
        output.Flush();
        if (!headers.IsTailZero)
            Place(places.Next(headers.TailOffset, length - headers.TailOffset, HeaderEncoder.NoBase));
    }

    private void Place(DataPlace place)
    {
        if (place.Class is { } @class)
            _coded[@class].Add(new CodedData(place.Base, place.Offset, place.Length));
        else if (place.Old is { } old)
            _copied.Add(new CopiedData(old, place.Offset));
        else if (place.Length > 0)
            _repeated.Add((place.Earlier, place.Offset, place.Length));
    }

    private void Run(int workers)
    {
        var work = new List<Action<CancellationToken>>();
        for (var index = 0; index < _coded.Length; index++)
        {
            var (@class, coded) = ((byte)index, _coded[index]);
            if (coded.Count > 0)
                work.Add(stop => ReadClass(@class, coded, stop));
        }
        for (var start = 0; start < _copied.Count; start += CopiesAtATime)
        {
            var (from, to) = (start, Math.Min(start + CopiesAtATime, _copied.Count));
            work.Add(stop => Copy(from, to, stop));
        }
        ParallelWork.For(work.Count, workers, (index, stop) => work[index](stop), _cancellationToken);
        Repeat();
    }

    private void ReadClass(byte group, List<CodedData> coded, CancellationToken cancellationToken)
    {
        using var output = new PieceOutput(_output, _progress);
        var streams = new ClassStreams(kind => _streams[new StreamKey(group, kind)]);
        var isModelled = _streams.IsModelled(new StreamKey(group, StreamKind.Adds));
        using var models = isModelled ? ModelReader.Open(_streams, group, cancellationToken) : null;
        var reader = new FileReader(
            models is null ? streams : new ModelledStreams(models.Models, streams), _sources, output, _largeNested,
            cancellationToken)
        {
            Rules = _streams.HasModels ? LayoutRules.All : LayoutRules.None,
        };
        foreach (var data in coded)
            reader.Read(data.Base, data.Offset, data.Length);
        models?.RequireEnd();
    }

    private void Copy(int from, int to, CancellationToken cancellationToken)
    {
        foreach (var (old, offset) in _copied[from..to])
        {
            for (var done = 0L; done < old.Length;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var part = old.Span(new PieceRange(done, (int)Math.Min(CopyLength, old.Length - done)));
                _output.Write(offset + done, part);
                _progress?.Invoke(part.Length);
                done += part.Length;
            }
        }
    }

    // What is repeated stands before all of its repetitions, and is there now.
    private void Repeat()
    {
        using var output = new PieceOutput(_output, _progress);
        var buffer = new byte[PieceOutput.BufferSize];
        foreach (var (from, to, length) in _repeated)
        {
            output.Begin(to);
            for (var done = 0L; done < length;)
            {
                _cancellationToken.ThrowIfCancellationRequested();
                var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - done));
                _output.Read(from + done, part);
                output.Write(part);
                done += part.Length;
            }
            output.Flush();
        }
    }

    private readonly record struct CodedData(int Base, long Offset, long Length);

    private readonly record struct CopiedData(OldData Old, long Offset);
}
