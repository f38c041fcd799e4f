using Diffah.Engine.Content;
using Diffah.Engine.Tar;
using Microsoft.Win32.SafeHandles;

namespace Diffah.Engine.Images.Packages.Files;

/// <summary>Opens the contents of files in layers; each layer is opened once.</summary>
internal sealed class PlacedContents : IDisposable
{
    /// <summary>The most bytes of a sparse file, which is put together in memory.</summary>
    public const int MaximumSparse = 64 * 1024 * 1024;

    private readonly Dictionary<string, SafeFileHandle> _layers = new(StringComparer.Ordinal);

    /// <summary>Opens the content of a file, which can seek.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InvalidDataException">It is sparse, and its map can't be right or it is too long.</exception>
    public Stream Open(PlacedFile file)
    {
        var layer = OpenLayer(file.Layer.Path);
        if (file.Sparse?.Invoke() is not { } map)
            return new SeekableSlice(layer, file.Offset, file.StoredSize);
        if (map.Length > MaximumSparse)
            throw new InvalidDataException("it is sparse, and too long for that");
        var whole = new byte[map.Length];
        using var expanded = new SparseStream(new FileSlice(layer, file.Offset, file.StoredSize), map);
        expanded.ReadExactly(whole);
        return new MemoryStream(whole, writable: false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layer in _layers.Values)
            layer.Dispose();
        _layers.Clear();
    }

    private SafeFileHandle OpenLayer(string path)
    {
        if (!_layers.TryGetValue(path, out var layer))
            _layers[path] = layer = File.OpenHandle(path);
        return layer;
    }
}
