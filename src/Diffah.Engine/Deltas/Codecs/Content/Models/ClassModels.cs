using System.Collections.Immutable;
using Diffah.Engine.Compression;
using Diffah.Engine.Deltas.Codecs.Content.Files;
using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content.Models;

/// <summary>The models of a class, for either way.</summary>
internal sealed class ClassModels : IDisposable
{
    // Two classes with long streams and full models fit, three with compact ones.
    private const long MostMemory = 192L << 20;

    // History, places, and tables of a fixed size.
    private const long SmallMemory = 16L << 20;

    // A model has up to so many tables of its size.
    private const long MostTables = 2;

    private readonly OpModel _ops;
    private readonly CorrectionModel _corrections;
    private readonly LiteralModel? _literals;
    private ulong _last;

    /// <summary>The streams that models write.</summary>
    public static ImmutableArray<StreamKind> Kinds { get; } =
        [StreamKind.Adds, StreamKind.Corrections, StreamKind.Literals];

    public ClassModels(OpModel ops, CorrectionModel corrections, LiteralModel? literals) =>
        (_ops, _corrections, _literals) = (ops, corrections, literals);

    /// <summary>
    /// Classes and layers are coded at the same time; with it, only while the memory of all models fits. Whoever codes
    /// a class holds nothing else that others wait for when it enters.
    /// </summary>
    private static MemoryGate Room { get; } = new(MostMemory);

    /// <summary>The models of a class may be in memory, where those of others leave room.</summary>
    /// <param name="heads">How large the models are.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>To be disposed of with the models.</returns>
    public static IDisposable Enter(ReadOnlySpan<ModelHead> heads, CancellationToken cancellationToken)
    {
        var bytes = SmallMemory;
        foreach (var head in heads)
            bytes += MostTables * sizeof(uint) << head.SlotsLog;
        return Room.EnterAsync(Math.Min(bytes, MostMemory), cancellationToken).GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _ops.Dispose();
        _corrections.Dispose();
        _literals?.Dispose();
    }

    /// <summary>Whether models write what a stream of a class says.</summary>
    /// <param name="kind">The stream.</param>
    public static bool Replaces(StreamKind kind) =>
        kind is not (StreamKind.Structure or StreamKind.Layouts or StreamKind.Nestings or StreamKind.Descriptions);

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
        _corrections.Code(block, predicted, actual, _last);
        Passed(actual);
    }

    public void Insert(in InsertedBlock block, Span<byte> bytes) =>
        _last = _literals!.Code(
            block.Old, block.Behind, block.Before, block.Place, _last, bytes, block.IsFirst);

    /// <summary>Says that bytes were passed that are coded elsewhere.</summary>
    public void Passed(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes[Math.Max(0, bytes.Length - sizeof(ulong))..])
            _last = (_last << 8) | value;
    }
}
