namespace Diffah.Libraries.Containerd;

/// <summary>The status codes of gRPC that are told apart (grpc/status.proto).</summary>
internal enum GrpcStatus
{
    /// <summary>All is well.</summary>
    Ok = 0,

    /// <summary>The call was given up, by either side.</summary>
    Cancelled = 1,

    /// <summary>The server says in words what is wrong.</summary>
    Unknown = 2,

    /// <summary>What is asked can't be right.</summary>
    InvalidArgument = 3,

    /// <summary>It is not there.</summary>
    NotFound = 5,

    /// <summary>It is there already.</summary>
    AlreadyExists = 6,

    /// <summary>The server may not, or the caller may not.</summary>
    PermissionDenied = 7,

    /// <summary>Something is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The state of things does not allow it: bytes have another digest than was said.</summary>
    FailedPrecondition = 9,

    /// <summary>An offset is where nothing can be written.</summary>
    OutOfRange = 11,

    /// <summary>The server has no such method.</summary>
    Unimplemented = 12,

    /// <summary>The server is not there for now, or somebody else is at it.</summary>
    Unavailable = 14,
}

/// <summary>A server's answer to a call is that it failed.</summary>
/// <param name="status">How.</param>
/// <param name="message">What the server says of it.</param>
internal sealed class GrpcFaultException(GrpcStatus status, string message) : Exception(message)
{
    /// <summary>How it failed.</summary>
    public GrpcStatus Status => status;
}

/// <summary>An answer is not what gRPC is.</summary>
/// <param name="message">What is wrong with it, to follow "It".</param>
internal sealed class GrpcProtocolException(string message) : Exception(message);
