using System.IO.Compression;
using System.Net;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Transports.Registry.Http;

/// <summary>
/// An answer that is not the one hoped for. Never leaves the transport: it is said there in the engine's words.
/// </summary>
/// <param name="status">The status.</param>
/// <param name="detail">What the registry says of it, not cut and not rid of secrets yet; may be empty.</param>
internal sealed class RegistryStatusException(HttpStatusCode status, string detail)
    : Exception($"The registry answered {(int)status}.")
{
    public HttpStatusCode Status => status;

    public string Detail => detail;

    /// <summary>How long the registry asks to wait; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True where new credentials were fetched meanwhile, with which the same request may do better.</summary>
    public bool AuthorizationRenewed { get; init; }
}

/// <summary>Answers that the distribution spec does not allow.</summary>
internal static class RegistryProtocol
{
    public static DiffahException Broken(string message, string? nextAction = null, Exception? inner = null) =>
        new(DiffahErrors.RegistryProtocol, message, nextAction, inner);
}

/// <summary>What the heads of answers say.</summary>
internal static class RegistryAnswers
{
    private static readonly string[] GzipNames = ["gzip", "x-gzip"];

    /// <summary>The Location as it was written; null where there is none.</summary>
    public static string? Location(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("Location", out var values)
            && values.FirstOrDefault()?.Trim() is { Length: > 0 } location ? location : null;

    /// <summary>True where the body is said to be packed for the way. Some say so of a layer that is a gzip
    /// itself.</summary>
    public static bool SaysGzip(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var values)
            && values.Any(v => GzipNames.Contains(v.Trim(), StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// Unpacks a document that a proxy packed although nobody asked it to. JSON does not begin as gzip does.
    /// </summary>
    /// <exception cref="DiffahException">SizeMismatch: longer than the maximum; RegistryProtocol.</exception>
    public static async Task<byte[]> DecodeAsync(
        HttpResponseMessage response, byte[] bytes, int maximum, string what, CancellationToken cancellationToken)
    {
        if (!SaysGzip(response) || bytes is not [0x1f, 0x8b, ..])
            return bytes;
        try
        {
            await using var plain = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            return await plain.ReadBoundedAsync(maximum, what, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw RegistryProtocol.Broken($"{what} came packed, and can't be unpacked.", inner: e);
        }
    }
}
