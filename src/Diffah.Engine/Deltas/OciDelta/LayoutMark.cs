using Diffah.Engine.Images;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.OciDelta;

/// <summary>Tells the tar of an OCI image layout by what it has in it.</summary>
internal static class LayoutMark
{
    // A layout has a few entries for each layer.
    private const int MaximumEntries = 10_000;

    private static readonly TransportTraits Layout = TransportTraits.Find(TransportNames.OciArchive)!;

    /// <summary>True for a tar, not compressed as a whole, that has a layout's mark among its first entries.</summary>
    /// <param name="file">The file, at its start.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    public static bool IsIn(Stream file, CancellationToken cancellationToken)
    {
        try
        {
            var tar = new TarReader(file);
            for (var count = 0; count < MaximumEntries && tar.Next(cancellationToken) is { } entry; count++)
            {
                if (TarPath.TryNormalize(entry.Name) == Layout.Mark)
                    return true;
            }
        }
        catch (InvalidDataException)
        {
            // No tar, or a damaged one: who reads it as a delta archive says so.
        }
        return false;
    }
}
