using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Operations.Story;

/// <summary>
/// The last line of an operation, for people, in both faces: bytes, share of the image, and how long it took.
/// </summary>
public static class ClosingLine
{
    /// <summary>Of an archive that was made.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="elapsed">How long making it took.</param>
    public static string Of(DeltaArchive archive, TimeSpan elapsed)
    {
        ArgumentNullException.ThrowIfNull(archive);
        return $"{Travels(archive)}, in {Human.Elapsed(elapsed)}";
    }

    /// <summary>What travels of an archive's images, and what is spared.</summary>
    /// <param name="archive">The archive.</param>
    public static string Travels(DeltaArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        return Travels(new Savings(archive.ImageBytes, archive.ArchiveBytes), archive.Images.Length);
    }

    /// <summary>Of an image that was rebuilt.</summary>
    /// <param name="image">The image.</param>
    /// <param name="elapsed">How long it took.</param>
    public static string Of(RestoredImage image, TimeSpan elapsed)
    {
        ArgumentNullException.ThrowIfNull(image);
        return $"{Restored(new Savings(image.ImageBytes, image.ArchiveBytes))}, in {Human.Elapsed(elapsed)}";
    }

    /// <summary>Of the images of a bundle that were rebuilt.</summary>
    /// <param name="bundle">What became of them.</param>
    /// <param name="elapsed">How long it took.</param>
    public static string Of(RestoredBundle bundle, TimeSpan elapsed)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return $"{bundle.Images.Count(i => i.Status == RestoreStatus.Restored)} of {bundle.Images.Length} images, "
            + $"{Restored(new Savings(bundle.ImageBytes, bundle.ArchiveBytes))}, in {Human.Elapsed(elapsed)}";
    }

    /// <summary>Of an image or index that was copied.</summary>
    /// <param name="image">The image.</param>
    /// <param name="elapsed">How long it took.</param>
    public static string Of(CopiedImage image, TimeSpan elapsed)
    {
        ArgumentNullException.ThrowIfNull(image);
        return $"{Travels(new Savings(image.ImageBytes, image.TravelledBytes), image.ImageCount)}, "
            + $"in {Human.Elapsed(elapsed)}";
    }

    private static string Travels(Savings savings, int images) =>
        $"{Human.SizeAndBytes(savings.TravelingBytes)} for {(images == 1 ? "an image" : $"{images} images")} of "
        + $"{Human.SizeAndBytes(savings.ImageBytes)}, {Human.Percent(savings.SparedRatio)} spared";

    private static string Restored(Savings savings) =>
        $"{Human.SizeAndBytes(savings.ImageBytes)} from {Human.SizeAndBytes(savings.TravelingBytes)}, "
            + $"{Human.Percent(savings.SparedRatio)} spared";
}
