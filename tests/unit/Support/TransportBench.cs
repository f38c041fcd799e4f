using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Transports;

namespace Diffah.Tests.Support;

/// <summary>A folder and a context to use transports in.</summary>
internal sealed class TransportBench : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _work = new();

    public TransportBench() => Work = new WorkDirectory(_work.Path);

    public WorkDirectory Work { get; }

    public TransportContext Context => new(Work, EventSink.None);

    public string[] Entries => _folder.Entries;

    /// <summary>The absolute path of something in the folder.</summary>
    public string this[string name] => _folder[name];

    /// <summary>A reference to something in the folder.</summary>
    public ImageReference Reference(string transport, string name) =>
        ImageReference.Parse($"{transport}:{_folder[name]}");

    public Task<IImageSource> OpenAsync(string transport, string name) => OpenAsync(Reference(transport, name));

    public Task<IImageSource> OpenAsync(ImageReference reference) =>
        TransportCatalog.Default.Get(reference).OpenSourceAsync(reference, Context, default);

    public Task<IImageDestination> CreateAsync(string transport, string name, bool overwrite = false) =>
        CreateAsync(Reference(transport, name), overwrite);

    public Task<IImageDestination> CreateAsync(ImageReference reference, bool overwrite = false) =>
        TransportCatalog.Default.Get(reference).OpenDestinationAsync(reference, overwrite, Context, default);

    public async Task WriteAsync(string transport, string name, SampleImage image, bool overwrite = false)
    {
        await using var destination = await CreateAsync(transport, name, overwrite);
        await image.WriteAsync(destination);
        await using (await destination.StageAsync(default))
            await destination.CommitAsync(default);
    }

    public void Dispose()
    {
        Work.Dispose();
        _work.Dispose();
        _folder.Dispose();
    }
}
