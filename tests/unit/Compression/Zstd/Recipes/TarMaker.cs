using System.Buffers.Binary;
using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Diffah.Tests.Compression.Zstd.Recipes;

/// <summary>Tars whose files have frames of their own.</summary>
internal static class TarMaker
{
    /// <summary>A stream with a frame for each file, and for what is between two of them.</summary>
    public static StreamMaker Chunked(int files) => Chunked(files, out _);

    /// <summary>The same, with the list of files that containers/storage would add.</summary>
    public static StreamMaker Listed(int files)
    {
        var maker = Chunked(files, out var entries);
        var list = $"{{\"version\":1,\"entries\":[{string.Join(',', entries)}]}}";
        return maker.Skippable(new StreamMaker().Frame(Encoding.UTF8.GetBytes(list)).Stream);
    }

    /// <summary>The same, with the tar-split of the layer behind the list.</summary>
    public static StreamMaker Split(int files)
    {
        var maker = Listed(files);
        var (tar, text, position, at) = (maker.Content, new StringBuilder(), 0, 0);
        foreach (var (start, end) in Files(tar))
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{{\"type\":2,\"payload\":\"{Convert.ToBase64String(tar[at..start])}\",\"position\":{position}}}\n");
            text.Append(CultureInfo.InvariantCulture,
                $"{{\"type\":1,\"name\":\"file{position / 2}\",\"size\":{end - start},");
            text.Append(CultureInfo.InvariantCulture,
                $"\"payload\":\"{Convert.ToBase64String(SumOf(tar[start..end]))}\",\"position\":{position + 1}}}\n");
            (position, at) = (position + 2, end);
        }
        text.Append(CultureInfo.InvariantCulture,
            $"{{\"type\":2,\"payload\":\"{Convert.ToBase64String(tar[at..])}\",\"position\":{position}}}\n");
        return maker.Skippable(new StreamMaker().Frame(Encoding.UTF8.GetBytes(text.ToString())).Stream);
    }

    private static IEnumerable<(int Start, int End)> Files(byte[] tar)
    {
        using var stream = new MemoryStream(tar);
        using var reader = new TarReader(stream);
        while (reader.GetNextEntry() is { } entry)
            yield return ((int)entry.DataOffset, (int)(entry.DataOffset + entry.Length));
    }

    // CRC-64/GO-ISO, bit by bit.
    private static byte[] SumOf(byte[] data)
    {
        var sum = ulong.MaxValue;
        foreach (var next in data)
        {
            sum ^= next;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum >> 1) ^ ((sum & 1) * 0xD800000000000000);
        }
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ~sum);
        return bytes;
    }

    private static StreamMaker Chunked(int files, out List<string> entries)
    {
        var random = new Random(files);
        var tar = new MemoryStream();
        var borders = new List<int>();
        using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            for (var file = 0; file < files; file++)
            {
                var data = StreamMaker.Noise(file, random.Next(1, 2_000));
                var entry = new PaxTarEntry(TarEntryType.RegularFile, $"file{file}")
                {
                    DataStream = new MemoryStream(data),
                    ModificationTime = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
                };
                writer.WriteEntry(entry);
                // What the writer adds to fill a block up is not of the file.
                var end = (int)tar.Length - (-data.Length & 511);
                borders.AddRange([end - data.Length, end]);
            }
        }
        var (maker, bytes, at) = (new StreamMaker(), tar.ToArray(), 0);
        entries = [];
        for (var index = 0; index <= borders.Count; index++)
        {
            var end = index < borders.Count ? borders[index] : bytes.Length;
            var (piece, offset) = (bytes[at..end], maker.Length);
            maker.Frame(piece);
            if (index % 2 == 1)
                entries.Add(Entry(index / 2, piece, offset, maker.Length));
            at = end;
        }
        return maker;
    }

    private static string Entry(int file, byte[] data, int offset, int end) =>
        $"{{\"type\":\"reg\",\"name\":\"file{file}\",\"mode\":420,\"size\":{data.Length},"
        + "\"modtime\":\"2023-11-14T22:13:20Z\","
        + $"\"digest\":\"sha256:{Convert.ToHexStringLower(SHA256.HashData(data))}\","
        + $"\"offset\":{offset},\"endOffset\":{end}}}";
}
