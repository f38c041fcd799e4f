using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Support;

/// <summary>
/// Makes deltas of images in memory and restores them, in a folder of its own that tells what was left behind.
/// </summary>
internal sealed class DeltaLab : IDisposable
{
    private const string Destination = "restored";

    private readonly TemporaryFolder _folder = new();

    public DeltaLab()
    {
        Directory.CreateDirectory(Work);
        Directory.CreateDirectory(_folder["out"]);
    }

    /// <summary>Quick options, for tests that are not about sizes.</summary>
    public static EncodingOptions Quick { get; } = new() { ZstdLevel = 3, Workers = 2 };

    /// <summary>
    /// Quick options with which small samples have layers that are patched as they are stored, and need a layer that
    /// the target does not have.
    /// </summary>
    public static EncodingOptions QuickFast { get; } = Quick with { Effort = EncodingEffort.Fast };

    /// <summary>The same for version 1 of the format.</summary>
    public static EncodingOptions QuickV1 { get; } = Quick with { FormatVersion = 1 };

    /// <summary>When archives say they were made.</summary>
    public static DateTimeOffset Time { get; } = new(2024, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>The options where a test names none.</summary>
    public EncodingOptions Options { get; init; } = Quick;

    public InMemoryTransport Images { get; } = new(TransportNames.OciLayout);

    public TemporaryFolder Folder => _folder;

    public string Work => _folder["work"];

    /// <summary>Where archives go unless told otherwise.</summary>
    public string Archive => _folder["out/delta.tar"];

    public CreateDeltaRequest CreateRequest(
        MemoryImage baseline, MemoryImage target, EncodingOptions? options = null) => new()
        {
            Baseline = Images.Put("baseline", baseline),
            Target = Images.Put("target", target),
            OutputPath = Archive,
            Encoding = options ?? Options,
            Overwrite = true,
            WorkDirectory = Work,
            CreatedAt = Time,
        };

    public RestoreImageRequest RestoreRequest(MemoryImage baseline) => new()
    {
        ArchivePath = Archive,
        Baseline = Images.Put("baseline", baseline),
        Destination = InMemoryTransport.Reference(Destination),
        WorkDirectory = Work,
    };

    public Task<DeltaArchive> CreateAsync(MemoryImage baseline, MemoryImage target, EncodingOptions? options = null) =>
        new CreateDelta(Images).RunAsync(
            CreateRequest(baseline, target, options), EventSink.None, CancellationToken.None);

    /// <summary>Makes a delta and gives its bytes.</summary>
    public async Task<byte[]> BytesAsync(MemoryImage baseline, MemoryImage target, EncodingOptions? options = null)
    {
        await CreateAsync(baseline, target, options);
        return await File.ReadAllBytesAsync(Archive);
    }

    /// <summary>Restores the archive against a baseline.</summary>
    public async Task<MemoryImage> RestoreAsync(
        MemoryImage baseline, EventSink? events = null, CancellationToken cancellationToken = default)
    {
        Images.Remove(Destination);
        await new RestoreImage(Images).RunAsync(RestoreRequest(baseline), events ?? EventSink.None, cancellationToken);
        return Images.Find(Destination)!;
    }

    /// <summary>Restoring must fail with the error, say what to do, and leave nothing.</summary>
    public async Task<DiffahException> RestoreFailsAsync(MemoryImage baseline, DiffahError expected)
    {
        var e = await Errors.ThrowsAsync(expected, () => RestoreAsync(baseline));
        AssertNothingLeft();
        return e;
    }

    /// <summary>
    /// Fails where something was left in the work folder, beside the archive or at the destination, or not closed.
    /// </summary>
    public void AssertNothingLeft()
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(Work));
        Assert.Null(Images.Find(Destination));
        AssertTidy();
    }

    /// <summary>Fails where anything but the archive is in the lab's folders, or something was not closed.</summary>
    public void AssertTidy()
    {
        Assert.Equal(0, Images.Open);
        Assert.All(_folder.Entries, e => Assert.Contains(e, (string[])["out", "work", "out/delta.tar"]));
    }

    public void Dispose() => _folder.Dispose();
}
