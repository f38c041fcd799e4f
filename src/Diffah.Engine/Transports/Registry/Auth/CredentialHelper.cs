using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Transports.Registry.Auth;

/// <summary>Runs <c>docker-credential-NAME get</c> (docker/docker-credential-helpers).</summary>
/// <param name="folders">Where the programs are, in order.</param>
/// <param name="limit">How long one may take.</param>
internal sealed class CredentialHelper(ImmutableArray<string> folders, TimeSpan limit)
{
    private const int MaximumOutput = 64 * 1024;
    private const string IdentityUser = "<token>";
    private const string NotFound = "credentials not found";

    /// <summary>Asks a helper.</summary>
    /// <param name="name">The helper's name.</param>
    /// <param name="server">What the credentials were saved under.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The credentials; null where the helper has none.</returns>
    /// <exception cref="DiffahException">RegistryAuthentication, never with anything the helper said.</exception>
    public async Task<FoundCredential?> GetAsync(string name, string server, CancellationToken cancellationToken)
    {
        using var process = Start(name);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(limit);
        try
        {
            var (output, exitCode) = await TalkAsync(process, server, time.Token);
            if (exitCode == 0)
                return Parse(output, name);
            return output.Contains(NotFound, StringComparison.Ordinal)
                ? null
                : throw Failed(name, $"ended with exit code {exitCode}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(name, $"did not answer within {limit.TotalSeconds:0.#} seconds");
        }
        catch (InvalidDataException)
        {
            throw Failed(name, "said more than a credential");
        }
        finally
        {
            End(process);
        }
    }

    private Process Start(string name)
    {
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            throw Failed("", "has a name no program has");
        var program = folders.Select(f => Path.Combine(f, $"docker-credential-{name}")).FirstOrDefault(File.Exists)
            ?? throw Failed(name, "is not on the search path");
        try
        {
            return Process.Start(
                new ProcessStartInfo(program, "get")
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    UseShellExecute = false
                })!;
        }
        catch (Win32Exception)
        {
            throw Failed(name, "can't be started");
        }
    }

    private static async Task<(string Output, int ExitCode)> TalkAsync(
        Process process, string server, CancellationToken cancellationToken)
    {
        // Both are read to the end, or the helper may wait for room in a pipe forever.
        var output = ReadAsync(process.StandardOutput, cancellationToken);
        var error = ReadAsync(process.StandardError, cancellationToken);
        try
        {
            await process.StandardInput.WriteLineAsync(server.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It did not care to read; what it says and its exit code tell.
        }
        // In this order: one that says too much never comes to the end of the other.
        var said = await output;
        await error;
        await process.WaitForExitAsync(cancellationToken);
        return (said, process.ExitCode);
    }

    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var buffer = new char[MaximumOutput + 1];
        var read = await reader.ReadBlockAsync(buffer, cancellationToken);
        return read <= MaximumOutput ? new string(buffer, 0, read) : throw new InvalidDataException();
    }

    private static FoundCredential? Parse(string output, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            var user = document.RootElement.GetProperty("Username").GetString() ?? "";
            var secret = document.RootElement.GetProperty("Secret").GetString() ?? "";
            var found = user == IdentityUser
                ? new FoundCredential { IdentityToken = secret }
                : new FoundCredential { UserName = user, Password = secret };
            return found.IsEmpty ? null : found;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Failed(name, "answered something that is no credential");
        }
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It ended by itself.
        }
    }

    private static DiffahException Failed(string name, string why) =>
        new(DiffahErrors.RegistryAuthentication, $"The credential helper docker-credential-{name} {why}.",
            "Repair the helper or the auth file that names it, "
                + "or do without: Credential (--creds), AuthFile (--authfile) or NoCredential (--no-creds).");
}
