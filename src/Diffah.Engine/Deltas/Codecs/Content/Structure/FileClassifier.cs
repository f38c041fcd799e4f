using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>Tells the class of data by their first bytes. A producer's choice: the class is stored.</summary>
internal static class FileClassifier
{
    /// <summary>How many bytes of the data's start are looked at.</summary>
    public const int SampleLength = 4096;

    // Of text, one byte in so many may be a control character that text seldom has.
    private const int BytesPerControl = 64;

    /// <summary>Tells the class.</summary>
    /// <param name="headerType">The type in the record's header; 0 for data without one.</param>
    /// <param name="start">The start of the data, all of it or <see cref="SampleLength"/> bytes.</param>
    public static FileClass Classify(byte headerType, ReadOnlySpan<byte> start)
    {
        if (headerType is (byte)'x' or (byte)'g' or (byte)'L' or (byte)'K')
            return FileClass.PaxHeader;
        start = start[..Math.Min(start.Length, SampleLength)];
        if (start.StartsWith("\x7f"u8) && start[1..].StartsWith("ELF"u8))
            return FileClass.Executable;
        if (start.StartsWith<byte>([0xA2, 0xAB, 0x0B, 0xF0]))
            return FileClass.SharedClasses;
        if (IsPythonBytecode(start))
            return FileClass.PythonBytecode;
        if (IsJavaClass(start))
            return FileClass.JavaClass;
        return IsText(start) ? FileClass.Text : FileClass.Other;
    }

    // Two bytes of version and a line end, then flags of which two are known, and the first object: code (marked or
    // not).
    private static bool IsPythonBytecode(ReadOnlySpan<byte> start) =>
        start.Length > 16 && start[2] == '\r' && start[3] == '\n' && start[1] is >= 0x0C and <= 0x0F
        && BinaryPrimitives.ReadUInt32LittleEndian(start[4..]) <= 3 && (start[16] & 0x7F) == 'c';

    // Mach-O has the same magic for files of several architectures, and there a small count instead of a version.
    private static bool IsJavaClass(ReadOnlySpan<byte> start) =>
        start.Length > 8 && BinaryPrimitives.ReadUInt32BigEndian(start) == 0xCAFEBABE
        && BinaryPrimitives.ReadUInt16BigEndian(start[6..]) >= 45;

    private static bool IsText(ReadOnlySpan<byte> start)
    {
        var (controls, wrong) = (0, 0);
        for (var i = 0; i < start.Length; i++)
        {
            var value = start[i];
            if (value == 0)
                return false;
            if (value is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0C or 0x1B) or 0x7F)
                controls++;
            else if (value >= 0x80)
                (i, wrong) = SkipCharacter(start, i, wrong);
        }
        // A sample may end within a character.
        return !start.IsEmpty && controls <= start.Length / BytesPerControl && wrong <= 1 + start.Length / 8;
    }

    private static (int Last, int Wrong) SkipCharacter(ReadOnlySpan<byte> bytes, int at, int wrong)
    {
        var status = System.Text.Rune.DecodeFromUtf8(bytes[at..], out _, out var length);
        return (at + length - 1, status == System.Buffers.OperationStatus.Done ? wrong : wrong + 1);
    }
}
