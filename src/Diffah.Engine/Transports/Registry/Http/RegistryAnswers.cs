using System.Net;
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
