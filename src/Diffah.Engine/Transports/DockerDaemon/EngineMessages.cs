using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.DockerDaemon;

/// <summary>What an engine says while it works: JSON objects, one after the other.</summary>
internal static class EngineMessages
{
    private const int MaximumLine = 1024 * 1024;
    private const int MaximumText = 500;
    private const string NextFormat = "\n * ";
    private const string SentFormat = NextFormat + "docker-archive: ";
    private const string What = "message of the engine";

    /// <summary>Reads the messages of an answer, as they come.</summary>
    /// <param name="answer">The answer's body.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">DaemonProtocol.</exception>
    public static async IAsyncEnumerable<JsonElement> ReadAsync(
        Stream answer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var lines = new StreamReader(answer, Encoding.UTF8);
        var line = new StringBuilder();
        var buffer = new char[4096];
        int read;
        while ((read = await lines.ReadAsync(buffer, cancellationToken)) > 0)
        {
            for (var i = 0; i < read; i++)
            {
                if (buffer[i] != '\n')
                    line.Append(buffer[i]);
                else if (TryParse(line) is { } message)
                    yield return message;
            }
            if (line.Length > MaximumLine)
                throw new DiffahException(DiffahErrors.DaemonProtocol, "The engine's answer has no end of line.");
        }
        if (TryParse(line) is { } last)
            yield return last;
    }

    /// <summary>The error that a message tells; null where it tells none.</summary>
    /// <param name="message">The message.</param>
    public static string? ErrorOf(JsonElement message) =>
        message.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String
            ? Pick(error.GetString()!)
            : null;

    /// <summary>What an answer that is an error says; null where it says nothing.</summary>
    /// <param name="body">The answer's body.</param>
    public static string? TextOf(byte[] body)
    {
        try
        {
            var message = OciJson.OptionalString(OciJson.ParseObject(body, What), "message", What);
            return string.IsNullOrEmpty(message) ? null : Pick(message);
        }
        catch (DiffahException)
        {
            return Encoding.UTF8.GetString(body) is { Length: > 0 } text ? Pick(text) : null;
        }
    }

    /// <summary>A text of the engine as it is shown: in one line, and not too long.</summary>
    /// <param name="text">The text.</param>
    public static string Shorten(string text)
    {
        var line = Printable.Line(text.ReplaceLineEndings(" ").Trim().TrimEnd('.'));
        return ShortText.Cut(line, MaximumText);
    }

    // Podman tries a load as each format in turn and tells why it is none of them. What is sent is one of these.
    private static string Pick(string text)
    {
        var start = text.IndexOf(SentFormat, StringComparison.Ordinal);
        if (start < 0)
            return text;
        var why = text[(start + SentFormat.Length)..];
        var end = why.IndexOf(NextFormat, StringComparison.Ordinal);
        return end < 0 ? why : why[..end];
    }

    private static JsonElement? TryParse(StringBuilder line)
    {
        var text = line.ToString().Trim();
        line.Clear();
        try
        {
            return text.Length == 0 ? null : OciJson.ParseObject(Encoding.UTF8.GetBytes(text), What);
        }
        catch (DiffahException e)
        {
            throw new DiffahException(DiffahErrors.DaemonProtocol, $"The engine's answer can't be read: {e.Message}");
        }
    }
}
