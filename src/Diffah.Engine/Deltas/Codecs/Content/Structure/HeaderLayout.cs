using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>A part of a header.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Length">How many bytes it has.</param>
internal readonly record struct HeaderPart(int Start, int Length)
{
    /// <summary>The part of a header.</summary>
    /// <param name="block">The header.</param>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> block) => block.Slice(Start, Length);

    /// <summary>The part of a header, to be written.</summary>
    /// <param name="block">The header.</param>
    public Span<byte> In(Span<byte> block) => block.Slice(Start, Length);
}

/// <summary>Where the parts of a header are: ustar's, which together are the whole block.</summary>
internal static class HeaderLayout
{
    /// <summary>Where the type is.</summary>
    public const int Type = 156;

    public static readonly HeaderPart Name = new(0, 100);
    public static readonly HeaderPart Mode = new(100, 8);
    public static readonly HeaderPart Owner = new(108, 8);
    public static readonly HeaderPart Group = new(116, 8);
    public static readonly HeaderPart Size = new(124, 12);
    public static readonly HeaderPart Time = new(136, 12);
    public static readonly HeaderPart Checksum = new(148, 8);
    public static readonly HeaderPart TypePart = new(Type, 1);
    public static readonly HeaderPart Link = new(157, 100);
    public static readonly HeaderPart Magic = new(257, 8);
    public static readonly HeaderPart OwnerName = new(265, 32);
    public static readonly HeaderPart GroupName = new(297, 32);
    public static readonly HeaderPart Devices = new(329, 16);
    public static readonly HeaderPart Prefix = new(345, 155);
    public static readonly HeaderPart Trailer = new(500, 12);

    /// <summary>The header that stands before the first: an empty file of root as ustar writes it.</summary>
    public static ReadOnlySpan<byte> Template => TemplateBlock;

    private static readonly byte[] TemplateBlock = MakeTemplate();

    /// <summary>The sum of a header's bytes, its checksum counted as spaces.</summary>
    /// <param name="block">The header.</param>
    public static long Sum(ReadOnlySpan<byte> block)
    {
        var sum = (long)Checksum.Length * ' ';
        foreach (var value in block[..Checksum.Start])
            sum += value;
        foreach (var value in block[(Checksum.Start + Checksum.Length)..])
            sum += value;
        return sum;
    }

    private static byte[] MakeTemplate()
    {
        var block = new byte[TarHeader.BlockSize];
        "0000644\0"u8.CopyTo(Mode.In(block));
        "0000000\0"u8.CopyTo(Owner.In(block));
        "0000000\0"u8.CopyTo(Group.In(block));
        "00000000000\0"u8.CopyTo(Size.In(block));
        "00000000000\0"u8.CopyTo(Time.In(block));
        "000000\0 "u8.CopyTo(Checksum.In(block));
        "0"u8.CopyTo(TypePart.In(block));
        "ustar\000"u8.CopyTo(Magic.In(block));
        "0000000\00000000\0"u8.CopyTo(Devices.In(block));
        return block;
    }
}
