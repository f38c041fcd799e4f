using System.Buffers.Binary;
using System.Text;

namespace Diffah.Samples;

/// <summary>
/// Contents of files: prose, and what looks like programs to a compressor. The same seed gives the same bytes.
/// </summary>
internal static class SampleContent
{
    private static readonly byte[][] Words =
        [.. ("the image layer holds a delta of each file and its digest while baseline target archive "
            + "manifest config registry patch restore verify stream window prefix block copy insert move rename "
            + "whiteout directory link")
            .Split(' ').Select(word => Encoding.ASCII.GetBytes(word + " "))];

    private static readonly byte[] Instructions = MakeInstructions();

    /// <summary>Lines of words.</summary>
    public static byte[] Text(ulong seed, int size)
    {
        var bytes = new byte[size];
        FillText(new SampleRandom(seed), bytes);
        return bytes;
    }

    /// <summary>Bytes with the texture of a program: code, strings, tables and some noise.</summary>
    public static byte[] Binary(ulong seed, int size)
    {
        var random = new SampleRandom(seed);
        var bytes = new byte[size];
        "\u007fELF\u0002\u0001\u0001"u8[..Math.Min(7, size)].CopyTo(bytes);
        for (var at = Math.Min(64, size); at < size;)
        {
            var segment = bytes.AsSpan(at, Math.Min(random.Next(512, 16384), size - at));
            FillSegment(random, segment);
            at += segment.Length;
        }
        return bytes;
    }

    /// <summary>The same bytes with some places overwritten, and some bytes put in between.</summary>
    public static byte[] Edit(byte[] original, ulong seed, int edits)
    {
        var random = new SampleRandom(seed);
        var places = Enumerable.Range(0, edits).Select(_ => random.Next(original.Length + 1)).Order().ToArray();
        using var edited = new MemoryStream(original.Length + (edits * 64));
        var at = 0;
        foreach (var place in places.Where(place => place >= at))
        {
            edited.Write(original, at, place - at);
            var piece = new byte[random.Next(4, 64)];
            random.Fill(piece);
            edited.Write(piece);
            at = random.Next(3) == 0 ? place : Math.Min(place + piece.Length, original.Length);
        }
        edited.Write(original, at, original.Length - at);
        return edited.ToArray();
    }

    private static void FillSegment(SampleRandom random, Span<byte> segment)
    {
        switch (random.Next(20))
        {
            case < 12:
                FillCode(random, segment);
                break;
            case < 15:
                FillText(random, segment);
                break;
            case < 18:
                FillTable(random, segment);
                break;
            default:
                random.Fill(segment);
                break;
        }
    }

    private static void FillCode(SampleRandom random, Span<byte> segment)
    {
        for (; segment.Length > 0; segment = segment[Math.Min(8, segment.Length)..])
        {
            var pick = random.NextUInt64();
            Instructions.AsSpan((int)(pick % 256) * 8, Math.Min(8, segment.Length)).CopyTo(segment);
            if ((pick >> 8) % 4 == 0)
                segment[Math.Min(3, segment.Length - 1)] = (byte)(pick >> 16);
        }
    }

    private static void FillTable(SampleRandom random, Span<byte> segment)
    {
        var (value, stride) = ((uint)random.NextUInt64(), (uint)random.Next(1, 4096));
        for (; segment.Length >= 4; segment = segment[4..], value += stride)
            BinaryPrimitives.WriteUInt32LittleEndian(segment, value);
        segment.Clear();
    }

    private static void FillText(SampleRandom random, Span<byte> segment)
    {
        for (var column = 0; segment.Length > 0;)
        {
            var word = Words[random.Next(Words.Length)].AsSpan();
            word = word[..Math.Min(word.Length, segment.Length)];
            word.CopyTo(segment);
            column += word.Length;
            if (column > 70)
            {
                segment[word.Length - 1] = (byte)'\n';
                column = 0;
            }
            segment = segment[word.Length..];
        }
    }

    private static byte[] MakeInstructions()
    {
        var bytes = new byte[256 * 8];
        new SampleRandom(0xD1FFA).Fill(bytes);
        return bytes;
    }
}
