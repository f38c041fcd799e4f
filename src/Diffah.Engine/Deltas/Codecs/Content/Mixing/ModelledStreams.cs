using Diffah.Engine.Deltas.Codecs.Content.Files;
using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content.Mixing;

/// <summary>The models of a class, for either way.</summary>
internal sealed class ClassModels
{
    private readonly OpModel _ops;
    private readonly CorrectionModel _corrections;
    private readonly LiteralModel? _literals;
    private ulong _last;

    public ClassModels(OpModel ops, CorrectionModel corrections, LiteralModel? literals) =>
        (_ops, _corrections, _literals) = (ops, corrections, literals);

    /// <summary>Whether inserted bytes are coded here.</summary>
    public bool HasLiterals => _literals is not null;

    public PatchOp[] CodeOps(
        ReadOnlySpan<PatchOp> ops, ReadOnlySpan<byte> old, int newLength, OpForm form) =>
        _ops.Code(ops, old, newLength, form != OpForm.Lengths);

    public void Begin(ReadOnlySpan<byte> old, ReadOnlySpan<PatchOp> ops)
    {
        var inserted = 0L;
        foreach (var op in ops)
            inserted += op.Insert;
        _literals?.Begin(old, inserted);
        _corrections.Begin();
        _last = 0;
    }

    public void Correct(in PredictedBlock block, ReadOnlySpan<byte> predicted, Span<byte> actual)
    {
        _corrections.Code(block, predicted, actual);
        Passed(actual);
    }

    public void Insert(in InsertedBlock block, Span<byte> bytes) =>
        _last = _literals!.Code(block.Old, block.Behind, block.Before, block.Place, _last, bytes);

    /// <summary>Says that bytes were passed that are coded elsewhere.</summary>
    public void Passed(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes[Math.Max(0, bytes.Length - sizeof(ulong))..])
            _last = (_last << 8) | value;
    }
}

/// <summary>Reads a class by its models.</summary>
/// <param name="models">The models; they read.</param>
/// <param name="streams">The streams that are no models'.</param>
internal sealed class ModelledStreams(ClassModels models, ClassStreams streams) : IClassCoding
{
    public StreamCursor Descriptions => streams.Descriptions;

    public StreamCursor Layouts => streams.Layouts;

    public StreamCursor Nestings => streams.Nestings;

    public PatchOp[] ReadOps(ReadOnlySpan<byte> old, int newLength, OpForm form) =>
        models.CodeOps([], old, newLength, form);

    public void Begin(ReadOnlySpan<byte> old, ReadOnlySpan<PatchOp> ops) => models.Begin(old, ops);

    public void Correct(in PredictedBlock block, Span<byte> bytes)
    {
        Span<byte> predicted = stackalloc byte[bytes.Length];
        bytes.CopyTo(predicted);
        models.Correct(block, predicted, bytes);
    }

    public void Insert(in InsertedBlock block, Span<byte> bytes)
    {
        if (models.HasLiterals)
        {
            models.Insert(block, bytes);
            return;
        }
        streams.Insert(block, bytes);
        models.Passed(bytes);
    }
}

/// <summary>Reads a class by its streams, and writes it by its models.</summary>
/// <param name="models">The models; they write.</param>
/// <param name="streams">The streams.</param>
internal sealed class TranscodedStreams(ClassModels models, ClassStreams streams) : IClassCoding
{
    public StreamCursor Descriptions => streams.Descriptions;

    public StreamCursor Layouts => streams.Layouts;

    public StreamCursor Nestings => streams.Nestings;

    public PatchOp[] ReadOps(ReadOnlySpan<byte> old, int newLength, OpForm form)
    {
        var ops = streams.ReadOps(old, newLength, form);
        models.CodeOps(ops, old, newLength, form);
        return ops;
    }

    public void Begin(ReadOnlySpan<byte> old, ReadOnlySpan<PatchOp> ops) => models.Begin(old, ops);

    public void Correct(in PredictedBlock block, Span<byte> bytes)
    {
        Span<byte> predicted = stackalloc byte[bytes.Length];
        bytes.CopyTo(predicted);
        streams.Correct(block, bytes);
        models.Correct(block, predicted, bytes);
    }

    public void Insert(in InsertedBlock block, Span<byte> bytes)
    {
        streams.Insert(block, bytes);
        if (models.HasLiterals)
            models.Insert(block, bytes);
        else
            models.Passed(bytes);
    }
}
