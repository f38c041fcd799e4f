using Diffah.Engine.Deltas.Codecs.Content.Files;
using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content.Models;

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
