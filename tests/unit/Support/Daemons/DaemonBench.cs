using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Engine.Transports.Hosts;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Support.Daemons;

/// <summary>
/// The places where images are, and what one does there: the operations are ours, what makes the images and looks at
/// them are other tools.
/// </summary>
internal sealed class DaemonBench : IDisposable
{
    public const string Docker = "docker-daemon";
    public const string Podman = "containers-storage";
    public const string Registry = "docker";
    public const string DockerArchive = "docker-archive";
    public const string OciArchive = "oci-archive";

    private readonly DaemonsFixture _daemons;
    private readonly TransportCatalog _transports;
    private readonly string _space = $"space-{Guid.NewGuid():N}";

    /// <param name="daemons">The places.</param>
    /// <param name="environment">What says where daemons are; null says the truth.</param>
    public DaemonBench(DaemonsFixture daemons, TransportEnvironment? environment = null)
    {
        _daemons = daemons;
        _transports = environment is null
            ? daemons.Transports()
            : TransportCatalog.Create(RegistryBench.Quick, environment);
        Work = Directory.CreateDirectory(Folder["work"]).FullName;
    }

    public static IReadOnlyList<string> Places { get; } = [Docker, Podman, Registry, DockerArchive, OciArchive];

    public TemporaryFolder Folder { get; } = new();

    /// <summary>The folder for work. Whatever is done, nothing is left in it.</summary>
    public string Work { get; init; }

    /// <summary>The full name of an image in a daemon: nobody has to guess where it comes from.</summary>
    public string Name(string name) => $"diffah.test/{_space}/{name}";

    /// <summary>A reference to an image NAME:TAG in one of the places.</summary>
    public string Reference(string place, string name) => place switch
    {
        Registry => $"docker://{_daemons.Registry.Host}/{_space}/{name}",
        DockerArchive => $"docker-archive:{Archive(place, name)}:{Name(name)}",
        OciArchive => $"oci-archive:{Archive(place, name)}",
        _ => $"{place}:{Name(name)}",
    };

    /// <summary>Has other tools bring an image to a place.</summary>
    public async Task PutAsync(string place, MemoryImage image, string name)
    {
        if (place is Docker or Podman)
            await LoadAsync(Daemon(place), image, Name(name));
        else
            await SkopeoAsync("copy", "--dest-tls-verify=false", $"dir:{WriteFolder(image)}", Reference(place, name));
    }

    /// <summary>Has other tools bring an image to a daemon.</summary>
    public async Task LoadAsync(DaemonProcess daemon, MemoryImage image, string name)
    {
        var archive = Folder[$"load-{image.Digest.ShortHex}.tar"];
        await SkopeoAsync("copy", $"dir:{WriteFolder(image)}", $"docker-archive:{archive}:{name}");
        await daemon.LoadAsync(archive);
        File.Delete(archive);
    }

    /// <summary>What another tool says of the image in a place.</summary>
    public async Task<StoredImage> LookAsync(string place, string name) => place is Docker or Podman
        ? await Daemon(place).InspectAsync(Name(name))
        : StoredImage.OfConfiguration(System.Text.Encoding.UTF8.GetBytes(await SkopeoAsync(
            "inspect", "--tls-verify=false", "--config", "--raw", Reference(place, name))));

    /// <summary>What a daemon says of all that it has; of an archive or a registry, nothing.</summary>
    public Task<string[]> ListAsync(string place) =>
        place is Docker or Podman ? Daemon(place).ListAsync() : Task.FromResult<string[]>([]);

    public Task<CopiedImage> CopyAsync(
        string source, string destination, EventSink? events = null, CancellationToken cancellationToken = default) =>
        new CopyImage(_transports).RunAsync(new CopyImageRequest
        {
            Source = ImageReference.Parse(source),
            Destination = ImageReference.Parse(destination),
            AllowConvert = true,
            WorkDirectory = Work,
        }, events ?? EventSink.None, cancellationToken);

    public Task CreateAsync(string baseline, string target, string archive) =>
        new CreateDelta(_transports).RunAsync(new CreateDeltaRequest
        {
            Baseline = ImageReference.Parse(baseline),
            Target = ImageReference.Parse(target),
            OutputPath = Folder[archive],
            Encoding = DeltaLab.Quick,
            WorkDirectory = Work,
        }, EventSink.None, default);

    public Task<RestoredImage> RestoreAsync(
        string archive, string baseline, string destination, EventSink? events = null) =>
        new RestoreImage(_transports).RunAsync(new RestoreImageRequest
        {
            ArchivePath = Folder[archive],
            Baseline = ImageReference.Parse(baseline),
            Destination = ImageReference.Parse(destination),
            AllowConvert = true,
            WorkDirectory = Work,
        }, events ?? EventSink.None, default);

    /// <summary>Fails where anything is left in the folder for work.</summary>
    public void AssertWorkIsEmpty() => Assert.Empty(Directory.EnumerateFileSystemEntries(Work));

    public void Dispose()
    {
        _transports.Dispose();
        Folder.Dispose();
    }

    /// <summary>The daemon that a place is.</summary>
    public DaemonProcess Daemon(string place) => place == Docker ? _daemons.Docker : _daemons.Podman;

    private string Archive(string place, string name) => Folder[$"{place}-{name.Replace(':', '-')}.tar"];

    /// <summary>The image as skopeo keeps one in a folder.</summary>
    private string WriteFolder(MemoryImage image)
    {
        var folder = Directory.CreateDirectory(Folder[$"dir-{image.Digest.ShortHex}"]).FullName;
        File.WriteAllText(Path.Combine(folder, "version"), "Directory Transport Version: 1.1\n");
        File.WriteAllBytes(Path.Combine(folder, "manifest.json"), image.ManifestBytes);
        foreach (var (digest, bytes) in image.Blobs)
            File.WriteAllBytes(Path.Combine(folder, digest.Hex), bytes);
        return folder;
    }

    private static Task<string> SkopeoAsync(params string[] arguments) =>
        ExternalTool.RunAsync("skopeo", ["--insecure-policy", .. arguments]);
}
