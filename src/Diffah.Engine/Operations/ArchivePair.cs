using Diffah.Engine.Images;

namespace Diffah.Engine.Operations;

/// <summary>One image that an archive is made for.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Baseline">The image the other side has; null where only its manifest is left.</param>
/// <param name="BaselineManifestPath">Absolute path of the baseline's manifest; null where there is a <paramref name="Baseline"/>.</param>
/// <param name="Target">The image the other side is to get.</param>
internal sealed record ArchivePair(string Name, ImageReference? Baseline, string? BaselineManifestPath, ImageReference Target)
{
    /// <exception cref="Diagnostics.DiffahException">InvalidArgument.</exception>
    public void RequireAbsolutePaths()
    {
        if (Baseline is not null)
            RequestGuard.AbsolutePath(Baseline);
        if (BaselineManifestPath is not null)
            RequestGuard.AbsolutePath(BaselineManifestPath);
        RequestGuard.AbsolutePath(Target);
    }
}
