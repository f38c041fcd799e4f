using Diffah.Engine.Content;

namespace Diffah.Engine.Transports.Storage;

/// <summary>
/// Files of a stage that get their names together. Disposal takes away those that are new, and the folders made for
/// them, unless they are kept. To be used under the folder's lock: nobody else has seen them.
/// </summary>
/// <param name="stage">Where the files wait.</param>
internal sealed class Publication(FolderStage stage) : IDisposable
{
    private readonly MadeFolders _folders = new();
    private readonly List<string> _new = [];

    /// <summary>Gives a file its name.</summary>
    /// <param name="name">Its relative name.</param>
    /// <param name="path">Absolute path of its place.</param>
    public void Add(string name, string path)
    {
        _folders.Ensure(Path.GetDirectoryName(path)!);
        var isNew = !File.Exists(path);
        stage.Move(name, path);
        if (isNew)
            _new.Add(path);
    }

    /// <summary>Keeps everything.</summary>
    public void Keep()
    {
        _new.Clear();
        _folders.Keep();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var path in _new)
            File.Delete(path);
        _folders.Dispose();
    }
}
