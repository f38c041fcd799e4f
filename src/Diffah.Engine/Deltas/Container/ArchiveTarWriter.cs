using System.Text;

namespace Diffah.Engine.Deltas.Container;

/// <summary>
/// Writes the tar of a delta archive: regular files of mode 0644, owner 0:0 and time 0 (POSIX.1-1988 ustar), with a pax header
/// (POSIX.1-2001) only where name or size need one. The base library's writer is not used because it puts the
/// process's id into pax headers, and the same delta must have the same bytes.
/// </summary>
/// <param name="output">Where the tar goes; not owned.</param>
internal sealed class ArchiveTarWriter(Stream output)
{
    public const int BlockSize = 512;
    private const int MaximumName = 100;
    private const long MaximumSize = 0x1_FFFF_FFFF; // eleven octal digits

    /// <summary>Writes an entry; the content must have exactly the size given.</summary>
    public async Task WriteAsync(string name, long size, Func<Stream, CancellationToken, Task<long>> writeContent, CancellationToken cancellationToken)
    {
        if (name.Length > MaximumName || size > MaximumSize)
            await WritePaxAsync(name, size, cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(Header(name, size, '0'), cancellationToken).ConfigureAwait(false);
        var written = await writeContent(output, cancellationToken).ConfigureAwait(false);
        if (written != size)
            throw new InvalidOperationException($"Entry {name} was announced with {size} bytes and written with {written}.");
        await PadAsync(size, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the two blocks that end a tar.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken) =>
        await output.WriteAsync(new byte[2 * BlockSize], cancellationToken).ConfigureAwait(false);

    private async Task WritePaxAsync(string name, long size, CancellationToken cancellationToken)
    {
        var records = Encoding.UTF8.GetBytes(PaxRecord("path", name) + PaxRecord("size", size.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        await output.WriteAsync(Header("pax", records.Length, 'x'), cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(records, cancellationToken).ConfigureAwait(false);
        await PadAsync(records.Length, cancellationToken).ConfigureAwait(false);
    }

    private async Task PadAsync(long size, CancellationToken cancellationToken)
    {
        var padding = (int)(-size & (BlockSize - 1));
        await output.WriteAsync(new byte[padding], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A record is <c>LENGTH KEY=VALUE\n</c>, and the length counts its own digits.</summary>
    private static string PaxRecord(string key, string value)
    {
        var rest = $" {key}={value}\n";
        var length = rest.Length + 1;
        while ($"{length}{rest}".Length != length)
            length++;
        return $"{length}{rest}";
    }

    private static byte[] Header(string name, long size, char type)
    {
        var header = new byte[BlockSize];
        // Behind a pax header these two hold what fits; readers take the pax records.
        Encoding.UTF8.GetBytes(name.AsSpan(0, Math.Min(name.Length, MaximumName)), header);
        Octal(header.AsSpan(100, 8), 0x1A4); // 0644
        Octal(header.AsSpan(108, 8), 0);
        Octal(header.AsSpan(116, 8), 0);
        Octal(header.AsSpan(124, 12), size > MaximumSize ? 0 : size);
        Octal(header.AsSpan(136, 12), 0);
        header[156] = (byte)type;
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        "00"u8.CopyTo(header.AsSpan(263));
        Octal(header.AsSpan(329, 8), 0);
        Octal(header.AsSpan(337, 8), 0);
        header.AsSpan(148, 8).Fill((byte)' ');
        var sum = header.Sum(b => b);
        Octal(header.AsSpan(148, 7), sum);
        return header;
    }

    private static void Octal(Span<byte> field, long value)
    {
        var digits = Convert.ToString(value, 8).PadLeft(field.Length - 1, '0');
        Encoding.ASCII.GetBytes(digits, field);
        field[^1] = 0;
    }
}
