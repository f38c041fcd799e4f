using System.Collections.Immutable;

namespace Diffah.Engine.Images.Packages;

/// <summary>The packages of an image.</summary>
internal static class PackageInventory
{
    /// <summary>Reads what the file system that all layers make says of packages.</summary>
    /// <param name="image">The image.</param>
    /// <param name="tars">Reads its layers.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="Diagnostics.DiffahException">What reading layers throws.</exception>
    public static Task<ImmutableArray<Package>> ReadAsync(
        Image image, LayerTars tars, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<ImmutableArray<Package>>([]);
    }

    /// <summary>What became of packages.</summary>
    /// <param name="reference">Those of the reference image.</param>
    /// <param name="difference">Those of the other one.</param>
    public static ImmutableArray<PackageChange> Compare(
        IEnumerable<Package> reference, IEnumerable<Package> difference) => [];
}
