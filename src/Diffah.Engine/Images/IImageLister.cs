using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Images;

/// <summary>A transport whose places can hold several images, told apart by a name after the path.</summary>
public interface IImageLister
{
    /// <summary>Lists the names that pick an image of a place, in its order. Nothing is written, and no image is opened.</summary>
    /// <param name="reference">Any image of the place, there or not; its name is not looked at. A path is absolute.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>The names (<see cref="ImageReference.Name"/>); none of an archive that is compressed as a whole, which would have to be decompressed first.</returns>
    /// <exception cref="DiffahException">FileNotFound, InvalidImage, InvalidManifest.</exception>
    Task<IReadOnlyList<string>> ListImagesAsync(ImageReference reference, CancellationToken cancellationToken);
}
