using System.Buffers.Binary;
using System.Numerics;
using Diffah.Engine.Compression.Tokens;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Tokens;

/// <summary>What tells of a frame that no known encoder makes.</summary>
/// <param name="Header">The frame's header as it stands.</param>
/// <param name="HashBytes">See <see cref="TokenSettings.HashBytes"/>.</param>
/// <param name="Depth">See <see cref="TokenSettings.Depth"/>.</param>
/// <param name="NeedsReference">Whether it was made with a reference.</param>
/// <param name="FrameLength">Bytes of the frame.</param>
/// <param name="Decisions">What the encoder decided.</param>
internal sealed record ZstdTokenPayload(
    ReadOnlyMemory<byte> Header, int HashBytes, int Depth, bool NeedsReference, long FrameLength,
    ReadOnlyMemory<byte> Decisions)
{
    private const byte Version = 1;
    private const int WithReference = 1;
    private const int MostLinks = 1 << 24;
    private const int LeastLinks = 1 << 12;

    // 131,074 is the longest that a sequence can say.
    private const int MaximumMatch = 131_074;
    private const int FixedLength = 12;

    /// <summary>Bytes of tables that are made before a frame is, and pages of the reference that may be read for
    /// nothing.</summary>
    public static long SetupBytes(bool needsReference) => needsReference ? 8 << 20 : 4 << 20;

    /// <summary>Equal bytes that most encoders look for, and how many places are looked at.</summary>
    public static (int HashBytes, int Depth) UsualSearch => (4, 16);

    /// <summary>What the header says.</summary>
    public ZstdFrameHeader FrameHeader => ZstdFrameHeader.Read(Header.Span)!.Value;

    /// <summary>What is known of the frame's encoder.</summary>
    public static TokenSettings SettingsOf(ZstdFrameHeader header, long contentLength, int hashBytes, int depth)
    {
        var reach = (int)Math.Min(header.WindowSize, (ulong)Math.Min(contentLength, FrameReader.MostWindow));
        var window = Math.Clamp((int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(reach, 1)), LeastLinks, MostLinks);
        return new(
            SequenceKind.MinimumMatch, MaximumMatch, reach, window, hashBytes, depth, RepeatOffsets.Count);
    }

    /// <summary>Reads a payload.</summary>
    /// <exception cref="RecipeRefusedException">It is none, or one of a later version.</exception>
    public static ZstdTokenPayload Read(ReadOnlyMemory<byte> bytes)
    {
        var start = bytes.Span;
        if (start.IsEmpty || start[0] != Version)
            throw new RecipeRefusedException(
                RecipeRefusal.RecipeUnknown, "The recipe of a zstd frame is of a version that is not known.");
        if (start.Length < FixedLength || start[1] > WithReference || start[2] is not (4 or 5)
            || start[3] is 0 or > TokenSettings.MostDepth)
            throw ByteCursor.Invalid("has settings that there are not");
        var length = BinaryPrimitives.ReadInt64LittleEndian(start[4..]);
        if (length < 0 || ZstdFrameHeader.Read(start[FixedLength..]) is not { HasDictionary: false } header)
            throw ByteCursor.Invalid("has no frame");
        return new(
            bytes.Slice(FixedLength, header.Length), start[2], start[3], start[1] == WithReference, length,
            bytes[(FixedLength + header.Length)..]);
    }

    /// <summary>What is known of the frame's encoder.</summary>
    /// <param name="contentLength">Bytes of the frame's content.</param>
    public TokenSettings SettingsFor(long contentLength) =>
        SettingsOf(FrameHeader, contentLength, HashBytes, Depth);

    /// <summary>The payload in bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[FixedLength + Header.Length + Decisions.Length];
        (bytes[0], bytes[1]) = (Version, (byte)(NeedsReference ? WithReference : 0));
        (bytes[2], bytes[3]) = ((byte)HashBytes, (byte)Depth);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(4), FrameLength);
        Header.Span.CopyTo(bytes.AsSpan(FixedLength));
        Decisions.Span.CopyTo(bytes.AsSpan(FixedLength + Header.Length));
        return bytes;
    }
}
