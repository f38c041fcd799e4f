using System.Formats.Tar;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Content;

/// <summary>
/// Reads the small files that people write: keys, signatures, credentials, certificates, specifications and the
/// configuration. Never more than a bound, and nothing that is no file: a device has no end, and a named pipe may make
/// its reader wait forever.
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
        if (Open(path, fault) is not { } file)
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
    public static byte[]? Read(string path, int maximum, Func<string, Exception> fault) =>
        ReadAsync(path, maximum, fault, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>
    /// Opens a file for a reader that has a bound of its own; null where there is nothing at the path.
    /// </summary>
    public static FileStream? Open(string path, Func<string, Exception> fault)
    {
        if (Directory.Exists(path))
            throw fault("is a folder");
        if (!File.Exists(path))
            return null;
        // Only what has no length can be something else than a file: no system is asked for the others.
        if (new FileInfo(RealPath.Of(path)) is { Exists: true, Length: 0 } nothing && !IsRegular(nothing.FullName))
            throw fault("is a device or a named pipe, not a file");
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous);
    }

    /// <summary>
    /// Whether a path is a regular file, found out without opening it: opening is where a pipe makes its reader wait.
    /// The base library tells it nowhere but in the header of a tar's entry.
    /// </summary>
    private static bool IsRegular(string path)
    {
        using var header = new MemoryStream();
        try
        {
            using (var tar = new TarWriter(header, leaveOpen: true))
                tar.WriteEntry(path, "file");
        }
        catch (IOException)
        {
            return false; // a socket can't be in a tar
        }
        header.Position = 0;
        using var reader = new System.Formats.Tar.TarReader(header);
        return reader.GetNextEntry()?.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile;
    }
}
