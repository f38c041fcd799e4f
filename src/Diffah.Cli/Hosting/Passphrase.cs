using System.Text;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Hosting;

/// <summary>A passphrase from standard input. It is never an argument, which everybody on a machine can see.</summary>
internal static class Passphrase
{
    /// <summary>How the names of options end that read one.</summary>
    public const string OptionSuffix = "password-stdin";

    /// <summary>The most that a passphrase may be, in bytes.</summary>
    public const int MaximumBytes = 64 << 10;

    /// <summary>Reads one line; what follows it is left alone. A person at a terminal is asked.</summary>
    /// <param name="host">The host.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The line without its end; may be empty.</returns>
    /// <exception cref="DiffahException">InvalidArgument: too long, or no text.</exception>
    public static async Task<string> ReadAsync(CommandLineHost host, CancellationToken cancellationToken)
    {
        if (host.AskSecret is { } ask)
            return await ask("Passphrase: ", cancellationToken);
        await using var input = host.OpenInput();
        var line = await ReadLineAsync(input, cancellationToken);
        try
        {
            return new UTF8Encoding(
                encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(line.Span);
        }
        catch (DecoderFallbackException)
        {
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "The passphrase on standard input is no text in UTF-8.", "Pipe the passphrase itself, not the key.");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadLineAsync(Stream input, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaximumBytes + 2]; // with room for the end of the line
        for (var length = 0; length < buffer.Length;)
        {
            var read = await input.ReadAsync(buffer.AsMemory(length), cancellationToken);
            var end = Array.IndexOf(buffer, (byte)'\n', length, read);
            length += read;
            if (end >= 0 || read == 0)
                return Trim(buffer.AsMemory(0, end >= 0 ? end : length), end >= 0);
        }
        throw TooLong();
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> line, bool ended)
    {
        var text = ended && line.Span is [.., (byte)'\r'] ? line[..^1] : line;
        return text.Length <= MaximumBytes ? text : throw TooLong();
    }

    private static DiffahException TooLong() =>
        new(DiffahErrors.InvalidArgument, $"The passphrase on standard input is longer than {MaximumBytes} bytes.",
            "Pipe one line with the passphrase, for example from a file.");
}

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
        for (var key = Console.ReadKey(intercept: true);
            key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
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
