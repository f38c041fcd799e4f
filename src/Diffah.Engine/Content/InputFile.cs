using System.Formats.Tar;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Content;

/// <summary>What a path leads to, where it is no folder.</summary>
internal enum InputKind
{
    /// <summary>A file: it has a size, and can be read again and from anywhere.</summary>
    File,

    /// <summary>A FIFO or a pipe: it is read once, and opening it waits for a writer.</summary>
    Pipe,

    /// <summary>A device or a socket: reading it may never end.</summary>
    Device,
}

/// <summary>Looks at what an input is before it is opened: the opening of a FIFO waits, and can't be stopped.</summary>
internal static class InputFile
{
    /// <summary>What is at a path; a file where there is nothing, so that the opening says so.</summary>
    /// <param name="path">Absolute path; links are followed.</param>
    public static InputKind KindOf(string path)
    {
        var info = new FileInfo(path);
        if (OperatingSystem.IsWindows() || !info.Exists)
            return InputKind.File;
        // What has a size is a file, so that nearly all are known by one look. That of a link is its own.
        if (info.LinkTarget is null)
            return info.Length > 0 ? InputKind.File : KindOfReal(path);
        var real = new FileInfo(RealPath.Of(path));
        if (!real.Exists)
            return InputKind.Pipe; // what /dev/stdin leads to has no name
        return real.Length > 0 ? InputKind.File : KindOfReal(real.FullName);
    }

    /// <summary>Refuses what can't be read from anywhere and again.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="what">What it is to be, for the error message: "the archive 'a.tar'".</param>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public static void RequireFile(string path, string what)
    {
        var kind = KindOf(path);
        if (kind == InputKind.File)
            return;
        var found = kind == InputKind.Pipe ? "a pipe" : "a device";
        throw new DiffahException(DiffahErrors.InvalidArgument,
            $"{char.ToUpperInvariant(what[0])}{what[1..]} is {found}, and it must be a file: "
                + "it is read in any order, and more than once.",
            kind == InputKind.Pipe
                ? "Write what comes through the pipe to a file first, and name the file. The command line reads an "
                    + $"archive from standard input where '{StandardStreams.Name}' stands in place of its path."
                : "Name a file.");
    }

    /// <summary>
    /// Opens an input that is read once, from its start; null for a device. The opening of a pipe waits for a writer,
    /// and can be stopped.
    /// </summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    public static async Task<Stream?> TryOpenOnceAsync(string path, CancellationToken cancellationToken)
    {
        var kind = KindOf(path);
        if (kind == InputKind.Device && RealPath.Of(path) != "/dev/null")
            return null;
        if (kind != InputKind.Pipe)
            return Open(path);
        // Left alone where the operation ends before a writer comes: nothing stops the system's call.
        var opening = Task.Factory.StartNew(
            () => Open(path), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return new PipeReadStream(await opening.WaitAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            _ = opening.ContinueWith(
                t => t.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
            throw;
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read,
        FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);

    // The base library tells the type of a file nowhere but where it packs one, and packing opens files alone.
    private static InputKind KindOfReal(string path)
    {
        try
        {
            using var packed = new MemoryStream();
            using (var writer = new TarWriter(packed, TarEntryFormat.Pax, leaveOpen: true))
                writer.WriteEntry(path, "x");
            packed.Position = 0;
            using var reader = new TarReader(packed);
            return reader.GetNextEntry()?.EntryType switch
            {
                TarEntryType.Fifo => InputKind.Pipe,
                TarEntryType.CharacterDevice or TarEntryType.BlockDevice => InputKind.Device,
                _ => InputKind.File,
            };
        }
        catch (UnauthorizedAccessException)
        {
            return InputKind.File; // the opening says so
        }
        catch (IOException)
        {
            return InputKind.Device; // a socket can't be packed
        }
    }
}
