using System.Buffers;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Content;

/// <summary>Copying and reading of streams with pooled buffers and bounds.</summary>
public static class StreamExtensions
{
    /// <summary>The size of copy buffers, in bytes.</summary>
    public const int CopyBufferSize = 256 * 1024;

    /// <summary>Copies to the end with one pooled buffer and reports progress.</summary>
    /// <param name="source">Read to its end.</param>
    /// <param name="destination">Written to.</param>
    /// <param name="progress">Receives the number of bytes of each step; may be null.</param>
    /// <param name="cancellationToken">Stops the copy.</param>
    /// <returns>Bytes copied.</returns>
    public static async Task<long> CopyToAsync(
        this Stream source, Stream destination, Action<long>? progress, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBufferSize);
        try
        {
            long total = 0;
            int read;
            while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                total += read;
                progress?.Invoke(read);
            }
            return total;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Copies a decompressing stream to the end.</summary>
    /// <param name="content">The decompressing stream.</param>
    /// <param name="destination">Written to.</param>
    /// <param name="what">The name of the content, for the error message.</param>
    /// <param name="cancellationToken">Stops the copy.</param>
    /// <returns>Bytes copied.</returns>
    /// <exception cref="DiffahException">InvalidImage: the compression is damaged.</exception>
    public static async Task<long> CopyDecompressedAsync(
        this Stream content, Stream destination, string what, CancellationToken cancellationToken)
    {
        try
        {
            return await content.CopyToAsync(destination, null, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new DiffahException(
                DiffahErrors.InvalidImage, $"The compression of {what} is damaged: {e.Message}", inner: e);
        }
    }

    /// <summary>Reads a small document to the end.</summary>
    /// <param name="source">Read to its end.</param>
    /// <param name="maximum">The most bytes accepted.</param>
    /// <param name="what">What it is, for the error message.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">SizeMismatch: longer than the maximum.</exception>
    public static async Task<byte[]> ReadBoundedAsync(
        this Stream source, int maximum, string what, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            int read;
            while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
            {
                if (content.Length + read > maximum)
                    throw new DiffahException(
                        DiffahErrors.SizeMismatch, $"{what} is longer than the {maximum} bytes that are read.");
                content.Write(buffer, 0, read);
            }
            return content.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
