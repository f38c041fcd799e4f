using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Content;

/// <summary>
/// The missing folders that were created for an output. Disposal removes those that are empty, unless they are kept.
/// </summary>
internal sealed class MadeFolders : IDisposable
{
    private readonly Stack<string> _made = new();

    /// <summary>Creates a folder, and its parents, where they are missing.</summary>
    /// <param name="path">Absolute path of the folder.</param>
    /// <exception cref="UnauthorizedAccessException">The user may not create them.</exception>
    public void Ensure(string path)
    {
        if (Directory.Exists(path))
            return;
        if (Path.GetDirectoryName(path) is { } parent)
            Ensure(parent);
        Directory.CreateDirectory(path);
        _made.Push(path);
    }

    /// <summary>Keeps the folders.</summary>
    public void Keep() => _made.Clear();

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_made.TryPop(out var folder))
        {
            if (!TryRemove(folder))
                return;
        }
    }

    /// <summary>Throws where a folder can't be created because a file has its name.</summary>
    /// <param name="path">Absolute path of the folder.</param>
    /// <exception cref="DiffahException">FileNotFound.</exception>
    public static void RequireRoom(string path)
    {
        for (var folder = path; folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(folder))
                throw new DiffahException(DiffahErrors.FileNotFound,
                    $"'{folder}' is a file, so there is no folder '{path}'.", "Correct the path, or remove the file.");
        }
    }

    private static bool TryRemove(string folder)
    {
        try
        {
            Directory.Delete(folder);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // somebody else has put something there meanwhile
        }
    }
}
