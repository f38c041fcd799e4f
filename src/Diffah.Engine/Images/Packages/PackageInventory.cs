using System.Collections.Immutable;

namespace Diffah.Engine.Images.Packages;

/// <summary>The packages of an image.</summary>
internal static class PackageInventory
{
    /// <summary>Reads what the file system that all layers make says of packages.</summary>
    /// <param name="image">The image.</param>
    /// <param name="tars">Reads its layers; who gets its events is told of what can't be read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="Diagnostics.DiffahException">What reading layers throws.</exception>
    public static async Task<ImmutableArray<Package>> ReadAsync(
        Image image, LayerTars tars, CancellationToken cancellationToken)
    {
        using var reader = new PackageReader(new PackageBounds());
        return await reader.ReadAsync(image, tars, cancellationToken);
    }

    /// <summary>
    /// What became of packages from one image to another; of layers that both have, the first image's are read.
    /// </summary>
    /// <param name="reference">The reference image.</param>
    /// <param name="referenceTars">Reads its layers.</param>
    /// <param name="difference">The other image.</param>
    /// <param name="differenceTars">Reads the other one's layers.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="Diagnostics.DiffahException">What reading layers throws.</exception>
    public static async Task<ImmutableArray<PackageChange>> CompareAsync(
        Image reference, LayerTars referenceTars, Image difference, LayerTars differenceTars,
        CancellationToken cancellationToken)
    {
        using var reader = new PackageReader(new PackageBounds());
        return Compare(
            await reader.ReadAsync(reference, referenceTars, cancellationToken),
            await reader.ReadAsync(difference, differenceTars, cancellationToken));
    }

    /// <summary>What became of packages.</summary>
    /// <param name="reference">Those of the reference image.</param>
    /// <param name="difference">Those of the other one.</param>
    public static ImmutableArray<PackageChange> Compare(
        IEnumerable<Package> reference, IEnumerable<Package> difference) =>
        PackageComparison.Compare(reference, difference);
}
