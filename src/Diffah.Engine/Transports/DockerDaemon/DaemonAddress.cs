using System.Diagnostics.CodeAnalysis;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Transports.DockerDaemon;

/// <summary>
/// Where an engine listens: a Unix socket, or a host and a port over TCP (<c>unix:///path</c>, <c>tcp://host:port</c>,
/// <c>https://host:port</c>).
/// </summary>
internal sealed record DaemonAddress
{
    private const int PlainPort = 2375;
    private const int TlsPort = 2376;

    /// <summary>The address as the user knows it.</summary>
    public required string Text { get; init; }

    /// <summary>Where the address was found, for example <c>DOCKER_HOST</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>Path of the socket; null for TCP.</summary>
    public string? Socket { get; private init; }

    /// <summary>What requests go to.</summary>
    public Uri Base { get; private init; } = new("http://localhost/");

    /// <summary>Absolute path of the folder of ca.pem, cert.pem and key.pem; null for none.</summary>
    public string? Certificates { get; private init; }

    /// <summary>Whether the host's certificate is not verified.</summary>
    public bool SkipVerification { get; private init; }

    /// <summary>Reads an address.</summary>
    /// <param name="text">The text.</param>
    /// <param name="origin">Where it was found.</param>
    /// <param name="tls">How TCP is to be protected; null for not at all.</param>
    /// <exception cref="DiffahException">InvalidArgument: not an address that can be spoken to.</exception>
    public static DaemonAddress Parse(string text, string origin, DaemonTls? tls = null)
    {
        var at = new DaemonAddress { Text = text, Origin = origin };
        if (After(text, "unix://") is { } path)
            return path.StartsWith('/')
                ? at with { Socket = path }
                : throw Invalid(at, "the path of the socket is not absolute", "Write unix:///path/to/docker.sock.");
        if (text.StartsWith('/'))
            return at with { Socket = text };
        if (text.StartsWith("ssh://", StringComparison.Ordinal))
            throw Invalid(at, "an engine behind SSH is not reached from here", "Forward its socket, and name that: "
                + "ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock USER@HOST, then unix:///tmp/docker.sock.");
        return TcpHost(text) is { } host && TryBase(host, tls is not null || IsHttps(text), out var address)
            ? at with
            {
                Base = address,
                Certificates = tls?.Folder,
                SkipVerification = tls?.SkipVerification ?? false,
            }
            : throw Invalid(at, "it is no address of an engine",
                "Write unix:///path/to/docker.sock or tcp://HOST:PORT.");
    }

    private static bool IsHttps(string text) => text.StartsWith("https://", StringComparison.Ordinal);

    private static string? TcpHost(string text) =>
        After(text, "tcp://") ?? After(text, "http://") ?? After(text, "https://");

    private static bool TryBase(string host, bool isTls, [NotNullWhen(true)] out Uri? address) =>
        Uri.TryCreate($"{(isTls ? "https" : "http")}://{WithPort(host.TrimEnd('/'), isTls)}/", UriKind.Absolute,
            out address) && address is { AbsolutePath: "/", UserInfo: "", Host.Length: > 0 };

    private static string WithPort(string host, bool isTls) =>
        host.AsSpan(host.LastIndexOf(']') + 1).Contains(':') ? host : $"{host}:{(isTls ? TlsPort : PlainPort)}";

    private static string? After(string text, string scheme) =>
        text.StartsWith(scheme, StringComparison.Ordinal) ? text[scheme.Length..] : null;

    private static DiffahException Invalid(DaemonAddress address, string why, string nextAction) =>
        new(DiffahErrors.InvalidArgument, $"The daemon's address '{address.Text}' ({address.Origin}) can't be used: "
            + $"{why}.", nextAction);
}

/// <summary>How a connection over TCP is protected.</summary>
/// <param name="Folder">Absolute path of the folder of ca.pem, cert.pem and key.pem; null for none.</param>
/// <param name="SkipVerification">Whether the host's certificate is not verified.</param>
internal sealed record DaemonTls(string? Folder, bool SkipVerification);
