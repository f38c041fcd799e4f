using Diffah.Engine.Diagnostics;
using Spectre.Console;

namespace Diffah.Cli.Progress;

/// <summary>Progress as bars on a terminal: the whole, and each part that is being worked on. Redrawn ten times a second.</summary>
internal sealed class BarDisplay : IProgressDisplay
{
    private readonly IAnsiConsole _console;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, ProgressTask> _tasks = [];
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TransferRates _rates;
    private readonly Task _drawing;
    private ProgressContext? _context;

    /// <summary>Begins to draw.</summary>
    /// <param name="output">A terminal.</param>
    /// <param name="color">Whether bars may have colours.</param>
    /// <param name="time">The clock.</param>
    public BarDisplay(TextWriter output, bool color, TimeProvider time)
    {
        _rates = new TransferRates(time);
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            ColorSystem = color ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        _drawing = DrawAsync();
    }

    public void Show(ProgressEvent progress)
    {
        lock (_lock)
        {
            if (_context is null || _finished.Task.IsCompleted)
                return;
            var label = Markup.Escape(ProgressText.Label(progress, _rates.Take(progress)));
            if (!_tasks.TryGetValue(progress.Id, out var task))
                _tasks[progress.Id] = task = _context.AddTask(label, maxValue: 1);
            Update(task, progress, label);
        }
    }

    public void WriteLine(string line) => _console.WriteLine(line);

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
            _finished.TrySetResult();
        await _drawing;
    }

    private static void Update(ProgressTask task, ProgressEvent progress, string label)
    {
        task.Description = label;
        task.IsIndeterminate = ProgressText.Fraction(progress) is null;
        // A full bar counts as finished and would be hidden, though another stage may follow.
        task.Value = Math.Min(ProgressText.Fraction(progress) ?? 0, 0.9999);
        if (progress.Completed)
            task.StopTask();
    }

    private Task DrawAsync() => _console.Progress().AutoClear(true).HideCompleted(true)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new PercentageColumn())
        .StartAsync(context =>
        {
            _context = context;
            return _finished.Task;
        });
}
