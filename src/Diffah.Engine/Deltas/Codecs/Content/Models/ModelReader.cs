using System.Numerics;
using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Deltas.Codecs.Content.Streams;
using Diffah.Engine.Deltas.Codecs.Content.Structure;

namespace Diffah.Engine.Deltas.Codecs.Content.Models;

/// <summary>How large a model is; the first byte of its stream.</summary>
/// <param name="IsFull">Whether it has all contexts.</param>
/// <param name="SlotsLog">How many slots it has, log2.</param>
internal readonly record struct ModelHead(bool IsFull, int SlotsLog)
{
    public const int LeastSlotsLog = 12;
    public const int MostSlotsLog = 22;

    // What a compact model takes is to fit a small machine.
    private const int MostCompactSlotsLog = 21;

    private const byte FullBit = 0x80;

    /// <summary>What is written.</summary>
    public byte Value => (byte)(SlotsLog | (IsFull ? FullBit : 0));

    /// <summary>The size that fits a stream.</summary>
    /// <param name="isFull">Whether the model has all contexts.</param>
    /// <param name="length">How many bytes the streams have that it stands for.</param>
    public static ModelHead For(bool isFull, long length) =>
        new(isFull, Math.Clamp(
            70 - BitOperations.LeadingZeroCount((ulong)length), LeastSlotsLog,
            isFull ? MostSlotsLog : MostCompactSlotsLog));

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static ModelHead Read(Stream stream)
    {
        var value = stream.ReadByte();
        if (value < 0)
            throw StreamCursor.Invalid("has a model without its first byte");
        var head = new ModelHead((value & FullBit) != 0, value & ~FullBit);
        return head.SlotsLog is >= LeastSlotsLog and <= MostSlotsLog
            ? head
            : throw StreamCursor.Invalid("has a model of a size that is not allowed");
    }
}

/// <summary>Opens the models of a class that read.</summary>
internal sealed class ModelReader : IDisposable
{
    private readonly List<RangeDecoder> _coders = [];
    private readonly IDisposable _room;

    private ModelReader(StreamSetReader streams, byte group, CancellationToken cancellationToken)
    {
        var ops = Open(streams, group, StreamKind.Adds);
        var corrections = Open(streams, group, StreamKind.Corrections);
        var literals = streams.IsModelled(new StreamKey(group, StreamKind.Literals))
            ? Open(streams, group, StreamKind.Literals)
            : default((RangeDecoder Coder, ModelHead Head)?);
        _room = ClassModels.Enter([ops.Head, corrections.Head, literals?.Head ?? default], cancellationToken);
        try
        {
            Models = new ClassModels(
                new OpModel(ops.Coder, ops.Head.SlotsLog),
                new CorrectionModel(corrections.Coder, corrections.Head.IsFull, corrections.Head.SlotsLog),
                literals is var (coder, head)
                    ? new LiteralModel(coder, head.IsFull, head.SlotsLog, group == (byte)FileClass.Text)
                    : null);
        }
        catch
        {
            _room.Dispose();
            throw;
        }
    }

    public ClassModels Models { get; }

    /// <summary>Opens the models.</summary>
    /// <param name="streams">All streams of the patch.</param>
    /// <param name="group">The class.</param>
    /// <param name="cancellationToken">Stops the wait for memory.</param>
    public static ModelReader Open(StreamSetReader streams, byte group, CancellationToken cancellationToken) =>
        new(streams, group, cancellationToken);

    /// <summary>Checks that all bytes were read.</summary>
    /// <exception cref="InvalidDataException">They were not.</exception>
    public void RequireEnd()
    {
        if (!_coders.TrueForAll(c => c.IsAtEnd()))
            throw StreamCursor.Invalid("has bytes that nothing asks for");
    }

    public void Dispose()
    {
        Models.Dispose();
        _room.Dispose();
    }

    private (RangeDecoder Coder, ModelHead Head) Open(StreamSetReader streams, byte group, StreamKind kind)
    {
        var key = new StreamKey(group, kind);
        if (!streams.IsModelled(key))
            throw StreamCursor.Invalid("has a stream that no model has coded");
        var stream = streams.OpenStream(key);
        var head = ModelHead.Read(stream);
        var coder = new RangeDecoder(stream);
        _coders.Add(coder);
        return (coder, head);
    }
}
