using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Transports.Registry;

/// <summary>How registries are spoken to. The same for all registries of an invocation.</summary>
public sealed record RegistryOptions
{
    /// <summary>The longest wait between two tries, whether by backing off or by fixed delay.</summary>
    public static readonly TimeSpan MaximumRetryDelay = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Absolute path of a file with credentials (containers-auth.json(5)), asked before any other; null for none.
    /// </summary>
    public string? AuthFile { get; init; }

    /// <summary>The user and password for every registry; null to look them up.</summary>
    public RegistryCredential? Credential { get; init; }

    /// <summary>True to send no credentials at all, not even those that are found in files.</summary>
    public bool NoCredential { get; init; }

    /// <summary>A bearer token that is sent as it is; null for none. It can be set, and not read.</summary>
    public string? RegistryToken { internal get; init; }

    /// <summary>True to accept any certificate, and a registry without TLS.</summary>
    public bool SkipTlsVerification { get; init; }

    /// <summary>
    /// Absolute path of a folder with *.crt (CAs, trusted besides the system's), and *.cert with *.key (certificates of
    /// the client); null for none.
    /// </summary>
    public string? CertificateDirectory { get; init; }

    /// <summary>
    /// Where the Docker engine or Podman's service listens, <c>unix:///path</c> or <c>tcp://host:port</c>; null for
    /// what the environment says.
    /// </summary>
    public string? DaemonHost { get; init; }

    /// <summary>How many times more a failed request is tried; 0 to 100.</summary>
    public int RetryCount { get; init; } = 3;

    /// <summary>
    /// The wait between two tries, up to 30 seconds; null begins at a second and doubles, with jitter.
    /// </summary>
    public TimeSpan? RetryDelay { get; init; }

    /// <summary>The longest wait for a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait for an answer, and for the next bytes of a transfer.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The most blobs that are pushed at a time; 1 to 64.</summary>
    public int Concurrency { get; init; } = 6;

    /// <summary>
    /// Pushes blobs in pieces of this many bytes (64 KiB to 64 MiB), each of which is held in memory; null pushes a
    /// blob in one piece, and in pieces only where a registry refuses that.
    /// </summary>
    public int? UploadChunkSize { get; init; }

    /// <summary>Refuses what can't be meant.</summary>
    /// <exception cref="DiffahException">InvalidArgument, naming the option.</exception>
    public void Validate()
    {
        if (CredentialSources is [_, _, ..] several)
            throw Invalid(
                $"Only one way of giving credentials can be used at a time, and these were given: "
                    + $"{string.Join(", ", several)}.", "Leave all but one out.");
        Require(RegistryToken is null || (RegistryToken.Length > 0 && RegistryToken.All(c => c is > ' ' and < '\x7f')),
            nameof(RegistryToken), "is not a token: it is empty, or has characters no token has");
        Require(Credential is null || Credential.UserName.Length > 0, nameof(Credential), "has an empty user name");
        Require(AuthFile is null || Path.IsPathFullyQualified(AuthFile), nameof(AuthFile), "is not an absolute path");
        Require(CertificateDirectory is null || Path.IsPathFullyQualified(CertificateDirectory),
            nameof(CertificateDirectory), "is not an absolute path");
        Require(RetryCount is >= 0 and <= 100, nameof(RetryCount), "is not between 0 and 100");
        Require(RetryDelay is null || (RetryDelay >= TimeSpan.Zero && RetryDelay <= MaximumRetryDelay),
            nameof(RetryDelay), "is not between 0 and 30 seconds");
        Require(IsTimeout(ConnectTimeout), nameof(ConnectTimeout), "is not between 0 and 24 hours");
        Require(IsTimeout(IdleTimeout), nameof(IdleTimeout), "is not between 0 and 24 hours");
        Require(Concurrency is >= 1 and <= 64, nameof(Concurrency), "is not between 1 and 64");
        Require(UploadChunkSize is null or (>= 64 << 10 and <= 64 << 20), nameof(UploadChunkSize),
            "is not between 64 KiB and 64 MiB");
    }

    /// <summary>Names what is set; never a secret.</summary>
    public override string ToString()
    {
        string[] parts =
        [
            .. CredentialSources,
            $"SkipTlsVerification = {SkipTlsVerification}",
            $"RetryCount = {RetryCount}",
        ];
        return $"RegistryOptions {{ {string.Join(", ", parts)} }}";
    }

    private ImmutableArray<string> CredentialSources =>
    [
        .. Credential is null ? Array.Empty<string>() : [nameof(Credential)],
        .. NoCredential ? [nameof(NoCredential)] : Array.Empty<string>(),
        .. RegistryToken is null ? Array.Empty<string>() : [nameof(RegistryToken)],
    ];

    private static bool IsTimeout(TimeSpan value) => value > TimeSpan.Zero && value <= TimeSpan.FromDays(1);

    private static void Require(bool met, string option, string what)
    {
        if (!met)
            throw Invalid($"{option} {what}.", null);
    }

    private static DiffahException Invalid(string message, string? nextAction) =>
        new(DiffahErrors.InvalidArgument, message, nextAction);
}

/// <summary>
/// A user name and a password. Neither prints: a default view of the object shows nothing of the password.
/// </summary>
/// <param name="userName">The user name; may be a service's account name.</param>
/// <param name="password">The password; also what some registries call an access token.</param>
public sealed class RegistryCredential(string userName, string password)
{
    /// <summary>The user name.</summary>
    public string UserName { get; } = userName;

    // Not public, so that no view, serializer or debugger display of the faces comes across it.
    internal string Password { get; } = password;

    /// <inheritdoc/>
    public override string ToString() => "(a user name and a password)";
}
