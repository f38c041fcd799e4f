namespace Diffah.Fuzz.Running;

/// <summary>
/// A note of the input that a worker is at. A stack that overflows ends the process at once: who started it reads the
/// note, and says which input it was.
/// </summary>
internal sealed class CurrentInput : IDisposable
{
    private const string Pattern = "current-";

    private readonly string _path;

    public CurrentInput(string folder, string worker, string origin)
    {
        _path = Path.Combine(folder, Pattern + worker);
        File.WriteAllText(_path, origin);
    }

    public void Dispose() => File.Delete(_path);

    /// <summary>The notes that are left.</summary>
    public static IEnumerable<string> Left(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, Pattern + "*").Select(File.ReadAllText)
        : [];

    public static void Clear(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var note in Directory.EnumerateFiles(folder, Pattern + "*"))
            File.Delete(note);
    }
}
