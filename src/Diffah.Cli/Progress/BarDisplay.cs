using Diffah.Engine.Diagnostics;
using Spectre.Console;

namespace Diffah.Cli.Progress;

/// <summary>
/// Progress as bars on a terminal: the whole, and each part that is being worked on. Redrawn ten times a second.
/// </summary>
internal sealed class BarDisplay : IProgressDisplay
{
    // Rates and clocks go on where nothing is reported.
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(0.5);

    private readonly IAnsiConsole _console;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, (ProgressTask Task, ProgressEvent Latest)> _bars = [];
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ProgressMeter _meter;
    private readonly Task _drawing;
    private ProgressContext? _context;

    /// <summary>Begins to draw.</summary>
    /// <param name="output">A terminal.</param>
    /// <param name="color">Whether bars may have colours.</param>
    /// <param name="time">The clock.</param>
    public BarDisplay(TextWriter output, bool color, TimeProvider time)
    {
        _meter = new ProgressMeter(time);
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
            var task = _bars.TryGetValue(progress.Id, out var bar)
                ? bar.Task
                : _context.AddTask(Markup.Escape(progress.Activity), maxValue: 1);
            Update(task, progress);
        }
    }

    public void WriteLine(string line) => _console.WriteLine(line);

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
            _finished.TrySetResult();
        await _drawing;
    }

    private void Update(ProgressTask task, ProgressEvent progress)
    {
        task.Description = Markup.Escape(ProgressText.Label(progress, _meter.Take(progress)));
        task.IsIndeterminate = ProgressText.Fraction(progress) is null;
        // A full bar counts as finished and would be hidden, though another stage may follow.
        task.Value = Math.Min(ProgressText.Fraction(progress) ?? 0, 0.9999);
        if (progress.Completed)
            task.StopTask();
        if (progress.Completed)
            _bars.Remove(progress.Id);
        else
            _bars[progress.Id] = (task, progress);
    }

    private Task DrawAsync() => _console.Progress().AutoClear(true).HideCompleted(true)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 },
            new PercentageColumn())
        .StartAsync(async context =>
        {
            _context = context;
            while (await Task.WhenAny(_finished.Task, Task.Delay(Refresh)) != _finished.Task)
                UpdateAll();
        });

    private void UpdateAll()
    {
        lock (_lock)
        {
            foreach (var (task, latest) in _bars.Values.ToArray())
                Update(task, latest);
        }
    }
}
