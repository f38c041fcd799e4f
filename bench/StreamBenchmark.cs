using System.Diagnostics;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Codecs.Content;
using Diffah.Engine.Deltas.Codecs.Content.Models;
using Diffah.Engine.Deltas.Codecs.Content.Streams;
using Diffah.Engine.Deltas.Codecs.Content.Structure;

namespace Diffah.Bench;

/// <summary>
/// Measures content patches of one layer by themselves: what each class and each kind of stream takes, with zstd and
/// with models, and how long coding takes on one thread.
/// </summary>
internal static class StreamBenchmark
{
    public const string Verb = "--streams";

    /// <param name="args">The verb, the target's layer, and the layers that it is told by; plain tars.</param>
    /// <param name="output">Where the tables go.</param>
    public static int Run(string[] args, TextWriter output)
    {
        if (args.Length < 3)
        {
            Console.Error.WriteLine($"usage: {Verb} target.tar source.tar …");
            return 2;
        }
        using var folder = new TemporaryFolder(Path.GetTempPath());
        using var target = ContentMap.Read(args[1], 1, null, default);
        var sources = args[2..].Select(path => ContentMap.Read(path, 1, null, default)).ToArray();
        try
        {
            var made = Enum.GetValues<ModelSize>().Select(size => Measure(size, target, sources, folder)).ToArray();
            WriteTotals(made, output);
            WriteStreams(made, output);
            return made.All(m => m.IsRight) ? 0 : 1;
        }
        finally
        {
            foreach (var source in sources)
                source.Dispose();
        }
    }

    private static MadeStreams Measure(
        ModelSize size, ContentMap target, ContentMap[] sources, TemporaryFolder folder)
    {
        Console.Error.WriteLine($"{size} …");
        using var work = new WorkDirectory(folder[$"work-{size}"]);
        var path = folder[$"{size}.patch"];
        MadePatch patch;
        var start = CpuTime();
        using (var output = File.Create(path))
            patch = ContentEncoder.Encode(target, sources, output, work, size, 1, null, default);
        var encode = CpuTime() - start;
        var bytes = new BytesInMemory(File.ReadAllBytes(path));
        var made = folder[$"{size}.tar"];
        start = CpuTime();
        ContentDecoder.Decode(
            bytes, [.. patch.Used.Select(i => sources[i].File)], target.File.Length, made, 1, null, default);
        var decode = CpuTime() - start;
        var isRight = IsSame(made, target.File);
        File.Delete(made);
        return new MadeStreams(size, bytes.Length, Changed(patch), encode, decode, Directory(bytes), isRight);
    }

    // Bytes of files that are patched or new.
    private static long Changed(MadePatch patch) =>
        patch.Account.Files.Where(f => f.Origin is FileOrigin.Patched or FileOrigin.New).Sum(f => f.Size);

    private static StoredStream[] Directory(BytesInMemory bytes)
    {
        using var cursor = new StreamCursor(bytes.Open(0, bytes.Length), bytes.Length);
        return StreamDirectory.Read(cursor, PatchHead.Read(cursor).HasModels);
    }

    private static bool IsSame(string path, MappedFile expected)
    {
        using var made = new MappedFile(path);
        for (var at = 0L; at < expected.Length; at += 1 << 20)
        {
            var length = (int)Math.Min(1 << 20, expected.Length - at);
            if (!made.Span(at, length).SequenceEqual(expected.Span(at, length)))
                return false;
        }
        return made.Length == expected.Length;
    }

    private static double CpuTime()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime.TotalSeconds;
    }

    private static void WriteTotals(MadeStreams[] made, TextWriter output)
    {
        output.WriteLine(
            "| models | bytes | changed, MB | encode, CPU s | over zstd, s | decode, CPU s | MB/s | right |");
        output.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |");
        foreach (var one in made)
            output.WriteLine(
                $"| {one.Size} | {one.Bytes} | {one.Changed / 1e6:F1} | {one.Encode:F1} | "
                + $"{one.Encode - made[0].Encode:F1} | {one.Decode:F1} | {one.Changed / 1e6 / one.Decode:F0} | "
                + $"{(one.IsRight ? "yes" : "NO")} |");
        output.WriteLine();
    }

    private static void WriteStreams(MadeStreams[] made, TextWriter output)
    {
        output.WriteLine("| class | streams | " + string.Join(" | ", made.Select(m => m.Size)) + " |");
        output.WriteLine("| --- | --- | " + string.Join(" | ", made.Select(_ => "---:")) + " |");
        var rows = made.SelectMany(m => m.Streams).Select(s => RowOf(s.Key)).Distinct().Order();
        foreach (var row in rows)
        {
            var sizes = made.Select(m => m.Streams.Where(s => RowOf(s.Key) == row).Sum(s => s.StoredLength));
            output.WriteLine($"| {row.Class} | {row.Kind} | " + string.Join(" | ", sizes) + " |");
        }
    }

    private static (string Class, string Kind) RowOf(StreamKey key) =>
        key.Kind == StreamKind.Structure
            ? ("(all)", "structure")
            : ($"{(FileClass)key.Group}", key.Kind switch
            {
                StreamKind.Adds or StreamKind.Inserts or StreamKind.Seeks or StreamKind.Jumps or StreamKind.Ends
                    or StreamKind.Rows => "operations",
                StreamKind.Literals => "literals",
                StreamKind.Layouts or StreamKind.Nestings or StreamKind.Descriptions => "layouts, descriptions",
                _ => "corrections",
            });

    private sealed record MadeStreams(
        ModelSize Size, long Bytes, long Changed, double Encode, double Decode, StoredStream[] Streams, bool IsRight);

    private sealed class BytesInMemory(byte[] bytes) : IPatchBytes
    {
        public long Length => bytes.Length;

        public Stream Open(long offset, long length) => new MemoryStream(bytes, (int)offset, (int)length);
    }
}
