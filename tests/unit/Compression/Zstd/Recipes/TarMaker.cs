using System.Formats.Tar;

namespace Diffah.Tests.Compression.Zstd.Recipes;

/// <summary>Tars whose files have frames of their own.</summary>
internal static class TarMaker
{
    /// <summary>A stream with a frame for each file, and for what is between two of them.</summary>
    public static StreamMaker Chunked(int files)
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
        foreach (var border in borders.Append(bytes.Length))
        {
            maker.Frame(bytes[at..border]);
            at = border;
        }
        return maker;
    }
}
