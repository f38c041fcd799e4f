using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Compression.Tokens;
using Diffah.Engine.Compression.Zstd.Blocks;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Tokens;

/// <summary>
/// Tells of a frame that no known encoder makes. Whoever ships it makes the frame of it first, and compares.
/// </summary>
internal static class ZstdTokenWriter
{
    /// <summary>Tells of a frame.</summary>
    /// <param name="frame">The frame, which can seek, and nothing behind it; not disposed of.</param>
    /// <param name="content">Its content, which can seek; not disposed of.</param>
    /// <param name="reference">A stream that whoever makes the frame has too; null for none. Where it is no stream of
    /// frames, the payload is made without it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RecipeRefusedException">There is no telling of it.</exception>
    public static ZstdTokenPayload Write(
        Stream frame, Stream content, SharedReference? reference, CancellationToken cancellationToken) =>
        Write(frame, content, Read(reference, cancellationToken), null, cancellationToken);

    internal static ZstdTokenPayload Write(
        Stream frame, Stream content, TokenReference? reference, (int HashBytes, int Depth)? search,
        CancellationToken cancellationToken)
    {
        var reader = new FrameReader(frame);
        var header = reader.Begin() ?? throw Refusals.CutShort();
        content.Position = 0;
        var (hashBytes, depth) = search ?? ZstdTokenPayload.UsualSearch;
        var settings = ZstdTokenPayload.SettingsOf(reader.Header, content.Length, hashBytes, depth);
        var buffer = new ContentBuffer(content, settings.Reach);
        var output = new MemoryStream();
        var encoder = new RangeEncoder(output);
        using var coder = new ZstdTokenCoder(
            encoder, buffer, settings, reader.Header.WindowSize, reference?.Of(buffer, settings));
        CodeBlocks(reader, coder, cancellationToken);
        var checksum = reader.ReadChecksum();
        coder.CodeBytes(checksum, checksum.Length);
        if (!coder.IsAtEnd || frame.Position != frame.Length)
            throw TokenErrors.Differs();
        encoder.Finish();
        return new(
            header, hashBytes, depth, reference is not null, frame.Length,
            output.GetBuffer().AsMemory(0, (int)output.Length));
    }

    private static void CodeBlocks(FrameReader reader, ZstdTokenCoder coder, CancellationToken cancellationToken)
    {
        var block = new ZstdBlockParts();
        var writer = new ZstdBlockWriter();
        writer.Begin();
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            reader.Read(block);
            if (!writer.Write(block).SequenceEqual(reader.BlockBytes))
                throw Refusals.Corrupt("a block is written in an unusual way");
            coder.Code(block);
        }
        while (!block.IsLast);
    }

    private static TokenReference? Read(SharedReference? reference, CancellationToken cancellationToken)
    {
        try
        {
            return reference?.Read(cancellationToken);
        }
        catch (RecipeRefusedException)
        {
            return null;
        }
    }
}
