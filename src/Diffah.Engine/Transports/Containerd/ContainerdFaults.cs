using System.Net.Sockets;
using Diffah.Engine.Diagnostics;
using Diffah.Libraries.Containerd;

namespace Diffah.Engine.Transports.Containerd;

/// <summary>What went wrong between here and containerd, in the engine's words.</summary>
internal static class ContainerdFaults
{
    private const int MaximumText = 500;

    /// <summary>Says a fault; null for what is not containerd's.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="store">The containerd that was called.</param>
    /// <param name="what">What it was about.</param>
    public static DiffahException? Explain(Exception exception, ContainerdStore store, string what) =>
        exception switch
        {
            GrpcFaultException fault => Explain(fault, store, what),
            GrpcProtocolException => NotContainerd(exception, store, $"it {exception.Message}, at {what}"),
            TimeoutException => Unreachable(exception, $"{store} went silent, at {what}: {exception.Message}."),
            HttpRequestException { InnerException: SocketException socket } => Explain(socket, store),
            HttpRequestException
            {
                HttpRequestError: HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse
                    or HttpRequestError.VersionNegotiationError
            } => NotContainerd(exception, store, "it does not speak HTTP/2"),
            // Nothing else is read or written in a call.
            HttpRequestException or IOException =>
                Unreachable(exception, $"The connection to {store} broke off, at {what}: {exception.Message}"),
            _ => null,
        };

    private static DiffahException Explain(SocketException fault, ContainerdStore store) =>
        fault.SocketErrorCode switch
        {
            SocketError.AccessDenied => new(DiffahErrors.AccessDenied,
                $"This account may not use the socket of {store}.",
                "Run the command as root, or let the account's group use the socket "
                    + "(gid of [grpc] in containerd's config.toml).", fault),
            SocketError.ConnectionRefused => Unreachable(fault, $"Nobody listens at the socket of {store}."),
            _ when !File.Exists(store.Socket) => Unreachable(fault, $"There is no socket of {store}."),
            _ => Unreachable(fault, $"{store} can't be reached: {fault.Message}."),
        };

    private static DiffahException Explain(GrpcFaultException fault, ContainerdStore store, string what)
    {
        var said = fault.Message.Length > 0 ? $": {Printable.Line(ShortText.Cut(fault.Message, MaximumText))}" : "";
        return fault.Status switch
        {
            _ when Says("no space left on device") || Says("disk quota exceeded") => new(DiffahErrors.DiskFull,
                $"{store} has no room left for {what}{said}.",
                "Free some room on the disk of containerd's root folder (/var/lib/containerd), "
                    + "or remove images that are not used: ctr images rm.", fault),
            GrpcStatus.Unavailable when Says("locked") => new(DiffahErrors.DestinationBusy,
                $"Somebody else is writing {what} to {store}{said}.", inner: fault),
            GrpcStatus.Unavailable or GrpcStatus.Cancelled =>
                Unreachable(fault, $"{store} stopped working, at {what}{said}."),
            GrpcStatus.FailedPrecondition when Says("digest") || Says("size") => new(DiffahErrors.DigestMismatch,
                $"{store} received other bytes than their digest says, at {what}{said}.", inner: fault),
            GrpcStatus.PermissionDenied => new(DiffahErrors.AccessDenied,
                $"{store} may not do this, or does not allow it: {what}{said}.",
                "Look into containerd's log, and run the command as root.", fault),
            GrpcStatus.Unimplemented => NotContainerd(fault, store, $"it does not know what it was asked{said}"),
            GrpcStatus.NotFound => new(
                DiffahErrors.ImageNotFound, $"{store} does not have {what}{said}.",
                "Run the command again; where somebody removes images at the same time, wait until that is done.",
                fault),
            _ => new(DiffahErrors.DaemonFailure, $"{store} failed, at {what}{said}.", inner: fault),
        };

        bool Says(string text) => fault.Message.Contains(text, StringComparison.OrdinalIgnoreCase);
    }

    private static DiffahException Unreachable(Exception cause, string message) => new(
        DiffahErrors.DaemonUnreachable, message,
        "Start it (systemctl start containerd), or set CONTAINERD_ADDRESS to the path of its socket: "
            + "k3s, microk8s and others have their own.", cause);

    private static DiffahException NotContainerd(Exception cause, ContainerdStore store, string why) => new(
        DiffahErrors.DaemonProtocol, $"What listens at {store.Socket} is no containerd that is known here: {why}.",
        $"Set CONTAINERD_ADDRESS to the path of containerd's socket, for example {ContainerdStore.DefaultSocket}.",
        cause);
}
