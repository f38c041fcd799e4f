using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Conversion;
using Diffah.Engine.Operations.Story;

namespace Diffah.Engine.Operations.Restoring;

/// <summary>An index that everything was checked of before the first layer moves.</summary>
/// <param name="Entry">What the archive says of it.</param>
/// <param name="Images">Its images, each checked.</param>
/// <param name="Destination">Where it goes.</param>
/// <param name="Tree">The index with all that is below it; null where there is a problem.</param>
internal sealed record PreparedIndex(
    ArchiveIndex Entry, ImmutableArray<PreparedImage> Images, ImageReference Destination, ImageTree? Tree)
{
    /// <summary>Bytes of the archive.</summary>
    public required long ArchiveBytes { get; init; }

    /// <summary>Why it can't be restored; null where it can.</summary>
    public DiffahException? Problem
    {
        get
        {
            var failed = Images.Where(i => i.Problem is not null).ToArray();
            if (failed.Length < 2)
                return failed.Length == 0 ? null : failed[0].Problem;
            var problems = new ImageProblems();
            foreach (var image in failed)
                problems.Add(image.Asked.Name, image.Problem!);
            return problems.ToError("Images of the index can't be restored, so nothing was written");
        }
    }

    /// <summary>True where archive and baseline together do not have all that is needed, and nothing else is wrong.
    /// </summary>
    public bool IsIncomplete => Images.All(i => i.Problem is null || i.IsIncomplete);

    /// <summary>Says what was restored.</summary>
    /// <param name="written">What was written.</param>
    public RestoredImage Describe(FittedImage written)
    {
        var tree = written.Tree.Manifests;
        var kinds = Images.SelectMany(i => i.Manifest!.Layers).DistinctBy(l => l.Digest)
            .Select(l => Images[0].Archives[0].Blobs.GetValueOrDefault(l.Digest)?.Origin).ToArray();
        return new RestoredImage(Entry.Name, Destination.ToString(), tree.Root.Digest.ToString(), tree.Root.MediaType,
            kinds.Length, kinds.Count(k => k is null), kinds.Count(k => k == BlobOrigin.Patch),
            kinds.Count(k => k == BlobOrigin.Full), tree.TotalBytes)
        {
            ArchiveBytes = ArchiveBytes,
            ImageId = null,
            Conversion = written.Conversion,
            Platforms = [.. Entry.Images.Select(i => i.Platform?.ToPrintable() ?? "unknown").Distinct()],
        };
    }
}
