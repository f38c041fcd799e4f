using System.Collections.Concurrent;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports;

namespace Diffah.Fuzz.Laws;

/// <summary>How one operation ended.</summary>
/// <param name="Succeeded">True where it gave something.</param>
/// <param name="Value">What it gave.</param>
internal readonly record struct Outcome<T>(bool Succeeded, T Value);

/// <summary>One input being tried: its folders, and the laws that hold for each operation on it.</summary>
/// <param name="folder">Absolute path of a folder for this input alone; it is not there yet.</param>
internal sealed class Trial(string folder) : IDisposable
{
    /// <summary>The outcome of an operation that threw anything else than a DiffahException.</summary>
    public const string Untyped = "untyped";

    private readonly string _work = Path.Combine(folder, "work");
    private int _outputs;

    /// <summary>Absolute path of the folder with the input's files.</summary>
    public string Input { get; } = Path.Combine(folder, "in");

    /// <summary>Absolute path of the folder to spool in, which is empty after each operation.</summary>
    public string Work => Directory.CreateDirectory(_work).FullName;

    /// <summary>Every transport; registries without anybody's credentials.</summary>
    public TransportCatalog Catalog { get; init; } = TransportCatalog.Default;

    /// <summary>Texts that nothing may show.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>How operations ended: "ok", or the code of a row.</summary>
    public ConcurrentQueue<string> Outcomes { get; init; } = [];

    /// <summary>A path in the input.</summary>
    public string this[string name] => Path.Combine(Input, name);

    /// <summary>The same trial with other transports, or with secrets.</summary>
    public Trial With(TransportCatalog catalog, IReadOnlyList<string> secrets) =>
        new(folder) { Catalog = catalog, Secrets = secrets, Outcomes = Outcomes, _outputs = 1000 };

    /// <summary>Absolute path of a new empty folder, for the outputs of one operation.</summary>
    public string NewOutput() =>
        Directory.CreateDirectory(Path.Combine(folder, $"out-{_outputs++}")).FullName;

    /// <summary>Runs an operation that writes nothing but to the work folder.</summary>
    public Task<Outcome<T>> ReadAsync<T>(string operation, Func<EventSink, CancellationToken, Task<T>> run) =>
        RunAsync(operation, null, run);

    /// <summary>Runs an operation that writes into a folder, which stays empty where it fails.</summary>
    public Task<Outcome<T>> WriteAsync<T>(
        string operation, string output, Func<EventSink, CancellationToken, Task<T>> run) =>
        RunAsync(operation, output, run);

    /// <summary>Runs what reads a file or a text and is done.</summary>
    public async Task<Outcome<T>> ParseAsync<T>(string operation, Func<T> run) =>
        await RunAsync(operation, null, (_, _) => Task.Run(run));

    public void Dispose()
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private async Task<Outcome<T>> RunAsync<T>(
        string operation, string? output, Func<EventSink, CancellationToken, Task<T>> run)
    {
        var text = new TextLaw(operation, Secrets);
        using var stop = new CancellationTokenSource(Bounds.Time);
        Outcome<T> outcome = default;
        try
        {
            var work = run(new EventSink(text), stop.Token);
            outcome = new(true, await work.WaitAsync(Bounds.Time + Bounds.Stopping));
            Outcomes.Enqueue("ok");
        }
        catch (TimeoutException)
        {
            throw new LawBrokenException(Law.Time, operation, "it does not stop when it is told to");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new LawBrokenException(Law.Time, operation, $"it took more than {Bounds.Time.TotalSeconds} s");
        }
        catch (Exception e)
        {
            Judge(operation, text, e);
        }
        text.CheckEvents();
        RequireEmpty(operation, _work, "the work folder");
        if (output is not null && !outcome.Succeeded)
            RequireEmpty(operation, output, "the destination");
        return outcome;
    }

    private void Judge(string operation, TextLaw text, Exception thrown)
    {
        var error = DiffahException.From(thrown);
        Outcomes.Enqueue(thrown is DiffahException ? error.Error.Code : Untyped);
        if (thrown is not DiffahException || error.Error == DiffahErrors.Internal)
            throw new LawBrokenException(Law.Typed, operation,
                $"{thrown.GetType().Name}: {thrown.Message}\n{thrown.StackTrace}",
                $"{thrown.GetType().Name} in {Place(thrown)}");
        if (!DiffahErrors.All.Contains(error.Error))
            throw new LawBrokenException(Law.Typed, operation, $"{error.Error.Code} is no row of the table");
        text.Check(error);
    }

    /// <summary>The first method of the engine on the stack.</summary>
    private static string Place(Exception thrown) =>
        (thrown.StackTrace ?? "").Split('\n').Select(line => line.Trim())
            .FirstOrDefault(line => line.Contains("Diffah.Engine", StringComparison.Ordinal))?
            .Split(" in ")[0] ?? "no method of the engine";

    private static void RequireEmpty(string operation, string path, string what)
    {
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).FirstOrDefault() is { } left)
            throw new LawBrokenException(Law.Clean, operation, $"'{Path.GetFileName(left)}' is left in {what}",
                $"something is left in {what}");
    }
}
