using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Support;

/// <summary>Makes deltas of images in memory, merges them, and restores what came out.</summary>
internal sealed class MergeLab : IDisposable
{
    private const string Restored = "restored";

    public MergeLab() => Directory.CreateDirectory(Work);

    public InMemoryTransport Images { get; } = new(TransportNames.OciLayout);

    public TemporaryFolder Folder { get; } = new();

    public string Work => Folder["work"];

    /// <summary>Where merged archives go.</summary>
    public string Merged => Folder["merged.delta"];

    /// <summary>Puts an image in memory; the same image always has the same reference.</summary>
    public ImageReference Put(MemoryImage image) => Images.Put($"image-{image.Digest.ShortHex}", image);

    /// <summary>Makes a delta.</summary>
    public async Task<string> DeltaAsync(
        string name, MemoryImage baseline, MemoryImage target, EncodingOptions? options = null)
    {
        await new CreateDelta(Images).RunAsync(new CreateDeltaRequest
        {
            Baseline = Put(baseline),
            Target = Put(target),
            OutputPath = Folder[name],
            Encoding = options ?? DeltaLab.Quick,
            Overwrite = true,
            WorkDirectory = Work,
        }, EventSink.None, CancellationToken.None);
        return Folder[name];
    }

    /// <summary>Makes the delta of each pair of neighbours.</summary>
    public async Task<ImmutableArray<string>> DeltasAsync(
        IReadOnlyList<MemoryImage> versions, EncodingOptions? options = null)
    {
        var paths = ImmutableArray.CreateBuilder<string>();
        for (var index = 1; index < versions.Count; index++)
            paths.Add(await DeltaAsync($"{index}-{index + 1}.delta", versions[index - 1], versions[index], options));
        return paths.ToImmutable();
    }

    public MergeDeltasRequest Request(ImmutableArray<string> archives, string? output = null) => new()
    {
        ArchivePaths = archives,
        OutputPath = output ?? Merged,
        Encoding = DeltaLab.Quick,
        Overwrite = true,
        WorkDirectory = Work,
    };

    public Task<DeltaArchive> MergeAsync(params ImmutableArray<string> archives) =>
        MergeAsync(Request(archives));

    public Task<DeltaArchive> MergeAsync(MergeDeltasRequest request) =>
        new MergeDeltas(Images).RunAsync(request, EventSink.None, CancellationToken.None);

    /// <summary>Restores the image of an archive.</summary>
    public async Task<MemoryImage> RestoreAsync(MemoryImage baseline, string? archive = null)
    {
        Images.Remove(Restored);
        await new RestoreImage(Images).RunAsync(new RestoreImageRequest
        {
            ArchivePath = archive ?? Merged,
            Baseline = Put(baseline),
            Destination = InMemoryTransport.Reference(Restored),
            WorkDirectory = Work,
        }, EventSink.None, CancellationToken.None);
        return Images.Find(Restored)!;
    }

    /// <summary>
    /// Fails unless a second reader, written from the page of the format, makes the image of the merged archive.
    /// </summary>
    public void AssertRestoresElsewhere(MemoryImage baseline, string? archive = null) =>
        StrictDeltaValidator.AssertRestores(File.ReadAllBytes(archive ?? Merged),
            new Dictionary<string, Dictionary<string, byte[]>>
            {
                ["default"] = baseline.Blobs.ToDictionary(b => b.Key.ToString(), b => b.Value),
            });

    /// <summary>Every check of an archive must pass, with its image rebuilt.</summary>
    public async Task AssertVerifiesAsync(MemoryImage baseline, string? archive = null)
    {
        var verified = await new VerifyArchive(Images).RunAsync(new VerifyArchiveRequest
        {
            ArchivePath = archive ?? Merged,
            Baseline = Put(baseline),
            WorkDirectory = Work,
        }, EventSink.None, CancellationToken.None);
        Assert.True(verified.IsValid, string.Join("\n", verified.Findings.Where(f => f.Status == FindingStatus.Fail)
            .Select(f => $"{f}: {f.Detail} {f.Error?.Message}")));
    }

    /// <summary>Fails where something was left in the work folder, or not closed.</summary>
    public void AssertTidy()
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(Work));
        Assert.Equal(0, Images.Open);
    }

    public void Dispose() => Folder.Dispose();
}
