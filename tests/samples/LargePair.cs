using System.Security.Cryptography;

namespace Diffah.Samples;

/// <summary>
/// Writes two docker archives of one large layer each, for benchmarks. The second has the first's files with a few per
/// cent edited, some put in, left out, renamed and moved. One file at a time is in memory.
/// </summary>
public static class LargePair
{
    private const int MiB = 1 << 20;

    /// <summary>Writes v1.docker.tar and v2.docker.tar.</summary>
    /// <param name="folder">Folder to write to; made where it is missing.</param>
    /// <param name="mebibytes">About the size of each layer.</param>
    /// <param name="seed">Another seed gives another pair.</param>
    public static void Write(string folder, int mebibytes, ulong seed)
    {
        var root = Directory.CreateDirectory(folder).FullName;
        WriteImage(root, "v1", tar => WriteFirst(tar, mebibytes, seed));
        WriteImage(root, "v2", tar => WriteSecond(tar, mebibytes, seed));
    }

    /// <summary>Writes the docker archive of an image of one layer: NAME.docker.tar.</summary>
    /// <param name="root">Absolute path of the folder.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="writeLayer">Writes the entries of the layer.</param>
    internal static void WriteImage(string root, string name, Action<TarFile> writeLayer)
    {
        var spool = Path.Combine(root, $".{name}.layer");
        try
        {
            var digest = WriteLayer(spool, writeLayer);
            using var layer = File.OpenRead(spool);
            using var output = File.Create(Path.Combine(root, name + ".docker.tar"));
            WriteArchive(output, name, layer, digest);
        }
        finally
        {
            File.Delete(spool);
        }
    }

    private static string WriteLayer(string path, Action<TarFile> write)
    {
        using (var output = File.Create(path))
        {
            var tar = new TarFile(output);
            write(tar);
            tar.Finish();
        }
        using var content = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }

    private static void WriteArchive(Stream output, string name, Stream layer, string hex)
    {
        var tar = new TarFile(output) { Modified = 0 };
        var configuration = SampleImage.Configuration("amd64", ["sha256:" + hex]);
        tar.File(hex + ".tar", layer, layer.Length);
        tar.File("config.json", configuration);
        tar.File("manifest.json", SampleJson.Write(json =>
        {
            json.WriteStartArray();
            json.WriteStartObject();
            json.WriteString("Config", "config.json");
            SampleJson.Strings(json, "RepoTags", [$"example.com/large:{name}"]);
            SampleJson.Strings(json, "Layers", [hex + ".tar"]);
            json.WriteEndObject();
            json.WriteEndArray();
        }));
        tar.Finish();
    }

    private static void WriteFirst(TarFile tar, int mebibytes, ulong seed)
    {
        foreach (var file in Plan(mebibytes, seed))
            tar.File(file.Name, file.Content());
    }

    private static void WriteSecond(TarFile tar, int mebibytes, ulong seed)
    {
        foreach (var file in Plan(mebibytes, seed))
            WriteChanged(tar, file);
        foreach (var file in Plan(mebibytes, seed).Where(file => file.Fate == Fate.Moved))
            tar.File("moved/" + Path.GetFileName(file.Name), file.Content());
    }

    private static void WriteChanged(TarFile tar, LargeFile file)
    {
        if (file.Fate is Fate.Removed or Fate.Moved)
            return;
        var name =
            file.Fate == Fate.Renamed ? file.Name.Replace("file", "renamed", StringComparison.Ordinal) : file.Name;
        var content = file.Content();
        tar.File(
            name, file.Fate == Fate.Edited
                ? SampleContent.Edit(content, file.Seed ^ 0x5555, 1 + (file.Size >> 11))
                : content);
        if (file.Fate == Fate.Followed)
            tar.File(name + ".new", SampleContent.Binary(file.Seed ^ 0xAAAA, file.Size / 2));
    }

    private static IEnumerable<LargeFile> Plan(int mebibytes, ulong seed)
    {
        var random = new SampleRandom(seed);
        long left = (long)mebibytes * MiB;
        for (var i = 0; left > 0; i++)
        {
            // Most files are small and most bytes are in large ones, as in real images.
            var size = (int)Math.Min(
                left, random.Next(8) == 0 ? random.Next(MiB, 8 * MiB) : random.Next(1024, 256 * 1024));
            yield return new LargeFile(
                $"opt/part-{i / 50:000}/file-{i:00000}", random.NextUInt64(), size, DrawFate(random.Next(100)));
            left -= size;
        }
    }

    private static Fate DrawFate(int percent) => percent switch
    {
        < 1 => Fate.Removed,
        < 3 => Fate.Followed,
        < 5 => Fate.Moved,
        < 7 => Fate.Renamed,
        < 22 => Fate.Edited,
        _ => Fate.Same,
    };

    /// <summary>What becomes of a file in the second layer.</summary>
    private enum Fate
    {
        Same,
        Edited,
        Renamed,
        Moved,
        Removed,

        /// <summary>The same, and a new file after it.</summary>
        Followed,
    }

    /// <summary>A file of the layer, made when it is written.</summary>
    /// <param name="Name">Its path in the layer.</param>
    /// <param name="Seed">What its content comes from.</param>
    /// <param name="Size">Its bytes.</param>
    /// <param name="Fate">What becomes of it.</param>
    private sealed record LargeFile(string Name, ulong Seed, int Size, Fate Fate)
    {
        public byte[] Content() => Seed % 5 == 0 ? SampleContent.Text(Seed, Size) : SampleContent.Binary(Seed, Size);
    }
}
