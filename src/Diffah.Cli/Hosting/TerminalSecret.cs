using System.Text;

namespace Diffah.Cli.Hosting;

/// <summary>Asks for a secret at the terminal that the process was started from.</summary>
internal static class TerminalSecret
{
    /// <summary>Writes a prompt to standard error and reads a line that is not shown.</summary>
    /// <param name="prompt">What to ask.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public static Task<string> AskAsync(string prompt, CancellationToken cancellationToken)
    {
        _ = Console.KeyAvailable; // turns echo off before anybody is asked to type
        Console.Error.Write(prompt);
        // Reading a key can't be stopped; a process that is asked to end does not wait for it.
        return Task.Run(ReadLine, cancellationToken).WaitAsync(cancellationToken);
    }

    private static string ReadLine()
    {
        var text = new StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace)
                text.Length = Math.Max(0, text.Length - 1);
            else if (key.KeyChar != '\0')
                text.Append(key.KeyChar);
        }
        Console.Error.WriteLine();
        return text.ToString();
    }
}
