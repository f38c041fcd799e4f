namespace Diffah.Engine.Images.Comparison.Reporting;

/// <summary>Tells how the texts of two files differ.</summary>
internal static class TextPatch
{
    /// <summary>The lines that differ; null where one is no file, no text, or too long.</summary>
    /// <param name="path">The path of both.</param>
    /// <param name="files">The files.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<string?> CreateAsync(string path, FilePair files, CancellationToken cancellationToken)
    {
        if (!files.AreFiles || !IsShort(files.Reference!) || !IsShort(files.Other!))
            return null;
        var old = await ReadAsync(files.Reference!, cancellationToken);
        var @new = await ReadAsync(files.Other!, cancellationToken);
        return UnifiedDiff.Create(path, old, @new);
    }

    private static bool IsShort(LayerFile file) => file.Size <= UnifiedDiff.MaximumBytes;

    private static async Task<byte[]> ReadAsync(LayerFile file, CancellationToken cancellationToken)
    {
        var bytes = new byte[file.Size!.Value];
        await using var content = file.OpenContent();
        await content.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }
}
