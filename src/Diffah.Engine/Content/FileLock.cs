using System.Diagnostics;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Content;

/// <summary>
/// A lock that all processes honour, held through an open file: it ends with the process, however that ends, and
/// children do not inherit it. The base library takes flock(2) for a file that is opened for one alone. The file is
/// there only while somebody holds it, and what a killed process leaves of it locks nobody out.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private const int LongestMark = 1 << 20;
    // What is done under a lock takes moments.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _file;

    private FileLock(FileStream file, bool isReal) => (_file, IsReal) = (file, isReal);

    /// <summary>False where the file system keeps no locks, so that it holds nobody off.</summary>
    public bool IsReal { get; }

    /// <summary>Takes the lock; null where somebody holds it.</summary>
    /// <param name="path">Absolute path of the lock's file, in a folder that is there.</param>
    public static FileLock? TryTake(string path)
    {
        RequireNoLink(path);
        try
        {
            return IfFound(Open(path));
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    /// <summary>True where a run that held the lock was killed: its file is there, and nobody holds it.</summary>
    /// <param name="path">Absolute path of the lock's file.</param>
    public static bool IsLeft(string path)
    {
        if (!File.Exists(path))
            return false;
        using var taken = TryTake(path);
        return taken is not null;
    }

    /// <summary>Takes the lock, and waits for it where somebody holds it.</summary>
    /// <param name="path">Absolute path of the lock's file.</param>
    /// <param name="place">What it is the lock of, for people.</param>
    /// <param name="events">Told of waiting, and of a file system without locks.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <param name="patience">How long to wait; null is two minutes.</param>
    /// <exception cref="DiffahException">DestinationBusy.</exception>
    public static async Task<FileLock> TakeAsync(
        string path, string place, EventSink events, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        var longest = patience ?? Patience;
        ProgressScope? waiting = null;
        try
        {
            for (var clock = Stopwatch.StartNew(); ; await Task.Delay(Pause, cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (TryTake(path) is { } taken)
                    return taken.Told(place, events);
                waiting ??= Tell(place, events);
                if (clock.Elapsed > longest)
                    throw new DiffahException(DiffahErrors.DestinationBusy,
                        $"Another run writes to '{place}' and has not let go of it for "
                            + $"{(int)longest.TotalSeconds} seconds.",
                        $"Run the command again when the other has ended; who keeps '{path}' open is the other.");
            }
        }
        finally
        {
            waiting?.Dispose();
        }
    }

    /// <summary>True for what opening a file throws that somebody holds locked.</summary>
    /// <param name="exception">What was thrown.</param>
    public static bool IsHeld(IOException exception) =>
        exception.HResult == (OperatingSystem.IsMacOS() ? 35 : 11); // EWOULDBLOCK, as the base library passes it on

    /// <summary>True where a lock that is held keeps a second one off: not so on each file system.</summary>
    /// <param name="path">Absolute path of the file that is locked.</param>
    public static bool KeepsOff(string path)
    {
        try
        {
            File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete).Dispose();
            return false;
        }
        catch (IOException e) when (IsHeld(e))
        {
            return true;
        }
    }

    /// <summary>Removes the file, and lets go of the lock.</summary>
    public void Dispose()
    {
        // While it is locked still: nobody else may have made a file of its name meanwhile.
        File.Delete(_file.Name);
        _file.Dispose();
    }

    private static FileStream Open(string path) =>
        new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

    private static ProgressScope Tell(string place, EventSink events)
    {
        events.Verbose($"Another run writes to '{place}': waiting for it.");
        return events.BeginPart(Path.GetFileName(place), "waits for another run", null);
    }

    // Whoever held the lock has removed its file: what was locked here may be a file that nobody can find any more. A
    // length that no other has shows it.
    private static FileLock? IfFound(FileStream file)
    {
        try
        {
            file.SetLength(Random.Shared.Next(1, LongestMark));
            if (new FileInfo(file.Name) is { Exists: true } found && found.Length == file.Length)
                return new FileLock(file, KeepsOff(file.Name));
        }
        catch
        {
            file.Dispose();
            throw;
        }
        file.Dispose();
        return null;
    }

    // It is opened for writing: never what somebody else made the name stand for.
    private static void RequireNoLink(string path)
    {
        if (new FileInfo(path).LinkTarget is not null)
            throw new DiffahException(DiffahErrors.DestinationExists, $"'{path}' is a link.",
                "Remove the link: no run of Diffah made it.");
    }

    private FileLock Told(string place, EventSink events)
    {
        if (!IsReal)
            events.Warn($"The file system of '{place}' keeps no locks: let nothing else write there at the same time.");
        return this;
    }
}
