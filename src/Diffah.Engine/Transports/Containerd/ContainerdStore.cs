using System.Text.RegularExpressions;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Hosts;
using Diffah.Libraries.Containerd;

namespace Diffah.Engine.Transports.Containerd;

/// <summary>A namespace of a containerd. Nothing is sent before the first call.</summary>
internal sealed partial class ContainerdStore : IDisposable
{
    /// <summary>Where containerd listens by default.</summary>
    public const string DefaultSocket = "/run/containerd/containerd.sock";

    private const string UnixScheme = "unix://";

    /// <summary>Finds the socket and the namespace.</summary>
    /// <param name="environment">What says where they are.</param>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public ContainerdStore(DaemonEnvironment environment)
    {
        Socket = SocketOf(environment.ContainerdAddress);
        Namespace = environment.ContainerdNamespace is { Length: > 0 } name ? name : "default";
        if (Namespace.Length > 76 || !NamespaceForm().IsMatch(Namespace))
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"CONTAINERD_NAMESPACE is '{ShortText.Cut(Namespace, 100)}', which is no name of a namespace.",
                "Set it to a namespace that `ctr namespaces ls` shows, or unset it for the namespace default.");
        Client = Open(Socket);
        Scope = new ContainerdScope(Namespace);
    }

    /// <summary>Absolute path of the socket.</summary>
    public string Socket { get; }

    /// <summary>The namespace.</summary>
    public string Namespace { get; }

    /// <summary>The connection.</summary>
    public ContainerdClient Client { get; }

    /// <summary>What calls within the namespace are given.</summary>
    public ContainerdScope Scope { get; }

    /// <summary>Calls containerd, and says faults in the engine's words.</summary>
    /// <param name="what">What it is about, for messages.</param>
    /// <param name="call">The call.</param>
    /// <exception cref="DiffahException">DaemonUnreachable, DaemonFailure, DaemonProtocol, AccessDenied, DiskFull,
    /// DestinationBusy, DigestMismatch.</exception>
    public async Task<T> RunAsync<T>(string what, Func<ContainerdClient, Task<T>> call)
    {
        try
        {
            return await call(Client);
        }
        catch (Exception e) when (ContainerdFaults.Explain(e, this, what) is { } error)
        {
            throw error;
        }
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(string what, Func<ContainerdClient, Task> call) => RunAsync(what, async c =>
    {
        await call(c);
        return true;
    });

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();

    /// <inheritdoc/>
    public override string ToString() => $"containerd at {Socket}";

    private static string SocketOf(string? address)
    {
        if (address is not { Length: > 0 })
            return DefaultSocket;
        var path = address.StartsWith(UnixScheme, StringComparison.Ordinal) ? address[UnixScheme.Length..] : address;
        return Path.IsPathRooted(path) ? path : throw NoAddress(address, "which is no absolute path");
    }

    private static ContainerdClient Open(string socket)
    {
        try
        {
            return new ContainerdClient(socket);
        }
        catch (ArgumentException)
        {
            throw NoAddress(socket, "which is longer than the path of a socket can be");
        }
    }

    private static DiffahException NoAddress(string address, string why) => new(DiffahErrors.InvalidArgument,
        $"CONTAINERD_ADDRESS is '{ShortText.Cut(address, 200)}', {why}.",
        $"Set it to the path of containerd's socket, for example {DefaultSocket}.");

    // containerd's own rule of identifiers.
    [GeneratedRegex(@"\A[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NamespaceForm();
}
