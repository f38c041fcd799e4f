using Diffah.Engine.Images;
using Diffah.Engine.Operations.Restoring;

namespace Diffah.Engine.Operations;

/// <summary>An image that was pulled, whichever way.</summary>
/// <param name="Target">The image as its registry has it.</param>
/// <param name="Delivered">The image where it is now.</param>
/// <param name="Pull">How it came.</param>
/// <param name="Layers">Where its layers came from.</param>
internal sealed record PulledImage(Image Target, DeliveredImage Delivered, ImagePull Pull, LayerKinds Layers)
{
    /// <summary>As the result of a restore.</summary>
    public RestoredImage ToRestored(PullImageRequest request)
    {
        var tree = Delivered.Written.Tree.Manifests;
        return new RestoredImage(request.Image.ToString(), request.Destination.ToString(), tree.Root.Digest.ToString(),
            tree.Root.MediaType, Target.Layers.Length, Layers.Baseline, Layers.Patched, Layers.Full, tree.TotalBytes)
        {
            ArchiveBytes = Pull.FetchedBytes,
            ImageId = Target.Manifest.Config.Digest.ToString(),
            ReferrerCount = Delivered.Staged.ReferrerCount,
            Conversion = Delivered.Written.Conversion,
            Pull = Pull,
        };
    }

    /// <summary>As the result of a copy.</summary>
    public CopiedImage ToCopied(PullImageRequest request)
    {
        var tree = Delivered.Written.Tree.Manifests;
        return new CopiedImage(request.Image.ToString(), request.Destination.ToString(), tree.Root.Digest.ToString(),
            tree.Root.MediaType, CopyImage.PlatformsOf(tree), tree.Images.Length, tree.Layers.Length,
            Delivered.Staged.WrittenBytes, tree.TotalBytes)
        {
            ImageId = Target.Manifest.Config.Digest.ToString(),
            ReferrerCount = Delivered.Staged.ReferrerCount,
            Conversion = Delivered.Written.Conversion,
            Pull = Pull,
        };
    }
}

/// <summary>Where the layers of an image came from.</summary>
/// <param name="Baseline">Layers that were there.</param>
/// <param name="Patched">Layers that were rebuilt from patches.</param>
/// <param name="Full">Layers that were fetched whole.</param>
internal sealed record LayerKinds(int Baseline, int Patched, int Full);
