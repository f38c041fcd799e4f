using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>
/// Makes the layout of a pair of archives of classes that Java virtual machines share: an image of memory, with
/// addresses as they are where it is mapped as was asked for when it was made.
/// </summary>
internal static class SharedClassesLayout
{
    private const uint Magic = 0xF00BABA2;

    // Where Java virtual machines of 64 bits ask for it to be mapped.
    private const long Address = 0x8_0000_0000;

    // The header tells where the first region is: at a multiple of the page, or of the largest page.
    private const int ShortestHeader = 0x1000;
    private const int LongestHeader = 0x10000;
    private const int RegionsStart = 16;

    public static ExecutableLayout? Create(ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new)
    {
        var (oldStart, newStart) = (ImageStart(old), ImageStart(@new));
        if (oldStart < 0 || newStart < 0 || SegmentsOf(old, oldStart) is not { } oldSegments
            || SegmentsOf(@new, newStart) is not { } newSegments)
            return null;
        FieldRange[] ranges = [new(RangeKind.Pointers, oldStart, old.Length - oldStart)];
        return new(oldSegments, newSegments, ranges, default, default, null);
    }

    /// <summary>Where the image begins; -1 where there is none.</summary>
    public static int ImageStart(ReadOnlySpan<byte> file)
    {
        if (file.Length <= LongestHeader || BinaryPrimitives.ReadUInt32LittleEndian(file) != Magic)
            return -1;
        for (var at = RegionsStart; at < ShortestHeader; at += sizeof(long))
        {
            var value = BinaryPrimitives.ReadInt64LittleEndian(file[at..]);
            if (value is >= ShortestHeader and <= LongestHeader && value % ShortestHeader == 0)
                return (int)value;
        }
        return -1;
    }

    private static SegmentTable? SegmentsOf(ReadOnlySpan<byte> file, int start) =>
        SegmentTable.TryCreate([new(start, file.Length - start, Address, file.Length - start)], file.Length);
}
