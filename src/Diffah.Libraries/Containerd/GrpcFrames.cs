using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace Diffah.Libraries.Containerd;

/// <summary>
/// Messages as gRPC sends them: a byte that says whether they are compressed, four bytes of length, and the message
/// (gRPC over HTTP2, length-prefixed messages).
/// </summary>
internal static class GrpcFrames
{
    /// <summary>The longest message that is read, in bytes: the longest that containerd sends (16 MiB).</summary>
    public const int MaximumSize = 16 << 20;

    private const int HeadSize = 5;

    /// <summary>A message in its frame.</summary>
    public static byte[] Encode(IMessage message)
    {
        var frame = new byte[HeadSize + message.CalculateSize()];
        Encode(message, frame);
        return frame;
    }

    /// <summary>Writes a message in its frame, and sees to it that it is sent.</summary>
    public static async Task WriteAsync(Stream stream, IMessage message, CancellationToken cancellationToken)
    {
        var size = HeadSize + message.CalculateSize();
        var frame = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            Encode(message, frame.AsSpan(0, size));
            await stream.WriteAsync(frame.AsMemory(0, size), cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    private static void Encode(IMessage message, Span<byte> frame)
    {
        frame[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(frame[1..], frame.Length - HeadSize);
        message.WriteTo(frame[HeadSize..]);
    }

    /// <summary>Takes the length out of a frame's head.</summary>
    /// <exception cref="GrpcProtocolException">It is compressed, or too long.</exception>
    public static int LengthOf(ReadOnlySpan<byte> head)
    {
        if (head[0] != 0)
            throw new GrpcProtocolException("compresses a message that was to come as it is");
        var length = BinaryPrimitives.ReadUInt32BigEndian(head[1..]);
        return length <= MaximumSize
            ? (int)length
            : throw new GrpcProtocolException($"sends a message of {length} bytes");
    }

    /// <summary>Reads messages, one after the other, into a buffer of its own.</summary>
    /// <param name="stream">The body of an answer; not owned.</param>
    internal sealed class Reader(Stream stream)
    {
        private readonly byte[] _head = new byte[HeadSize];
        private byte[] _buffer = [];

        /// <summary>
        /// Reads a message. It is in the buffer until the next is read; null where there is none any more.
        /// </summary>
        public async ValueTask<ArraySegment<byte>?> ReadAsync(CancellationToken cancellationToken)
        {
            var read = await stream.ReadAtLeastAsync(_head, HeadSize, throwOnEndOfStream: false, cancellationToken);
            if (read == 0)
                return null;
            if (read < HeadSize)
                throw new GrpcProtocolException("cuts a message short");
            var length = LengthOf(_head);
            // A buffer that grows by what has come: a length alone costs nothing.
            for (var at = 0; at < length;)
            {
                var next = Math.Min(length, Math.Max(at * 2, 2 << 20));
                if (_buffer.Length < next)
                    Array.Resize(ref _buffer, next);
                read = await stream.ReadAtLeastAsync(
                    _buffer.AsMemory(at, next - at), next - at, throwOnEndOfStream: false, cancellationToken);
                if (read < next - at)
                    throw new GrpcProtocolException("cuts a message short");
                at = next;
            }
            return new ArraySegment<byte>(_buffer, 0, length);
        }
    }
}
