using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Results;

/// <summary>The data of <c>inventory</c>: the file that was written, and what it lists.</summary>
internal sealed record InventoryJson(
    string Path, string Digest, string CreatedAt, IReadOnlyList<InventoryImageJson> Images, int LayerCount,
    int FileCount, long Bytes)
{
    public static InventoryJson Of(ExportedInventory inventory) => new(
        inventory.Path, inventory.Digest, Rfc3339.Of(inventory.CreatedAt),
        [.. inventory.Images.Select(i => new InventoryImageJson(
            i.Name, i.Platform, i.Digest, i.ConfigDigest, i.LayerCount, i.Size))],
        inventory.LayerCount, inventory.FileCount, inventory.Bytes);
}

/// <summary>An image that an inventory lists.</summary>
internal sealed record InventoryImageJson(
    string Name, string? Platform, string? Digest, string ConfigDigest, int LayerCount, long Size);

/// <summary>The result of <c>inventory</c> for people.</summary>
internal static class InventoryText
{
    public static void Write(TextWriter output, ExportedInventory inventory)
    {
        var table = new TextTable("IMAGE", "PLATFORM", "ID", ">LAYERS", ">SIZE");
        foreach (var image in inventory.Images)
        {
            table.Add(image.Name, image.Platform ?? "-",
                ShortText.DigestAndAlgorithm(image.ConfigDigest), $"{image.LayerCount}", Human.Size(image.Size));
        }
        table.Write(output, "");
        var files = inventory.FileCount == 0 ? "" : $", {inventory.FileCount} files";
        output.WriteLine($"wrote {inventory.Path}: {inventory.ImageCount} images, "
            + $"{inventory.LayerCount} layers{files}, {Human.Size(inventory.Bytes)}");
        output.WriteLine($"inventory: {inventory.Digest}");
    }
}
