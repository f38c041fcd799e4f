using System.Globalization;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Images.Comparison.Entries;

/// <summary>How a tar ends, and what fills it up.</summary>
/// <param name="Length">Bytes of the whole tar.</param>
/// <param name="Behind">Bytes behind the first block of zeros, or behind the last entry where there is none.</param>
/// <param name="Filling">A fingerprint of all that is not zeros between and behind entries.</param>
internal sealed record TarEnd(long Length, long Behind, string Filling)
{
    // What tar(1) writes at once.
    private const int RecordSize = 20 * TarHeader.BlockSize;

    /// <summary>
    /// Whether both are filled up alike. Two blocks of zeros end a tar; some writers fill up whole records with more,
    /// so that their number goes by what is in the tar.
    /// </summary>
    /// <param name="other">The other one.</param>
    public bool IsAlike(TarEnd other) => Filling == other.Filling
        && (Behind == other.Behind || (FillsRecord && other.FillsRecord));

    /// <summary>The end in words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Behind} bytes at its end");

    private bool FillsRecord => Length % RecordSize == 0 && Behind < RecordSize + TarHeader.BlockSize;
}
