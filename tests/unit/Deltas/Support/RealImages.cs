using System.Security.Cryptography;
using System.Text;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Support;

/// <summary>Deltas of images in files, through the real transports.</summary>
internal static class RealImages
{
    public static Task<DeltaArchive> CreateAsync(
        string baseline, string target, string archive, EncodingOptions options) =>
        new CreateDelta(TransportCatalog.Default).RunAsync(new CreateDeltaRequest
        {
            Baseline = ImageReference.Parse(baseline),
            Target = ImageReference.Parse(target),
            OutputPath = archive,
            Encoding = options,
            CreatedAt = DeltaLab.Time,
        }, EventSink.None, CancellationToken.None);

    public static Task<RestoredImage> RestoreAsync(string archive, string baseline, string destination) =>
        new RestoreImage(TransportCatalog.Default).RunAsync(new RestoreImageRequest
        {
            ArchivePath = archive,
            Baseline = ImageReference.Parse(baseline),
            Destination = ImageReference.Parse(destination),
        }, EventSink.None, CancellationToken.None);

    /// <summary>All blobs of an image, by their digests.</summary>
    /// <param name="image">The image.</param>
    /// <param name="folder">Where a copy of it is left.</param>
    public static async Task<Dictionary<string, byte[]>> BlobsAsync(string image, string folder)
    {
        await new CopyImage(TransportCatalog.Default).RunAsync(new CopyImageRequest
        {
            Source = ImageReference.Parse(image),
            Destination = ImageReference.Parse($"dir:{folder}"),
        }, EventSink.None, CancellationToken.None);
        return Directory.EnumerateFiles(folder).Select(File.ReadAllBytes)
            .DistinctBy(b => Engine.Oci.Digest.Compute(b)).ToDictionary(b => Engine.Oci.Digest.Compute(b).ToString());
    }

    /// <summary>The digest of an image's manifest, as skopeo sees it.</summary>
    public static async Task<string> SkopeoDigestAsync(string reference)
    {
        var manifest = await ExternalTool.RunAsync("skopeo", "inspect", "--raw", reference);
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(manifest)))}";
    }
}
