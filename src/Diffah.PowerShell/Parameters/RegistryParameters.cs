using System.Collections;
using System.Management.Automation;
using System.Security;
using Diffah.Engine.Configuration;
using Diffah.Engine.Transports.Registry;

namespace Diffah.PowerShell.Parameters;

/// <summary>
/// The registry parameters as they were bound. Secrets become text here, at the engine's door, and nowhere sooner.
/// </summary>
internal sealed class RegistryParameters
{
    public string? AuthFile { get; init; }

    public PSCredential? Credential { get; init; }

    public bool NoCredential { get; init; }

    public SecureString? RegistryToken { get; init; }

    public bool SkipTlsVerification { get; init; }

    public string? CertificateDirectory { get; init; }

    public string? DaemonHost { get; init; }

    /// <summary>What a command line that is being completed says so far; what it leaves open is left out.</summary>
    /// <param name="bound">Parameters by name.</param>
    public static RegistryParameters Of(IDictionary bound) => new()
    {
        AuthFile = Value<string>(bound, nameof(AuthFile)),
        Credential = Value<PSCredential>(bound, nameof(Credential)),
        NoCredential = IsOn(bound, nameof(NoCredential)),
        RegistryToken = Value<SecureString>(bound, nameof(RegistryToken)),
        SkipTlsVerification = IsOn(bound, nameof(SkipTlsVerification)),
        CertificateDirectory = Value<string>(bound, nameof(CertificateDirectory)),
        DaemonHost = Value<string>(bound, nameof(DaemonHost)),
    };

    /// <summary>The engine's options.</summary>
    /// <param name="paths">Resolves paths.</param>
    /// <param name="knobs">What counts of the knobs.</param>
    /// <exception cref="Engine.Diagnostics.DiffahException">FileNotFound, InvalidArgument: a path that can't be
    /// resolved.</exception>
    public RegistryOptions ToOptions(SessionPaths paths, KnobValues knobs) => knobs.ToRegistryOptions() with
    {
        AuthFile = Resolve(paths, AuthFile),
        Credential = Credential is null || Credential == PSCredential.Empty
            ? null
            : new RegistryCredential(Credential.UserName, Secrets.Reveal(Credential.Password)),
        NoCredential = NoCredential,
        RegistryToken = Secrets.Reveal(RegistryToken),
        SkipTlsVerification = SkipTlsVerification,
        CertificateDirectory = Resolve(paths, CertificateDirectory),
        DaemonHost = DaemonHost,
    };

    private static string? Resolve(SessionPaths paths, string? path) =>
        path is null ? null : paths.ResolveLiteral(path);

    private static T? Value<T>(IDictionary bound, string name) where T : class => Unwrap(bound[name]) as T;

    private static bool IsOn(IDictionary bound, string name) => Unwrap(bound[name]) switch
    {
        bool on => on,
        SwitchParameter on => on.IsPresent,
        _ => false,
    };

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
