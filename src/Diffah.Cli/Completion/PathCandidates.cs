using Diffah.Cli.Hosting;

namespace Diffah.Cli.Completion;

/// <summary>Files and folders that a path as far as it is typed may mean. A folder's name ends with a slash.</summary>
internal static class PathCandidates
{
    /// <summary>Finds what fits, in order; nothing where a folder can't be read.</summary>
    /// <param name="typed">The path as far as it is typed; <c>~/</c> is the user's home folder.</param>
    /// <param name="foldersOnly">Whether files are left out.</param>
    /// <param name="host">The host, whose current directory relative paths start from.</param>
    public static IEnumerable<Candidate> Find(string typed, bool foldersOnly, CommandLineHost host)
    {
        var nameStart = typed.LastIndexOf('/') + 1;
        var (folder, name) = (typed[..nameStart], typed[nameStart..]);
        return from entry in Read(folder, host)
               where entry.Name.StartsWith(name, StringComparison.Ordinal)
               // What begins with a dot is hidden until a dot is typed, as shells have it.
               where name.Length > 0 || entry.Name[0] != '.'
               // Of a link it is what the link leads to that counts.
               let isFolder = Directory.Exists(entry.FullName)
               where isFolder || !foldersOnly
               orderby entry.Name
               select new Candidate(folder + entry.Name + (isFolder ? "/" : ""));
    }

    private static IReadOnlyList<FileSystemInfo> Read(string folder, CommandLineHost host)
    {
        try
        {
            var directory = new DirectoryInfo(Expand(folder, host));
            // A candidate is a line, so a name with a line's end can't be one.
            return [.. directory.EnumerateFileSystemInfos().Where(e => !e.Name.Any(char.IsControl))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }
    }

    private static string Expand(string folder, CommandLineHost host)
    {
        if (folder.Length == 0)
            return host.CurrentDirectory;
        return folder.StartsWith("~/", StringComparison.Ordinal) && host.ReadVariable("HOME") is { Length: > 0 } home
            ? Path.Join(home, folder[1..])
            : host.Resolve(folder);
    }
}
