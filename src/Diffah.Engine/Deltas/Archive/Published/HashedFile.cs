using System.Buffers;
using System.Security.Cryptography;
using Diffah.Engine.Content;
using Diffah.Engine.Oci;
using Microsoft.Win32.SafeHandles;

namespace Diffah.Engine.Deltas.Archive.Published;

/// <summary>The hash of a file of which a part may be there before the rest comes.</summary>
/// <param name="expected">The digest that all of it is to have.</param>
internal sealed class HashedFile(Digest expected) : IDisposable
{
    private readonly IncrementalHash _hash = expected.CreateHash();

    /// <summary>Adds what is in a file.</summary>
    /// <returns>How many bytes were there.</returns>
    public async Task<long> AddAsync(SafeFileHandle file, long length, CancellationToken cancellationToken)
    {
        await using var stream = new FileSlice(file, 0, length);
        return await CopyAsync(stream, Stream.Null, length, null, cancellationToken);
    }

    /// <summary>Adds what comes while it is written.</summary>
    /// <param name="from">Where it comes from.</param>
    /// <param name="to">Where it is written.</param>
    /// <param name="most">More than these bytes make the hash wrong, and are not written.</param>
    /// <param name="advance">Told of bytes; may be null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>How many bytes came.</returns>
    public async Task<long> CopyAsync(
        Stream from, Stream to, long most, Action<long>? advance, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(StreamExtensions.CopyBufferSize);
        try
        {
            var copied = 0L;
            int read;
            while ((read = await from.ReadAsync(buffer, cancellationToken)) > 0)
            {
                copied += read;
                if (copied > most)
                    return copied;
                _hash.AppendData(buffer.AsSpan(0, read));
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                advance?.Invoke(read);
            }
            return copied;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>True where all that was added has the digest.</summary>
    public bool IsRight() => expected == Digest.FromHash(expected.Algorithm, _hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
