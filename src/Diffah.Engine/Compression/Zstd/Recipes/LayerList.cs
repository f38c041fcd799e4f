using System.Buffers;
using System.Buffers.Binary;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>
/// The lists of what is in a chunked layer, which follow its frames: each is a zstd frame of a text, inside of a frame
/// to be skipped. The text is told as what differs from what the layer lets expect.
/// </summary>
internal static class LayerList
{
    private const uint Magic = 0x184D2A50;
    private const int HeaderLength = 8;

    /// <summary>Makes the frame to be skipped that has the list.</summary>
    /// <param name="part">What tells of it.</param>
    /// <param name="encoders">The encoders there are.</param>
    /// <param name="content">The layer's tar.</param>
    /// <param name="frames">The frames before it.</param>
    /// <param name="output">Where it goes.</param>
    /// <exception cref="RecipeRefusedException">The recipe can't be followed.</exception>
    public static void Make(
        ListPart part, IZstdEncoders encoders, StreamAt content, FrameList frames, IBufferWriter<byte> output)
    {
        var text = TextOf(part, content, frames);
        var made = new ArrayBufferWriter<byte>();
        var frame = new FramePart(part.Profile, part.Header, [], [], text.Length);
        using var maker = new FrameMaker(encoders, frame, text.Length, made);
        maker.Add(text.Span);
        maker.Complete();
        var header = output.GetSpan(HeaderLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], made.WrittenCount);
        output.Advance(HeaderLength);
        output.Write(made.WrittenSpan);
    }

    /// <summary>Tells of a list.</summary>
    /// <param name="bytes">The frame to be skipped.</param>
    /// <param name="encoders">The encoders there are.</param>
    /// <param name="likely">Those of the frames before.</param>
    /// <param name="content">The layer's tar.</param>
    /// <param name="frames">The frames before it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Null where it is no list, or no encoder makes it.</returns>
    public static ListPart? Find(
        byte[] bytes, IZstdEncoders encoders, IEnumerable<ZstdProfile> likely, StreamAt content, FrameList frames,
        CancellationToken cancellationToken)
    {
        if (bytes.Length < HeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
            return null;
        try
        {
            var payload = bytes.AsMemory(HeaderLength);
            var (unit, text) = Open(payload, cancellationToken);
            if (unit is null || KindOf(text) is not { } kind)
                return null;
            var analysis = new FrameAnalysis(
                encoders, new(new MemoryStream(payload.ToArray())), new(new MemoryStream(text)));
            if (analysis.Find(unit, likely, false, cancellationToken) is not ({ Cuts.Count: 0 } frame, 0))
                return null;
            return new(
                kind, frame.Profile, frame.Header,
                kind == ListKind.Files ? Correction(content, frames, text)
                    : TextPatch.Make(new SplitText(content).Write().Span, text));
        }
        catch (RecipeRefusedException)
        {
            return null;
        }
    }

    private static ListKind? KindOf(ReadOnlySpan<byte> text) =>
        text.StartsWith("{\"version\":1,\"entries\":["u8) ? ListKind.Files
        : text.StartsWith("{\"type\":2,\"payload\":\""u8) ? ListKind.Headers
        : null;

    private static ReadOnlyMemory<byte> TextOf(ListPart part, StreamAt content, FrameList frames)
    {
        var correction = new ByteCursor(part.Correction);
        var expected = part.Kind == ListKind.Files
            ? new ListText(content, frames.Frames, hasEmptyTimes: correction.TakeNumber(1) == 1).Write()
            : new SplitText(content).Write();
        return TextPatch.Apply(expected, correction.Take(correction.Left), RecipeBounds.ListLength);
    }

    private static (ZstdUnit? Unit, byte[] Text) Open(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        using var scanner = new ZstdFrameScanner(new MemoryStream(payload.ToArray()));
        var unit = scanner.Next(cancellationToken);
        return unit is { Frame: not null } && unit.Length == payload.Length
            && unit.ContentLength <= RecipeBounds.ListLength
            ? (unit, PackedBytes.Unpack(payload, (int)unit.ContentLength)) : (null, []);
    }

    private static byte[] Correction(StreamAt content, FrameList frames, byte[] text)
    {
        var best = Array.Empty<byte>();
        foreach (var hasEmptyTimes in new[] { true, false })
        {
            var expected = new ListText(content, frames.Frames, hasEmptyTimes).Write();
            var patch = TextPatch.Make(expected.Span, text);
            if (best.Length == 0 || patch.Length + 1 < best.Length)
                best = [hasEmptyTimes ? (byte)1 : (byte)0, .. patch];
        }
        return best;
    }
}
