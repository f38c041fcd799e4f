using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Images.Comparison.Reporting;

/// <summary>
/// The folder of a report. What is written waits in a work directory inside it, and gets its names when all of it is
/// there. Disposal without that leaves nothing, nor the folder where it was made for this.
/// </summary>
internal sealed class ReportStage : IDisposable
{
    private readonly string _root;
    private readonly MadeFolders _made = new();
    private readonly WorkDirectory _work;
    private readonly string _waiting;

    /// <summary>Begins a report.</summary>
    /// <param name="root">Absolute path of the folder: not there, or empty.</param>
    /// <exception cref="DiffahException">DestinationExists, FileNotFound (a file is where a folder should
    /// be).</exception>
    public ReportStage(string root)
    {
        _root = root;
        RequireEmpty();
        MadeFolders.RequireRoom(Path.GetDirectoryName(root) ?? root);
        try
        {
            _made.Ensure(root);
            _work = new WorkDirectory(root);
            _waiting = _work.NewFilePath("report");
            Directory.CreateDirectory(_waiting);
        }
        catch
        {
            _work?.Dispose();
            _made.Dispose();
            throw;
        }
    }

    /// <summary>The absolute path of a part of the report until it is published.</summary>
    /// <param name="name">The part's name, right in the folder.</param>
    public string PathOf(string name) => Path.Combine(_waiting, name);

    /// <summary>Asks for room on the disk.</summary>
    /// <param name="bytes">How much is to be written.</param>
    /// <exception cref="DiffahException">DiskFull.</exception>
    public void RequireRoom(long bytes) => DiskSpace.Require(_root, bytes, $"The report '{_root}'",
        "Free some room, or let ReportDirectory (--report-dir) be on another disk.");

    /// <summary>Gives everything its name, in the order given; the last one shows that the report is whole.</summary>
    /// <param name="names">The parts.</param>
    /// <exception cref="DiffahException">DestinationExists: somebody else put something there meanwhile.</exception>
    public void Publish(params ReadOnlySpan<string> names)
    {
        RequireEmpty();
        var moved = new Stack<string>();
        try
        {
            foreach (var name in names)
            {
                Move(name);
                moved.Push(name);
            }
        }
        catch
        {
            while (moved.TryPop(out var name))
                Remove(Path.Combine(_root, name));
            throw;
        }
        _made.Keep();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _work.Dispose();
        }
        finally
        {
            _made.Dispose();
        }
    }

    private void Move(string name)
    {
        var to = Path.Combine(_root, name);
        try
        {
            Directory.Move(PathOf(name), to);
        }
        catch (IOException) when (Path.Exists(to))
        {
            throw Taken();
        }
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    private void RequireEmpty()
    {
        if (File.Exists(_root))
            throw new DiffahException(DiffahErrors.DestinationExists, $"'{_root}' is a file.",
                "Name a folder with ReportDirectory (--report-dir) that is empty or not there yet.");
        if (Directory.Exists(_root) && !Leftovers.IsEmptyBut(_root))
            throw Taken();
    }

    private DiffahException Taken() => new(DiffahErrors.DestinationExists, $"The folder '{_root}' is not empty.",
        "Name a folder with ReportDirectory (--report-dir) that is empty or not there yet.");
}
