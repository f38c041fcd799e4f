namespace Diffah.Bench;

/// <summary>A folder for large files, gone at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path;

    public TemporaryFolder(string parent)
    {
        _path = Path.Combine(parent, $"diffah-bench-{Guid.NewGuid():N}");
        Directory.CreateDirectory(_path);
    }

    public string this[string name] => Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
