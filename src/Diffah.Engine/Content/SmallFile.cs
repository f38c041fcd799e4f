using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Content;

/// <summary>
/// Reads the small files that people write: keys, signatures, credentials, certificates, specifications and the
/// configuration. Never more than a bound, and no device: it has no end. What comes through a pipe is read once, and
/// the wait for it can be stopped.
/// </summary>
internal static class SmallFile
{
    /// <summary>Reads a file whole.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="maximum">The most bytes accepted.</param>
    /// <param name="fault">Makes the error; is given the rest of a sentence that begins with the file.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The bytes; null where there is nothing at the path.</returns>
    public static async Task<byte[]?> ReadAsync(
        string path, int maximum, Func<string, Exception> fault, CancellationToken cancellationToken)
    {
        if (await OpenAsync(path, fault, cancellationToken) is not { } file)
            return null;
        await using (file)
        {
            // A length can be wrong, so what counts is what can be read.
            using var content = new MemoryStream();
            var buffer = new byte[Math.Min(maximum + 1, 64 * 1024)];
            int read;
            while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
            {
                content.Write(buffer, 0, read);
                if (content.Length > maximum)
                    throw fault($"is larger than {Human.Size(maximum)}");
            }
            return content.ToArray();
        }
    }

    /// <summary>The same for who can't wait.</summary>
    public static byte[]? Read(
        string path, int maximum, Func<string, Exception> fault, CancellationToken cancellationToken) =>
        ReadAsync(path, maximum, fault, cancellationToken).GetAwaiter().GetResult();

    /// <summary>
    /// Opens a file for a reader that has a bound of its own; null where there is nothing at the path.
    /// </summary>
    public static async Task<Stream?> OpenAsync(
        string path, Func<string, Exception> fault, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
            throw fault("is a folder");
        if (!File.Exists(path))
            return null;
        return await InputFile.TryOpenOnceAsync(path, cancellationToken) ?? throw fault("is a device, not a file");
    }
}
