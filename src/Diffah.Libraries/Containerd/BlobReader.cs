using Diffah.Libraries.Containerd.Wire;
using Google.Protobuf;

namespace Diffah.Libraries.Containerd;

/// <summary>A blob's bytes, chunk by chunk.</summary>
internal sealed class BlobReader : IDisposable
{
    private static readonly uint DataTag =
        WireFormat.MakeTag(BlobChunk.DataFieldNumber, WireFormat.WireType.LengthDelimited);

    private readonly GrpcCall _call;
    private ReadOnlyMemory<byte>? _next;

    private BlobReader(GrpcCall call) => _call = call;

    /// <summary>Waits for the first chunk, or for the word that there is none.</summary>
    /// <param name="call">The call; owned where this succeeds.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public static async Task<BlobReader> OpenAsync(GrpcCall call, CancellationToken cancellationToken)
    {
        var reader = new BlobReader(call);
        reader._next = await reader.FetchAsync(cancellationToken);
        return reader;
    }

    /// <summary>The next chunk, which is there until the one after it is read; null at the blob's end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_next is not { } first)
            return await FetchAsync(cancellationToken);
        _next = null;
        return first;
    }

    /// <inheritdoc/>
    public void Dispose() => _call.Dispose();

    private async ValueTask<ReadOnlyMemory<byte>?> FetchAsync(CancellationToken cancellationToken)
    {
        if (await _call.ReceiveAsync(cancellationToken) is { } message)
            return DataOf(message);
        return null;
    }

    /// <summary>The chunk within a message: where it is, it need not be copied.</summary>
    private static ReadOnlyMemory<byte> DataOf(ArraySegment<byte> message)
    {
        var data = ReadOnlyMemory<byte>.Empty;
        try
        {
            var input = new CodedInputStream(message.Array!, message.Offset, message.Count);
            for (uint tag; (tag = input.ReadTag()) != 0;)
            {
                if (tag != DataTag)
                {
                    input.SkipLastField();
                    continue;
                }
                var length = input.ReadLength();
                var at = (int)input.Position - message.Offset;
                if (length < 0 || length > message.Count - at)
                    throw new GrpcProtocolException("cuts a chunk short");
                data = message.AsMemory(at, length);
                var rest = message[(at + length)..];
                input = new CodedInputStream(rest.Array!, rest.Offset, rest.Count);
            }
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new GrpcProtocolException($"sends a message that can't be read ({e.Message})");
        }
        return data;
    }
}
