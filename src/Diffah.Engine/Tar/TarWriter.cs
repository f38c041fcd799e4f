using System.Globalization;
using System.Text;

namespace Diffah.Engine.Tar;

/// <summary>
/// Writes a tar whose bytes follow from names and contents alone: regular files of mode 0644, owner 0:0 and time 0
/// (POSIX.1-1988 ustar), with a pax header (POSIX.1-2001) only where name or size need one. The base library's writer
/// is not used because it puts the process's id into pax headers, and the same archive must have the same bytes.
/// </summary>
/// <param name="output">Where the tar goes; not owned.</param>
internal sealed class TarWriter(Stream output)
{
    private const int MaximumName = 100;
    private const long MaximumSize = 0x1_FFFF_FFFF; // eleven octal digits

    /// <summary>Writes an entry; the content must have exactly the size given.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="size">Size of its content, in bytes.</param>
    /// <param name="writeContent">Writes the content; gives how many bytes it had.</param>
    /// <param name="cancellationToken">Stops the writing; the tar is of no use then.</param>
    public async Task WriteAsync(
        string name, long size, Func<Stream, CancellationToken, Task<long>> writeContent,
        CancellationToken cancellationToken)
    {
        if (name.Length > MaximumName || size > MaximumSize)
            await WritePaxAsync(name, size, cancellationToken);
        await output.WriteAsync(Header(name, size, '0'), cancellationToken);
        var written = await writeContent(output, cancellationToken);
        if (written != size)
            throw new InvalidOperationException(
                $"Entry {name} was announced with {size} bytes and written with {written}.");
        await PadAsync(size, cancellationToken);
    }

    /// <summary>Writes the two blocks that end a tar.</summary>
    /// <param name="cancellationToken">Stops the writing.</param>
    public async Task FinishAsync(CancellationToken cancellationToken) =>
        await output.WriteAsync(new byte[2 * TarHeader.BlockSize], cancellationToken);

    private async Task WritePaxAsync(string name, long size, CancellationToken cancellationToken)
    {
        var text = PaxRecords.Write("path", name)
            + PaxRecords.Write("size", size.ToString(CultureInfo.InvariantCulture));
        var records = Encoding.UTF8.GetBytes(text);
        await output.WriteAsync(Header("pax", records.Length, 'x'), cancellationToken);
        await output.WriteAsync(records, cancellationToken);
        await PadAsync(records.Length, cancellationToken);
    }

    private async Task PadAsync(long size, CancellationToken cancellationToken)
    {
        var padding = (int)(-size & (TarHeader.BlockSize - 1));
        await output.WriteAsync(new byte[padding], cancellationToken);
    }

    private static byte[] Header(string name, long size, char type)
    {
        var header = new byte[TarHeader.BlockSize];
        // Behind a pax header these two hold what fits; readers take the pax records.
        Encoding.UTF8.GetBytes(name.AsSpan(0, Math.Min(name.Length, MaximumName)), header);
        TarNumber.WriteOctal(header.AsSpan(100, 8), 0x1A4); // 0644
        TarNumber.WriteOctal(header.AsSpan(108, 8), 0);
        TarNumber.WriteOctal(header.AsSpan(116, 8), 0);
        TarNumber.WriteOctal(header.AsSpan(124, 12), size > MaximumSize ? 0 : size);
        TarNumber.WriteOctal(header.AsSpan(136, 12), 0);
        header[156] = (byte)type;
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        "00"u8.CopyTo(header.AsSpan(263));
        TarNumber.WriteOctal(header.AsSpan(329, 8), 0);
        TarNumber.WriteOctal(header.AsSpan(337, 8), 0);
        header.AsSpan(148, 8).Fill((byte)' ');
        var sum = header.Sum(b => b);
        TarNumber.WriteOctal(header.AsSpan(148, 7), sum);
        return header;
    }
}
