using Diffah.Engine.Deltas.Reports;

namespace Diffah.Cli.Json;

/// <summary>What a delta archive says of itself as a whole.</summary>
internal record ArchiveHeadJson
{
    protected ArchiveHeadJson(DeltaArchiveHead archive, long imageBytes, string name)
    {
        (Archive, Version, Feature) = (name, archive.Version, archive.Feature);
        (Tool, ToolVersion, Platform) = (archive.Tool, archive.ToolVersion, archive.Platform);
        CreatedAt = Rfc3339.Of(archive.CreatedAt);
        Blobs = new BlobsJson(archive.BlobCount, archive.FullCount, archive.PatchCount, archive.FullBytes, archive.PatchBytes);
        TotalArchiveBytes = archive.StoredBytes;
        PatchSavings = new PatchSavingsJson(archive.PatchSparedBytes, archive.PatchSparedRatio);
        Savings = SavingsJson.Of(imageBytes, archive.ArchiveBytes);
        (RequiresZstd, ZstdAvailable) = (archive.RequiresZstd, archive.ZstdAvailable);
    }

    /// <summary>The archive, as the command named it.</summary>
    public string Archive { get; }

    public string Version { get; }

    public string Feature { get; }

    public string Tool { get; }

    public string ToolVersion { get; }

    /// <summary>RFC 3339, UTC.</summary>
    public string CreatedAt { get; }

    public string Platform { get; }

    public BlobsJson Blobs { get; }

    /// <summary>Bytes stored of all blobs; the file is <see cref="SavingsJson.TravelingBytes"/>.</summary>
    public long TotalArchiveBytes { get; }

    public PatchSavingsJson PatchSavings { get; }

    public SavingsJson Savings { get; }

    public bool RequiresZstd { get; }

    public bool ZstdAvailable { get; }
}

/// <summary>The blobs of an archive.</summary>
internal sealed record BlobsJson(int Total, int FullCount, int PatchCount, long FullBytes, long PatchBytes);

/// <summary>What patches spare; the ratio is a fraction of the patched layers, whole.</summary>
internal sealed record PatchSavingsJson(long Bytes, double Ratio);
