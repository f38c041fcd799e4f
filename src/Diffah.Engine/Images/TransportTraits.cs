using System.Collections.Immutable;
using Diffah.Engine.Content;

namespace Diffah.Engine.Images;

/// <summary>
/// What a transport is, and what its places can hold. All that anybody knows of a transport without opening anything
/// is in this one table: references are parsed by it, words completed, destinations chosen, conversions and advice
/// found. Another transport is another row here, and a folder of its own with an <see cref="IImageTransport"/>.
/// </summary>
public sealed record TransportTraits
{
    private TransportTraits(string name, TransportGrammar grammar) => (Name, Grammar) = (name, grammar);

    /// <summary>The transport's name, without a colon (containers-transports(5)).</summary>
    public string Name { get; }

    /// <summary>How what follows the name is read.</summary>
    public TransportGrammar Grammar { get; }

    /// <summary>
    /// What a place of it is, in a few words without a capital; empty for one that is not implemented.
    /// </summary>
    public string Summary { get; private init; } = "";

    /// <summary>
    /// How a reference is written, for example <c>oci:FOLDER[:REF]</c>; empty for one that is not implemented.
    /// </summary>
    public string Syntax { get; private init; } = "";

    /// <summary>
    /// Whether the path goes to the reference's end, colons included; in the others the first colon ends it (skopeo's
    /// rule).
    /// </summary>
    internal bool PathMayHoldColon { get; private init; }

    /// <summary>What may follow the path, to pick an image.</summary>
    public ImageNaming Naming { get; private init; }

    /// <summary>The one form that it holds images in; null where it holds every image as it is.</summary>
    internal ImageForm? Form { get; private init; }

    /// <summary>Whether it holds an index with its images.</summary>
    internal bool HoldsIndex { get; private init; }

    /// <summary>
    /// Whether one place holds several images that were written one by one, under names of their own.
    /// </summary>
    internal bool HoldsSeveral { get; private init; }

    /// <summary>
    /// Whether a name may come to mean another image without leave to overwrite: a registry's tags are there to be
    /// moved.
    /// </summary>
    internal bool NamesMove { get; private init; }

    /// <summary>
    /// The entry by which a tar is recognised as an archive of this transport; null where its places are not archives.
    /// </summary>
    internal string? Mark { get; private init; }

    /// <summary>What a reference begins with, for example <c>oci:</c> or <c>docker://</c>.</summary>
    public string Prefix => Grammar == TransportGrammar.Registry ? $"{Name}://" : $"{Name}:";

    /// <summary>Why an index can't go where none is held.</summary>
    internal string NoIndex => $"{Prefix} keeps images, and no index of them.";

    /// <summary>True where this build has the transport.</summary>
    public bool IsImplemented => Grammar != TransportGrammar.Reserved;

    /// <summary>True where what follows the name begins with a path.</summary>
    public bool HasPath => Grammar is TransportGrammar.File or TransportGrammar.Folder;

    /// <summary>True where the path is that of a folder.</summary>
    public bool IsFolder => Grammar == TransportGrammar.Folder;

    /// <summary>A tar as <c>docker save</c> writes it.</summary>
    public static TransportTraits DockerArchive { get; } = new(TransportNames.DockerArchive, TransportGrammar.File)
    {
        Summary = "a tar as docker save writes it",
        Syntax = "docker-archive:PATH[:NAME:TAG]",
        Naming = ImageNaming.DockerName,
        Form = ImageForm.DockerPlain,
        Mark = ArchiveMarks.DockerManifest,
    };

    /// <summary>An OCI image layout in a tar.</summary>
    public static TransportTraits OciArchive { get; } = new(TransportNames.OciArchive, TransportGrammar.File)
    {
        Summary = "an OCI image layout in a tar",
        Syntax = "oci-archive:PATH[:REF]",
        Naming = ImageNaming.RefName,
        Form = ImageForm.Oci,
        HoldsIndex = true,
        Mark = ArchiveMarks.LayoutIndex,
    };

    /// <summary>An OCI image layout in a folder.</summary>
    public static TransportTraits OciLayout { get; } = new(TransportNames.OciLayout, TransportGrammar.Folder)
    {
        Summary = "an OCI image layout in a folder",
        Syntax = "oci:FOLDER[:REF]",
        Naming = ImageNaming.RefName,
        Form = ImageForm.Oci,
        HoldsIndex = true,
        HoldsSeveral = true,
    };

    /// <summary>A folder with manifest and blobs side by side.</summary>
    public static TransportTraits Folder { get; } = new(TransportNames.Directory, TransportGrammar.Folder)
    {
        Summary = "a folder with manifest and blobs",
        Syntax = "dir:FOLDER",
        PathMayHoldColon = true,
        HoldsIndex = true,
    };

    /// <summary>A registry.</summary>
    public static TransportTraits Registry { get; } = new(TransportNames.Registry, TransportGrammar.Registry)
    {
        Summary = "a registry",
        Syntax = "docker://HOST/REPOSITORY[:TAG][@DIGEST]",
        HoldsIndex = true,
        HoldsSeveral = true,
        NamesMove = true,
    };

    /// <summary>The images of a Docker engine.</summary>
    public static TransportTraits DockerDaemon { get; } = new(TransportNames.DockerDaemon, TransportGrammar.Image)
    {
        Summary = "the images of a Docker engine",
        Syntax = "docker-daemon:NAME[:TAG]",
        Form = ImageForm.DockerPlain,
        HoldsSeveral = true,
        NamesMove = true,
    };

