using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Content;

/// <summary>
/// The standard streams of a process, for operations: a program that has them hands them in, since the engine has no
/// console. <c>-</c> in place of a file's path means one of them. Each serves one purpose.
/// </summary>
public sealed class StandardStreams
{
    /// <summary>What stands for a stream in place of a path. A file of that name is <c>./-</c>.</summary>
    public const string Name = "-";

    private const string Input = "input";
    private const string Output = "output";
    private const int StepLength = 64 * 1024; // what a pipe of Linux takes at once
    private const int BrokenPipe = 32; // EPIPE
    private const int BrokenPipeOfWindows = unchecked((int)0x8007006D);
    private const int ClosingPipeOfWindows = unchecked((int)0x800700E8);

    private string? _reader;
    private string? _writer;

    /// <summary>No streams: <c>-</c> is refused.</summary>
    public static StandardStreams None { get; } = new();

    /// <summary>Opens standard input; null where there is none to read.</summary>
    public Func<Stream>? OpenInput { get; init; }

    /// <summary>
    /// Opens standard output. Its writes fail where the reader has gone; null where there is none to write.
    /// </summary>
    public Func<Stream>? OpenOutput { get; init; }

    /// <summary>Absolute path of the file that standard output goes to; null where it can't be told.</summary>
    public string? OutputFile { get; init; }

    /// <summary>True where a path means a stream.</summary>
    /// <param name="path">The path.</param>
    public static bool AreMeant(string path) => path == Name;

    /// <summary>Refuses to read anything but the one thing that standard input is for.</summary>
    /// <param name="what">What is read, as the user wrote it or with its article.</param>
    /// <exception cref="DiffahException">InvalidArgument: there is no standard input, or another reads it.</exception>
    internal void TakeInput(string what)
    {
        Require(OpenInput, what, Input);
        Take(ref _reader, what, Input, "read");
    }

    /// <summary>Refuses to write anything but the one thing that standard output is for.</summary>
    /// <param name="what">What is written, as the user wrote it or with its article.</param>
    /// <exception cref="DiffahException">InvalidArgument: there is no standard output, or another goes
    /// there.</exception>
    internal void TakeOutput(string what)
    {
        RequireOutput(what);
        Take(ref _writer, what, Output, "written");
    }

    /// <summary>
    /// Refuses to write where there is no standard output; whether another takes it is not looked at.
    /// </summary>
    /// <param name="what">What is written, as the user wrote it or with its article.</param>
    /// <exception cref="DiffahException">InvalidArgument: there is none.</exception>
    internal void RequireOutput(string what) => Require(OpenOutput, what, Output);

    /// <summary>Writes all of standard input to a file, which can be read in any order then.</summary>
    /// <param name="what">What is read, as the user wrote it or with its article.</param>
    /// <param name="work">Where the file goes.</param>
    /// <param name="events">Told how far it is.</param>
    /// <param name="cancellationToken">Stops the wait for the writer.</param>
    /// <returns>Absolute path of the file.</returns>
    /// <exception cref="DiffahException">InvalidArgument: see <see cref="TakeInput"/>.</exception>
    internal async Task<string> SpoolAsync(
        string what, WorkDirectory work, EventSink events, CancellationToken cancellationToken)
    {
        TakeInput(what);
        var path = work.NewFilePath("standard-input");
        using var progress = events.BeginPart("standard input", "reading", null);
        await using var input = new PipeReadStream(OpenInput!());
        await using var file = new FileStream(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        var bytes = await input.CopyToAsync(file, progress.Advance, cancellationToken);
        events.Debug($"Read {what} from standard input: {Human.Size(bytes)}.");
        return path;
    }

    /// <summary>Writes a file to standard output. Whoever sends it has taken the output before.</summary>
    /// <param name="path">Absolute path of the file, which is whole.</param>
    /// <param name="events">Told how far it is.</param>
    /// <param name="cancellationToken">Stops the wait for the reader.</param>
    /// <exception cref="DiffahException">OutputClosed: the reader left before it had all of it.</exception>
    internal async Task SendAsync(string path, EventSink events, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
        using var progress = events.BeginPart("standard output", "writing", file.Length);
        try
        {
            await using var output = OpenOutput!();
            await CopyAsync(file, output, progress.Advance, cancellationToken);
        }
        catch (IOException e) when (e.HResult is BrokenPipe or BrokenPipeOfWindows or ClosingPipeOfWindows)
        {
            throw new DiffahException(DiffahErrors.OutputClosed,
                $"Whoever reads standard output went away before it had all of {Human.SizeAndBytes(file.Length)}.",
                inner: e);
        }
        progress.EndStage();
    }

    // The system's call for bytes that nobody takes can't be stopped: it keeps its bytes, and nobody waits for it.
    private static async Task CopyAsync(
        Stream file, Stream output, Action<long> advance, CancellationToken cancellationToken)
    {
        var buffer = new byte[StepLength];
        for (int read; (read = await file.ReadAsync(buffer, cancellationToken)) > 0; advance(read))
        {
            var bytes = buffer.AsMemory(0, read);
            await Task.Run(() => output.Write(bytes.Span), CancellationToken.None).WaitAsync(cancellationToken);
        }
        await Task.Run(output.Flush, CancellationToken.None).WaitAsync(cancellationToken);
    }

    private static void Require(Func<Stream>? open, string what, string stream)
    {
        if (open is null)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"'{Name}' for {what} means standard {stream}, and there is none here: a pipeline of PowerShell "
                    + "carries objects, not bytes.",
                $"Name a file (./{Name} for one of that name), or use the command line, diffah.");
    }

    private static void Take(ref string? taken, string what, string stream, string done)
    {
        if (taken is not null)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"Standard {stream} can be {done} once, and both {taken} and {what} are to be.",
                "Name a file for one of them.");
        taken = what;
    }
}
