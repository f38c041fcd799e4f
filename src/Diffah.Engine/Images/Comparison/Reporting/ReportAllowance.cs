namespace Diffah.Engine.Images.Comparison.Reporting;

/// <summary>
/// How much a report may write. A small image can describe far more than it holds: holes, hard links, names with many
/// folders.
/// </summary>
internal sealed class ReportAllowance
{
    /// <summary>Bytes that any report may write.</summary>
    public const long Free = 1024L * 1024 * 1024;

    /// <summary>Bytes that may be written for each byte of a layer.</summary>
    public const int Factor = 4;

    /// <summary>What each file and each folder counts beside its content.</summary>
    public const int EntryCost = 4096;

    private long _allowed = Free;

    /// <summary>Allows what a layer is worth; once for each that is read.</summary>
    /// <param name="tarBytes">Bytes of the plain layer.</param>
    public void Add(long tarBytes) => _allowed += Factor * tarBytes;

    /// <summary>Takes what a file costs; false where that is too much, and nothing is taken.</summary>
    /// <param name="size">Bytes of the file.</param>
    /// <param name="folders">Folders that are made for it.</param>
    public bool TrySpend(long size, int folders)
    {
        var cost = EntryCost * (1L + folders);
        if (size > _allowed - cost)
            return false;
        _allowed -= size + cost;
        return true;
    }
}