    /// <summary>The images of Podman.</summary>
    public static TransportTraits ContainersStorage { get; } =
        new(TransportNames.ContainersStorage, TransportGrammar.Image)
        {
            Summary = "the images of Podman",
            Syntax = "containers-storage:NAME[:TAG]",
            Form = ImageForm.DockerPlain,
            HoldsSeveral = true,
            NamesMove = true,
        };

    /// <summary>The images of containerd.</summary>
    public static TransportTraits Containerd { get; } = new(TransportNames.Containerd, TransportGrammar.Image)
    {
        Summary = "the images of containerd",
        Syntax = "containerd:NAME[:TAG]",
        HoldsIndex = true,
        HoldsSeveral = true,
        NamesMove = true,
    };

    /// <summary>Every transport, those first that are most used.</summary>
    public static ImmutableArray<TransportTraits> All { get; } =
    [
        DockerArchive, OciArchive, OciLayout, Folder, Registry, DockerDaemon, ContainersStorage, Containerd,
        new("ostree", TransportGrammar.Reserved),
        new("sif", TransportGrammar.Reserved),
        new("tarball", TransportGrammar.Reserved),
    ];

    /// <summary>The transports that this build has.</summary>
    public static ImmutableArray<TransportTraits> Implemented { get; } = [.. All.Where(t => t.IsImplemented)];

    /// <summary>The transport of a name; null where there is none.</summary>
    /// <param name="name">The name, without a colon.</param>
    public static TransportTraits? Find(string name) => All.FirstOrDefault(t => t.Name == name);

    /// <summary>
    /// The transport of a reference that is being typed; null while that can't be said, and where there is none.
    /// </summary>
    /// <param name="typed">The reference as far as it is typed.</param>
    public static TransportTraits? Begun(string typed)
    {
        ArgumentNullException.ThrowIfNull(typed);
        // A prefix of slashes alone may still be completed to itself; a path may begin with nothing.
        return All.FirstOrDefault(t =>
            typed.StartsWith(t.Prefix, StringComparison.Ordinal)
            && (t.HasPath || t.Grammar == TransportGrammar.Image || typed.Length > t.Prefix.Length));
    }

    /// <summary>Names the transports that fit, for a sentence: <c>oci:, dir: or docker://</c>.</summary>
    /// <param name="fits">Which.</param>
    /// <param name="conjunction">What stands before the last.</param>
    internal static string Words(Func<TransportTraits, bool> fits, string conjunction = "or")
    {
        var words = Implemented.Where(fits).Select(t => t.Prefix).ToArray();
        return words.Length < 2 ? string.Concat(words) : $"{string.Join(", ", words[..^1])} {conjunction} {words[^1]}";
    }

    /// <inheritdoc/>
    public override string ToString() => Prefix;
}

/// <summary>The names of the transports that this build has, as skopeo writes them.</summary>
internal static class TransportNames
{
    /// <summary>See <see cref="TransportTraits.DockerArchive"/>.</summary>
    public const string DockerArchive = "docker-archive";

    /// <summary>See <see cref="TransportTraits.OciArchive"/>.</summary>
    public const string OciArchive = "oci-archive";

    /// <summary>See <see cref="TransportTraits.OciLayout"/>.</summary>
    public const string OciLayout = "oci";

    /// <summary>See <see cref="TransportTraits.Folder"/>.</summary>
    public const string Directory = "dir";

    /// <summary>See <see cref="TransportTraits.Registry"/>.</summary>
    public const string Registry = "docker";

    /// <summary>See <see cref="TransportTraits.DockerDaemon"/>.</summary>
    public const string DockerDaemon = "docker-daemon";

    /// <summary>See <see cref="TransportTraits.ContainersStorage"/>.</summary>
    public const string ContainersStorage = "containers-storage";

    /// <summary>See <see cref="TransportTraits.Containerd"/>.</summary>
    public const string Containerd = "containerd";
}

/// <summary>How what follows a transport's name is read.</summary>
public enum TransportGrammar
{
    /// <summary>The path of a file, and perhaps a name after it.</summary>
    File,

    /// <summary>The path of a folder, and perhaps a name after it.</summary>
    Folder,

    /// <summary>Two slashes, and the name of an image in a registry.</summary>
    Registry,

    /// <summary>The name or the id of an image in a store of this machine.</summary>
    Image,

    /// <summary>Anything: the transport is known to others, and not implemented here.</summary>
    Reserved,
}

/// <summary>What picks an image behind a path.</summary>
public enum ImageNaming
{
    /// <summary>Nothing: the place is the image.</summary>
    None,

    /// <summary>A Docker name, <c>NAME:TAG</c>.</summary>
    DockerName,

    /// <summary>The ref name of an OCI layout, whatever its writer made of it.</summary>
    RefName,
}

/// <summary>A form that a transport wants images in.</summary>
internal enum ImageForm
{
    /// <summary>OCI manifests and indexes; the layers' bytes as they are.</summary>
    Oci,

    /// <summary>
    /// A Docker manifest (schema 2) in the one way a Docker archive gives it back; layers as plain tars.
    /// </summary>
    DockerPlain,
}
