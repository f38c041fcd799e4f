using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Support;

/// <summary>Makes a delta of each image to the next, and restores the last through all of them.</summary>
/// <param name="images">The images, in their order.</param>
internal sealed class ChainLab(params MemoryImage[] images) : IDisposable
{
    public DeltaLab Lab { get; } = new();

    public IReadOnlyList<MemoryImage> Images => images;

    public string PathOf(int delta) => Lab.Folder[$"out/{delta}.delta"];

    public IEnumerable<string> Paths => Enumerable.Range(0, images.Length - 1).Select(PathOf);

    /// <summary>Makes the deltas.</summary>
    /// <param name="options">How each is made; the last of them for all that follow.</param>
    public async Task<ChainLab> CreateAsync(params EncodingOptions[] options)
    {
        for (var i = 0; i < images.Length - 1; i++)
            await MakeAsync(images[i], images[i + 1], PathOf(i), options[Math.Min(i, options.Length - 1)]);
        Lab.Images.ForgetCounts();
        return this;
    }

    public Task MakeAsync(MemoryImage from, MemoryImage to, string path, EncodingOptions options) =>
        new CreateDelta(Lab.Images).RunAsync(
            Lab.CreateRequest(from, to, options) with { OutputPath = path }, EventSink.None, CancellationToken.None);

    public RestoreImageRequest Request(MemoryImage? baseline = null, params IEnumerable<string> paths)
    {
        string[] all = [.. paths];
        if (all.Length == 0)
            all = [.. Paths];
        return Lab.RestoreRequest(baseline ?? images[0]) with
        {
            PrecedingArchivePaths = [.. all[..^1]],
            ArchivePath = all[^1],
        };
    }

    /// <summary>Restores the last image.</summary>
    public async Task<MemoryImage> RestoreAsync(
        RestoreImageRequest? request = null, EventSink? events = null, CancellationToken cancellationToken = default)
    {
        Lab.Images.Remove("restored");
        await new RestoreImage(Lab.Images).RunAsync(request ?? Request(), events ?? EventSink.None, cancellationToken);
        return Lab.Images.Find("restored")!;
    }

    /// <summary>Restores image by image.</summary>
    public async Task<MemoryImage> RestoreStepwiseAsync()
    {
        var image = images[0];
        foreach (var path in Paths)
            image = await RestoreAsync(Request(image, path));
        return image;
    }

    /// <summary>Fails where anything but the archives is left, or something was not closed.</summary>
    public void AssertTidy()
    {
        Assert.Equal(0, Lab.Images.Open);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Lab.Work));
        Assert.Equal(Paths.Order(), Directory.EnumerateFiles(Lab.Folder["out"]).Order());
    }

    public void Dispose() => Lab.Dispose();
}
