namespace Diffah.Engine.Content;

/// <summary>
/// Where a file is. It shows whether two paths lead to the same file, through symbolic links or hard links.
/// </summary>
internal sealed class FilePlace
{
    private readonly FileInfo _info;

    /// <param name="path">Absolute path. The file need not exist.</param>
    public FilePlace(string path)
    {
        RealPath = Content.RealPath.Of(path);
        _info = new FileInfo(RealPath);
        Exists = _info.Exists;
    }

    /// <summary>The path without links in it.</summary>
    public string RealPath { get; }

    /// <summary>True where the file exists. A folder does not count.</summary>
    public bool Exists { get; }

    /// <summary>True where both paths lead to the same file, or will once it is written.</summary>
    public bool IsSameAs(FilePlace other) =>
        RealPath == other.RealPath
            || (Exists && other.Exists && LooksLike(other) && FileNumber.AreSame(RealPath, other.RealPath));

    // Two names of a file have equal sizes and times. Nearly all pairs differ here, and no file is opened for them.
    private bool LooksLike(FilePlace other)
    {
        try
        {
            return _info.Length == other._info.Length && _info.LastWriteTimeUtc == other._info.LastWriteTimeUtc
                && _info.Attributes == other._info.Attributes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // gone meanwhile
        }
    }
}
