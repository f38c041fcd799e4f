using Diffah.Engine.Content;

namespace Diffah.Engine.Images;

/// <summary>
/// A folder that is an image, or holds several: which of its files are the image's, so that others are left out of
/// account.
/// </summary>
/// <param name="path">Absolute path of the folder, there or not.</param>
/// <param name="marker">Relative name of a file that every such folder has.</param>
/// <param name="isContent">True for the relative name of a file that belongs to an image.</param>
internal sealed class ImageFolder(string path, string marker, Func<string, bool> isContent)
{
    private readonly string _root = RealPath.Of(path);

    /// <summary>
    /// True for a file of an image here, or one that would be; what else people keep in the folder is not the image's.
    /// </summary>
    /// <param name="file">The real path of the file.</param>
    public bool Owns(string file) =>
        file != _root && RealPath.IsIn(file, _root) && isContent(Path.GetRelativePath(_root, file));

    /// <summary>True where both are one folder. One that is mounted in two places is known by its files.</summary>
    public bool IsSameAs(ImageFolder other) => _root == other._root || Marker.IsSameAs(other.Marker);

    private FilePlace Marker => new(Path.Combine(_root, marker));
}
