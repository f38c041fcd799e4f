using System.Globalization;
using System.Text.Json.Serialization;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations.Story;

namespace Diffah.Cli.Results;

/// <summary>What a delta archive says of itself as a whole.</summary>
internal record ArchiveHeadJson
{
    protected ArchiveHeadJson(DeltaArchiveHead archive, long imageBytes, string name)
    {
        (Archive, Version, Feature) = (name, archive.Version, archive.Feature);
        (Tool, ToolVersion, Platform) = (archive.Tool, archive.ToolVersion, archive.Platform);
        Since = archive.Since is { } since ? new SinceJson(since.Inventory, Rfc3339.Of(since.CreatedAt)) : null;
        CreatedAt = Rfc3339.Of(archive.CreatedAt);
        Blobs = new BlobsJson(
            archive.BlobCount, archive.FullCount, archive.PatchCount, archive.FullBytes, archive.PatchBytes);
        TotalArchiveBytes = archive.StoredBytes;
        AccountBytes = archive.AccountBytes;
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

    /// <summary>The inventory of a site that it was made for; left out where it was made for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SinceJson? Since { get; }

    public BlobsJson Blobs { get; }

    /// <summary>Bytes stored of all blobs; the file is <see cref="SavingsJson.TravelingBytes"/>.</summary>
    public long TotalArchiveBytes { get; }

    /// <summary>Bytes that say what patches spend on files.</summary>
    public long AccountBytes { get; }

    public PatchSavingsJson PatchSavings { get; }

    public SavingsJson Savings { get; }

    public bool RequiresZstd { get; }

    public bool ZstdAvailable { get; }
}

/// <summary>The inventory of a site that an archive was made for.</summary>
internal sealed record SinceJson(string Inventory, string CreatedAt);

/// <summary>The blobs of an archive.</summary>
internal sealed record BlobsJson(int Total, int FullCount, int PatchCount, long FullBytes, long PatchBytes);

/// <summary>What patches spare; the ratio is a fraction of the patched layers, whole.</summary>
internal sealed record PatchSavingsJson(long Bytes, double Ratio);

/// <summary>
/// What an image is, what travels for it, and what is spared: the same four numbers in every answer. The ratio is a
/// fraction of the image.
/// </summary>
internal sealed record SavingsJson(long ImageBytes, long TravelingBytes, long SparedBytes, double SparedRatio)
{
    /// <param name="image">Bytes of the whole image.</param>
    /// <param name="traveling">Bytes that travel.</param>
    public static SavingsJson Of(long image, long traveling)
    {
        var savings = new Savings(image, traveling);
        return new SavingsJson(image, traveling, savings.SparedBytes, savings.SparedRatio);
    }
}

/// <summary>
/// What a delta archive says of itself as a whole. Scripts read these lines: labels stay as they are.
/// </summary>
internal static class ArchiveHeadText
{
    /// <param name="output">Where to.</param>
    /// <param name="archive">The archive.</param>
    /// <param name="name">The archive, as the command named it.</param>
    public static void Write(TextWriter output, DeltaArchive archive, string name)
    {
        output.WriteLine($"archive: {name}");
        output.WriteLine($"version: {archive.Version}");
        output.WriteLine($"feature: {archive.Feature}");
        output.WriteLine($"tool: {archive.Tool}");
        output.WriteLine($"tool_version: {archive.ToolVersion}");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"created at: {archive.CreatedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"));
        if (archive.Since is { } since)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"since inventory: {since.Inventory} of {since.CreatedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"));
        output.WriteLine($"platform: {archive.Platform}");
        output.WriteLine($"images: {archive.Images.Length}");
        foreach (var index in archive.Indexes)
            output.WriteLine($"index: {index.ManifestDigest} ({string.Join(", ", index.Platforms)})");
        if (!archive.Referrers.IsEmpty)
            output.WriteLine($"referrers: {archive.Referrers.Length} "
                + $"({string.Join(", ", archive.Referrers.Select(r => r.ArtifactType).Distinct())})");
        output.WriteLine($"blobs: {archive.BlobCount} (full: {archive.FullCount}, patch: {archive.PatchCount})");
        if (archive.PatchCount > 0)
            output.WriteLine(
                $"avg patch ratio: {Human.Percent(archive.PatchBytes, archive.PatchBytes + archive.PatchSparedBytes)}");
        output.WriteLine($"total archive: {archive.StoredBytes} bytes");
        output.WriteLine($"intra-layer patches required: {YesNo(archive.RequiresZstd)}");
        output.WriteLine($"zstd available: {YesNo(archive.ZstdAvailable)}");
        if (archive.PatchCount > 0)
            output.WriteLine(
                $"patch savings: {archive.PatchSparedBytes} bytes ({Human.Percent(archive.PatchSparedRatio)} vs full)");
        output.WriteLine($"travels: {ClosingLine.Travels(archive)}");
    }

    private static string YesNo(bool value) => value ? "yes" : "no";
}
