using System.Text;
using System.Text.Json;

namespace Diffah.Fuzz.Running;

/// <summary>
/// An input as it is on disk: files, symbolic links, and how the operations are to be called. It holds all that a run
/// needs, so that a saved one shows the same fault after its builder has changed.
/// </summary>
/// <param name="Class">The class that runs it.</param>
/// <param name="Origin">Where it came from, for people.</param>
internal sealed record FuzzInput(string Class, string Origin)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Contents by relative paths.</summary>
    public SortedDictionary<string, byte[]> Files { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Targets of symbolic links by relative paths.</summary>
    public SortedDictionary<string, string> Links { get; init; } = new(StringComparer.Ordinal);

    /// <summary>What the class wants to know besides.</summary>
    public SortedDictionary<string, string> Settings { get; init; } = new(StringComparer.Ordinal);

    public long Bytes => Files.Values.Sum(content => (long)content.Length);

    public string this[string setting] => Settings.TryGetValue(setting, out var value) ? value : "";

    /// <summary>The same with other files.</summary>
    public FuzzInput WithFiles(IEnumerable<KeyValuePair<string, byte[]>> files) =>
        this with { Files = new(files.ToDictionary(), StringComparer.Ordinal) };

    /// <summary>Writes files and links below a folder; what would lie elsewhere is left out.</summary>
    public void WriteTo(string folder)
    {
        foreach (var (name, content) in Files)
            Place(folder, name, path => File.WriteAllBytes(path, content));
        foreach (var (name, target) in Links)
            Place(folder, name, path => File.CreateSymbolicLink(path, target));
    }

    public void Save(string path)
    {
        var document = new SavedInput(Class, Origin, Settings, Links,
            new(Files.ToDictionary(file => file.Key, file => SavedFile.Of(file.Value)), StringComparer.Ordinal));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, JsonSerializer.Serialize(document, Indented) + "\n");
    }

    public static FuzzInput Load(string path)
    {
        var saved = JsonSerializer.Deserialize<SavedInput>(File.ReadAllText(path))
            ?? throw new InvalidDataException($"'{path}' holds no input.");
        return new FuzzInput(saved.Class, saved.Origin)
        {
            Settings = saved.Settings,
            Links = saved.Links,
            Files = new(saved.Files.ToDictionary(file => file.Key, file => file.Value.ToBytes()),
                StringComparer.Ordinal),
        };
    }

    private static void Place(string folder, string name, Action<string> write)
    {
        try
        {
            var path = Path.GetFullPath(Path.Join(folder, name));
            if (!path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                return;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            write(path);
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // A name that this file system does not take: the input is without that file.
        }
    }

    private sealed record SavedInput(string Class, string Origin, SortedDictionary<string, string> Settings,
        SortedDictionary<string, string> Links, SortedDictionary<string, SavedFile> Files);

    private sealed record SavedFile(string? Text, string? Base64)
    {
        public static SavedFile Of(byte[] content)
        {
            var text = Encoding.UTF8.GetString(content);
            return text.All(c => c is '\n' or (>= ' ' and < '\x7f')) ? new(text, null)
                : new(null, Convert.ToBase64String(content));
        }

        public byte[] ToBytes() => Text is null ? Convert.FromBase64String(Base64!) : Encoding.UTF8.GetBytes(Text);
    }
}
