using Diffah.Engine.Content;

namespace Diffah.Engine.Images.Comparison.Reporting;

/// <summary>
/// Makes files by names from images: plain files in plain folders, and nothing that was there is written to. Only what
/// is made here is in the tree, so that no name leads through a link.
/// </summary>
/// <param name="root">Absolute path of the tree; it is there.</param>
internal sealed class ReportTree(string root)
{
    /// <summary>How many folders a file needs that are not there.</summary>
    /// <param name="name">A canonical name (<see cref="ContainedPath"/>).</param>
    public int CountMissingFolders(string name)
    {
        var count = 0;
        for (var folder = FolderOf(name); !Directory.Exists(folder); folder = Path.GetDirectoryName(folder)!)
            count++;
        return count;
    }

    /// <summary>Makes a file; null where that can't be.</summary>
    /// <param name="name">A canonical name (<see cref="ContainedPath"/>).</param>
    /// <param name="why">A word of <see cref="NotWritten"/>.</param>
    public FileStream? TryCreate(string name, out string? why)
    {
        var path = ContainedPath.Resolve(root, name);
        why = NotWritten.NameTaken;
        try
        {
            if (!TryMakeFolder(FolderOf(name)))
                return null;
            var file = new FileStream(
                path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0, FileOptions.Asynchronous);
            why = null;
            return file;
        }
        catch (PathTooLongException)
        {
            why = NotWritten.NameTooLong;
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && Path.Exists(path))
        {
            return null;
        }
    }

    private static bool TryMakeFolder(string folder)
    {
        if (Directory.Exists(folder))
            return true;
        if (File.Exists(folder) || !TryMakeFolder(Path.GetDirectoryName(folder)!))
            return false;
        Directory.CreateDirectory(folder);
        return true;
    }

    private string FolderOf(string name) => Path.GetDirectoryName(ContainedPath.Resolve(root, name))!;
}
