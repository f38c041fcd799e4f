using System.Globalization;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Results;

/// <summary>Bytes of a layer of one kind: in the layer, and in the archive.</summary>
internal sealed record ByteShareJson(string Kind, long Files, long TargetSize, long ArchiveSize)
{
    public static IReadOnlyList<ByteShareJson> Of(IEnumerable<ByteShare> shares) =>
        [.. shares.Select(s => new ByteShareJson(Word(s.Kind), s.Files, s.TargetSize, s.ArchiveSize))];

    /// <summary>A kind as the command line writes it.</summary>
    public static string Word(string kind) => kind.ToLowerInvariant();
}

/// <summary>A file of a layer; without the path that it is told by where that is the same.</summary>
internal sealed record LayerFileJson(string Path, string Kind, long TargetSize, long ArchiveSize, string? From)
{
    public static LayerFileJson Of(DeltaArchiveFile file) =>
        new(file.Path, ByteShareJson.Word(file.Kind), file.TargetSize, file.ArchiveSize, file.From);
}

/// <summary>A content of the baseline that a layer is made of.</summary>
internal sealed record LayerSourceJson(string Digest, long Size);

/// <summary>Where the bytes of layers are, for people.</summary>
internal static class ByteSharesText
{
    private const int BarWidth = 20;

    /// <summary>Writes a row for each kind of each layer, with a bar of what it takes of all.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="layers">The layers' digests, and their bytes by kind.</param>
    public static void Write(TextWriter output, IEnumerable<(string Digest, IEnumerable<ByteShare> Shares)> layers)
    {
        var all = layers.Where(l => l.Shares.Any()).ToArray();
        if (all.Length == 0)
            return;
        var whole = Math.Max(1, all.Sum(l => l.Shares.Sum(s => s.ArchiveSize)));
        output.WriteLine("bytes by kind:");
        var table = new TextTable("LAYER", "KIND", ">FILES", ">IN LAYER", ">IN ARCHIVE", "");
        foreach (var (digest, shares) in all)
        {
            var name = ShortText.DigestAndAlgorithm(digest);
            foreach (var share in shares)
            {
                table.Add(name, ByteShareJson.Word(share.Kind), Count(share.Files), Human.Size(share.TargetSize),
                    Human.Size(share.ArchiveSize), Bar(share.ArchiveSize, whole));
                name = "";
            }
        }
        table.Write(output, "  ");
    }

    /// <summary>Writes the files of layers, the costliest first.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="layers">The layers.</param>
    public static void WriteFiles(TextWriter output, IEnumerable<DeltaArchiveLayer> layers)
    {
        foreach (var layer in layers.Where(l => !l.Files.IsEmpty))
        {
            output.WriteLine($"files of {ShortText.DigestAndAlgorithm(layer.Digest)}:");
            var table = new TextTable(">IN ARCHIVE", ">SIZE", "KIND", "PATH", "FROM");
            foreach (var file in layer.Files)
                table.Add(Human.Size(file.ArchiveSize), Human.Size(file.TargetSize), ByteShareJson.Word(file.Kind),
                    file.Path, file.From ?? "");
            table.Write(output, "  ");
            WriteRest(output, layer);
        }
    }

    private static void WriteRest(TextWriter output, DeltaArchiveLayer layer)
    {
        var changed = layer.Bytes.Where(s => s.Kind != ByteKind.Unchanged).ToArray();
        var files = changed.Sum(s => s.Files) - layer.Files.Length;
        var bytes = changed.Where(s => s.Files > 0).Sum(s => s.ArchiveSize) - layer.Files.Sum(f => f.ArchiveSize);
        if (files > 0)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  and {files} more, which take {Human.Size(bytes)} together"));
    }

    private static string Count(long files) => files == 0 ? "" : files.ToString(CultureInfo.InvariantCulture);

    private static string Bar(long part, long whole) =>
        new('#', (int)Math.Ceiling((double)part * BarWidth / whole));
}
