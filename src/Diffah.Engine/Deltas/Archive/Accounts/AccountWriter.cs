using System.Globalization;
using System.Numerics;
using System.Text;
using Diffah.Engine.Compression;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive.Accounts;

/// <summary>
/// Writes what patches spend on files: a line of JSON for each content, and behind it one for each of its files that is
/// not unchanged; all in one zstd frame.
/// </summary>
internal static class AccountWriter
{
    private const int Level = 19;

    /// <summary>Writes the document; the same accounts give the same bytes.</summary>
    /// <param name="accounts">The accounts of contents, by diff id in ascending order.</param>
    public static byte[] Write(IEnumerable<KeyValuePair<Digest, ContentAccount>> accounts)
    {
        var all = accounts.ToArray();
        var listed = Choose(all);
        var text = new StringBuilder();
        for (var index = 0; index < all.Length; index++)
        {
            text.Append(Head(all[index].Key, all[index].Value)).Append('\n');
            foreach (var line in listed[index])
                text.Append(line).Append('\n');
        }
        return Compress(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>
    /// The lines of files by contents: those of the files that take most. Of files that take next to nothing only some
    /// are listed, moved ones first, since naming them takes more.
    /// </summary>
    private static List<string>[] Choose(KeyValuePair<Digest, ContentAccount>[] accounts)
    {
        var files = accounts.SelectMany((a, content) =>
            a.Value.Files.Select((file, place) => new PlacedFile(content, place, file))).ToArray();
        var chosen = new List<(PlacedFile File, string Line)>();
        Add(files.Where(f => !f.IsCheap).OrderByDescending(f => f.File.Cost), AccountFormat.MostListed, chosen);
        Add(files.Where(f => f.IsCheap).OrderBy(f => f.File.Origin is not FileOrigin.Moved)
            .ThenByDescending(f => f.File.Cost), AccountFormat.MostCheap, chosen);
        var lines = accounts.Select(_ => new List<string>()).ToArray();
        foreach (var (file, line) in chosen.OrderBy(c => c.File.Content).ThenBy(c => c.File.Place))
            lines[file.Content].Add(line);
        return lines;
    }

    private static void Add(IEnumerable<PlacedFile> files, long most, List<(PlacedFile File, string Line)> chosen)
    {
        foreach (var file in files)
        {
            var line = Line(file.File);
            var bytes = Encoding.UTF8.GetByteCount(line);
            if (bytes > AccountFormat.MaximumLine)
                continue;
            if (chosen.Count == AccountFormat.MaximumFiles || (most -= bytes) < 0)
                return;
            chosen.Add((file, line));
        }
    }

    private static string Head(Digest content, ContentAccount account)
    {
        var line = new StringBuilder($$"""{"content":"{{content}}" """.TrimEnd());
        for (var origin = 0; origin < account.Origins.Length; origin++)
        {
            var (files, size, cost) = account.Origins[origin];
            if (files > 0)
                line.Append(CultureInfo.InvariantCulture,
                    $",\"{AccountFormat.WordOf((FileOrigin)origin)}\":[{files},{size},{cost}]");
        }
        return line.Append('}').ToString();
    }

    private static string Line(FileAccount file)
    {
        var from = file.From is { } path ? $",\"from\":{JsonText.Quote(path)}" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{{\"path\":{JsonText.Quote(file.Path)},\"kind\":\"{AccountFormat.WordOf(file.Origin)}\","
                + $"\"size\":{file.Size},\"cost\":{file.Cost}{from}}}");
    }

    private static byte[] Compress(byte[] text)
    {
        using var output = new MemoryStream();
        var window = Math.Clamp(BitOperations.Log2((uint)text.Length) + 1, 10, AccountFormat.WindowLog);
        using var zstd = new ZstdCompressionStream(output, new ZstdSettings(Level, window, ContentSize: text.Length));
        zstd.Write(text);
        zstd.Finish();
        return output.ToArray();
    }

    /// <summary>A file, and where it stands.</summary>
    private readonly record struct PlacedFile(int Content, int Place, FileAccount File)
    {
        public bool IsCheap => File.Cost < AccountFormat.LeastCost;
    }
}
