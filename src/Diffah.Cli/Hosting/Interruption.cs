using System.Runtime.InteropServices;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Hosting;

/// <summary>
/// Turns the first SIGINT or SIGTERM into a cancellation, so that work in progress is cleaned up; the second one takes
/// its default action and kills the process.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private const string ShowCursor = "\e[?25h";

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _exitCode;

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The exit code that the signal asks for.</summary>
    public int ExitCode => _exitCode == 0 ? ExitCodes.Interrupted : _exitCode;

    /// <summary>Listens to this process's signals until disposal.</summary>
    public static Interruption OfProcess()
    {
        var interruption = new Interruption();
        interruption._registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, interruption.Handle));
        interruption._registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, interruption.Handle));
        return interruption;
    }

    /// <summary>Takes a signal: cancels at the first, lets the default happen at any further one.</summary>
    public void Handle(PosixSignalContext context)
    {
        var code = context.Signal == PosixSignal.SIGTERM ? ExitCodes.Terminated : ExitCodes.Interrupted;
        context.Cancel = Interlocked.CompareExchange(ref _exitCode, code, 0) == 0;
        if (context.Cancel)
            _ = _source.CancelAsync();
        else if (!Console.IsErrorRedirected)
            Console.Error.Write(ShowCursor); // bars that nobody gets to clear away would leave it hidden
    }

    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _source.Dispose();
    }
}

/// <summary>What the process answers with. An error's own code is <see cref="DiffahError.ExitCode"/>.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>A check of the environment failed.</summary>
    public const int Environment = (int)DiffahErrorCategory.Environment;

    /// <summary>Two images that were compared are not the same.</summary>
    public const int Different = 5;

    /// <summary>128 + SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;

    /// <summary>128 + SIGTERM.</summary>
    public const int Terminated = 143;
}
