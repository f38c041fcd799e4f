using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Diffah.Engine.Compression;

namespace Diffah.Fuzz.Laws;

/// <summary>
/// Reads files, tars and compressed streams with the base library, to judge what the engine made of them. Only zstd is
/// the engine's: there is no other on a plain machine.
/// </summary>
internal static class Unpacking
{
    private const int Maximum = 64 << 20;

    private static readonly EnumerationOptions WithLinks = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = 0,
        MaxRecursionDepth = 8,
    };

    public static string Digest(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>The content behind one compression, or as it is; null where it can't be read.</summary>
    public static byte[]? Plain(byte[] content)
    {
        try
        {
            return CompressionFormat.Detect(content) switch
            {
                CompressionKind.Gzip =>
                    ReadAll(new GZipStream(new MemoryStream(content), CompressionMode.Decompress)),
                CompressionKind.Zstd =>
                    ReadAll(new ZstdDecompressionStream(new MemoryStream(content), prefix: null, prefixLength: 0)),
                CompressionKind.None => content,
                _ => null,
            };
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The regular files of a folder or of a tar, by their names; null where they can't be read.</summary>
    public static Dictionary<string, byte[]>? Files(string path)
    {
        if (Directory.Exists(path))
            return Directory.EnumerateFiles(path, "*", WithLinks).Where(file => IsInside(path, file))
                .ToDictionary(file => Path.GetRelativePath(path, file), File.ReadAllBytes);
        return Plain(File.ReadAllBytes(path)) is { } tar ? Entries(tar) : null;
    }

    /// <summary>Of a file, or of a link that leads to one in the same folder: a device has no end.</summary>
    private static bool IsInside(string folder, string file)
    {
        try
        {
            var target = new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file;
            return target.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                && File.Exists(target);
        }
        catch (IOException)
        {
            return false; // links in a circle
        }
    }

    private static Dictionary<string, byte[]>? Entries(byte[] tar)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        try
        {
            using var reader = new TarReader(new MemoryStream(tar));
            while (reader.GetNextEntry() is { } entry)
            {
                if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                    files[entry.Name] = entry.DataStream is { } data ? ReadAll(data) : [];
            }
            return files;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or FormatException or ArgumentException
            or OverflowException or NotSupportedException)
        {
            return null;
        }
    }

    private static byte[] ReadAll(Stream stream)
    {
        using (stream)
        {
            using var bytes = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int read; (read = stream.Read(buffer)) > 0 && bytes.Length < Maximum;)
                bytes.Write(buffer, 0, read);
            return bytes.ToArray();
        }
    }
}
