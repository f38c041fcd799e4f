namespace Diffah.Engine.Images.Packages.Formats;

/// <summary>A file that tells of packages.</summary>
/// <param name="path">Its canonical path.</param>
/// <param name="open">Opens the file at a path, for seeking; null where none is.</param>
internal sealed class PackageFile(string path, Func<string, Stream?> open)
{
    /// <summary>Its canonical path, without a slash before it.</summary>
    public string Path => path;

    /// <summary>Its name.</summary>
    public string Name => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>Opens it; it can seek.</summary>
    /// <exception cref="InvalidDataException">It can't be put together.</exception>
    public Stream Open() => open(path) ?? throw new InvalidDataException("it is not there");

    /// <summary>Opens the file whose path has some more at its end; null where none is.</summary>
    public Stream? OpenBeside(string suffix) => open(path + suffix);

    /// <summary>Reads all of it.</summary>
    /// <param name="maximum">The most bytes.</param>
    /// <exception cref="InvalidDataException">It is longer.</exception>
    public byte[] ReadAll(int maximum)
    {
        using var content = Open();
        if (content.Length > maximum)
            throw new InvalidDataException($"it is longer than the {maximum} bytes that are read");
        return ReadStart(content, maximum);
    }

    /// <summary>Reads its beginning.</summary>
    /// <param name="maximum">The most bytes.</param>
    public byte[] ReadStart(int maximum)
    {
        using var content = Open();
        return ReadStart(content, maximum);
    }

    private static byte[] ReadStart(Stream content, int maximum)
    {
        var bytes = new byte[Math.Min(content.Length, maximum)];
        content.ReadExactly(bytes);
        return bytes;
    }
}
