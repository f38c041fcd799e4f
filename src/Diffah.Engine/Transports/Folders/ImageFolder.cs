using Diffah.Engine.Content;
using Diffah.Engine.Images;
using Diffah.Engine.Transports.Directory;
using Diffah.Engine.Transports.OciLayout;

namespace Diffah.Engine.Transports.Folders;

/// <summary>A folder that is an image, or holds several: which of its files are the image's, so that others are left out of account.</summary>
internal sealed class ImageFolder
{
    private readonly bool _isLayout;

    private ImageFolder(ImageReference reference) => (Root, _isLayout) = (RealPath.Of(reference.Path!), reference.Transport == TransportNames.OciLayout);

    private string Root { get; }

    /// <summary>The folder of a reference; null for an image that is a single file, or in a registry.</summary>
    public static ImageFolder? Of(ImageReference reference) =>
        reference.Transport is TransportNames.OciLayout or TransportNames.Directory ? new ImageFolder(reference) : null;

    /// <summary>True for a file of an image here, or one that would be; what else people keep in the folder is not the image's.</summary>
    /// <param name="file">The real path of the file.</param>
    public bool Owns(string file)
    {
        if (file == Root || !RealPath.IsIn(file, Root))
            return false;
        var name = Path.GetRelativePath(Root, file);
        return _isLayout
            ? name is LayoutPaths.Index or LayoutPaths.Marker || name.StartsWith("blobs" + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            : name is DirectoryPaths.Manifest or DirectoryPaths.Version || DirectoryPaths.IsContent(name);
    }

    /// <summary>True where both are one folder. One that is mounted in two places is known by its files.</summary>
    public bool IsSameAs(ImageFolder other)
    {
        var marker = _isLayout ? LayoutPaths.Marker : DirectoryPaths.Version;
        return Root == other.Root || new FilePlace(Path.Combine(Root, marker)).IsSameAs(new FilePlace(Path.Combine(other.Root, marker)));
    }
}
