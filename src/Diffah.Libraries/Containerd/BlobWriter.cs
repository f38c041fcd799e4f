using Diffah.Libraries.Containerd.Wire;
using Google.Protobuf;

namespace Diffah.Libraries.Containerd;

/// <summary>A blob on its way into containerd, which checks its size and digest when it is committed.</summary>
/// <param name="call">The call; owned.</param>
/// <param name="name">A name for the write, nobody else's.</param>
/// <param name="digest">The blob's digest.</param>
/// <param name="size">The blob's size.</param>
internal sealed class BlobWriter(GrpcCall call, string name, string digest, long size) : IDisposable
{
    private long _offset;

    /// <summary>
    /// Begins, and says how many bytes are there already: none, or all where containerd has the blob for somebody else.
    /// </summary>
    /// <exception cref="GrpcFaultException">AlreadyExists: the blob is there.</exception>
    public async Task<long> BeginAsync(CancellationToken cancellationToken) =>
        _offset = (await SendAsync(WriteAction.Stat, default, null, cancellationToken)).Offset;

    /// <summary>Writes the next bytes.</summary>
    /// <param name="chunk">The bytes; they must not change meanwhile.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    public async Task WriteAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(WriteAction.Write, chunk, null, cancellationToken);
        _offset += chunk.Length;
        if (answer.Offset != _offset)
            throw new GrpcProtocolException($"has {answer.Offset} bytes of a blob of which {_offset} were sent");
    }

    /// <summary>Makes the blob be there.</summary>
    /// <param name="labels">The labels that it gets.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="GrpcFaultException">FailedPrecondition: the bytes are not those of the digest. AlreadyExists:
    /// somebody else was faster.</exception>
    public async Task CommitAsync(IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(WriteAction.Commit, default, labels, cancellationToken);
        if (answer.Digest != digest)
            throw new GrpcProtocolException($"has committed {answer.Digest} in place of {digest}");
    }

    /// <inheritdoc/>
    public void Dispose() => call.Dispose();

    private async Task<WriteResponse> SendAsync(
        WriteAction action, ReadOnlyMemory<byte> data, IReadOnlyDictionary<string, string>? labels,
        CancellationToken cancellationToken)
    {
        var request = new WriteRequest
        {
            Action = action,
            Ref = name,
            Total = size,
            Expected = digest,
            Offset = _offset,
            Data = UnsafeByteOperations.UnsafeWrap(data),
        };
        foreach (var (key, value) in labels ?? new Dictionary<string, string>())
            request.Labels.Add(key, value);
        await call.SendAsync(request, cancellationToken);
        return await call.ReceiveAsync(WriteResponse.Parser, cancellationToken);
    }
}
