using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Hosting;

/// <summary>
/// Makes sure that a command can open the files it needs. The runtime keeps a file open for each of its assemblies, and
/// where one can't be opened it ends the process in ways that nobody understands: so it is asked before.
/// </summary>
internal static class OpenFileLimit
{
    /// <summary>What a command with few workers needs beside what is open when it begins.</summary>
    private const int Needed = 64;

    /// <summary>Refuses to begin where too few files can be opened.</summary>
    /// <exception cref="DiffahException">TooManyOpenFiles.</exception>
    public static void Require()
    {
        var room = Count();
        if (room < Needed)
            throw new DiffahException(DiffahErrors.TooManyOpenFiles,
                $"The system lets this process open {room} more files only, and it may need {Needed}.");
    }

    // Nothing is asked of the runtime while no file is left for it.
    private static int Count()
    {
        var opened = new List<IDisposable>(Needed);
        try
        {
            while (opened.Count < Needed)
                opened.Add(File.OpenHandle("/dev/null"));
        }
        catch (IOException)
        {
        }
        foreach (var file in opened)
            file.Dispose();
        return opened.Count;
    }
}
