using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Deltas.Codecs.Content;
using Diffah.Engine.Deltas.Codecs.Content.Files;
using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Engine.Deltas.Codecs.Content.Models;
using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Fuzz.Building;

/// <summary>A file that is written or read by the models of a class, without the patch around it.</summary>
internal sealed class ModelledFile : IClassCoding
{
    private const int Streams = 3;

    private readonly byte[]? _now;
    private readonly ClassModels _models;
    private readonly MemoryStream[] _written = [.. Enumerable.Range(0, Streams).Select(_ => new MemoryStream())];
    private readonly RangeEncoder[] _encoders = [];
    private PatchOp[] _ops = [];

    private ModelledFile(byte[] now, ModelHead head)
    {
        _now = now;
        foreach (var stream in _written)
            stream.WriteByte(head.Value);
        _encoders = [.. _written.Select(s => new RangeEncoder(s))];
        _models = Models(_encoders, [head, head, head]);
    }

    private ModelledFile(Stream[] streams)
    {
        ModelHead[] heads = [.. streams.Select(ModelHead.Read)];
        _models = Models([.. streams.Select(s => new RangeDecoder(s))], heads);
    }

    public StreamCursor Descriptions => throw new NotSupportedException();

    public StreamCursor Layouts => throw new NotSupportedException();

    public StreamCursor Nestings => throw new NotSupportedException();

    public static ModelledFile Writer(byte[] now, ModelHead head) => new(now, head);

    public static ModelledFile Reader(byte[][] streams) => new([.. streams.Select(s => new MemoryStream(s))]);

    /// <summary>Writes or reads the file.</summary>
    public byte[] Code(PatchOp[] ops, byte[] old, int length, OpForm form)
    {
        _ops = ops;
        var output = new MemoryOutput(length);
        FileDecoder.Decode(old, ReadOps(old, length, form), null, this, output, default);
        return output.Written.ToArray();
    }

    /// <summary>What was written: operations, corrections, and inserted bytes.</summary>
    public byte[][] Finish()
    {
        foreach (var encoder in _encoders)
            encoder.Finish();
        return [.. _written.Select(s => s.ToArray())];
    }

    public PatchOp[] ReadOps(ReadOnlySpan<byte> old, int newLength, OpForm form) =>
        _models.CodeOps(_ops, old, newLength, form);

    public void Begin(ReadOnlySpan<byte> old, ReadOnlySpan<PatchOp> ops) => _models.Begin(old, ops);

    public void Correct(in PredictedBlock block, Span<byte> bytes)
    {
        var predicted = bytes.ToArray();
        _now?.AsSpan(block.Place, bytes.Length).CopyTo(bytes);
        _models.Correct(block, predicted, bytes);
    }

    public void Insert(in InsertedBlock block, Span<byte> bytes)
    {
        _now?.AsSpan(block.Place, bytes.Length).CopyTo(bytes);
        _models.Insert(block, bytes);
    }

    private static ClassModels Models(BitCoder[] coders, ModelHead[] heads) => new(
        new OpModel(coders[0], heads[0].SlotsLog),
        new CorrectionModel(coders[1], heads[1].IsFull, heads[1].SlotsLog),
        new LiteralModel(coders[2], heads[2].IsFull, heads[2].SlotsLog, isText: heads[2].SlotsLog % 2 == 0));
}
