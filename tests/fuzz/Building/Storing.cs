using Diffah.Fuzz.Mutation;
using Diffah.Samples;

namespace Diffah.Fuzz.Building;

/// <summary>The files of images in each shape of storage, whole or damaged.</summary>
internal static class Storing
{
    public const string DockerArchive = "docker-archive";
    public const string OciArchive = "oci-archive";
    public const string Layout = "oci";
    public const string Folder = "dir";

    public static readonly string[] Transports = [DockerArchive, OciArchive, Layout, Folder];

    /// <summary>Where the files of a transport's images are, below the input's folder.</summary>
    public static string PathOf(string transport, string name) => transport is DockerArchive or OciArchive
        ? name + ".tar"
        : name;

    /// <summary>The files by their paths below the input's folder.</summary>
    public static IEnumerable<KeyValuePair<string, byte[]>> Store(
        string transport, string name, params PackedImage[] images) =>
        Place(transport, name, Arrange(transport, images).All);

    /// <summary>The same, damaged in the arrangement: a document, a file's name, a file, the tar.</summary>
    public static IEnumerable<KeyValuePair<string, byte[]>> StoreDamaged(
        string transport, string name, Dice dice, params PackedImage[] images)
    {
        var files = Arrange(transport, images).All.ToList();
        for (var times = dice.Length(4); times > 0 && files.Count > 0; times--)
            Damage(files, dice);
        var placed = Place(transport, name, files);
        return transport is DockerArchive or OciArchive && dice.OneIn(2)
            ? placed.Select(file => new KeyValuePair<string, byte[]>(file.Key, DamagedTar(file.Value, dice)))
            : placed;
    }

    private static ImageFiles Arrange(string transport, PackedImage[] images) => transport switch
    {
        DockerArchive when images[0].Manifest.MediaType.Contains("oci", StringComparison.Ordinal) =>
            ImageFiles.DockerSave(images[0]),
        DockerArchive => ImageFiles.DockerArchive(images),
        Folder => ImageFiles.Directory(images[0]),
        _ => ImageFiles.OciLayout(images),
    };

    private static IEnumerable<KeyValuePair<string, byte[]>> Place(
        string transport, string name, IReadOnlyList<KeyValuePair<string, byte[]>> files) =>
        transport is DockerArchive or OciArchive
            ? [new(PathOf(transport, name), Tar(files))]
            : files.DistinctBy(file => file.Key).Select(file => new KeyValuePair<string, byte[]>(
                $"{name}/{file.Key}", file.Value));

    public static byte[] Tar(IEnumerable<KeyValuePair<string, byte[]>> files)
    {
        using var bytes = new MemoryStream();
        var tar = new TarFile(bytes) { Modified = 0 };
        foreach (var (name, content) in files)
            tar.File(name, content);
        tar.Finish();
        return bytes.ToArray();
    }

    /// <summary>The content of a tar's first file, as its header says.</summary>
    public static byte[] FirstFile(byte[] tar)
    {
        const int block = 512;
        var size = Convert.ToInt32(System.Text.Encoding.ASCII.GetString(tar, 124, 11), 8);
        return tar[block..(block + size)];
    }

    private static byte[] DamagedTar(byte[] tar, Dice dice) =>
        CompressionMutator.Wrap(dice.OneIn(2) ? TarMutator.Mutate(tar, dice) : tar, dice);

    private static void Damage(List<KeyValuePair<string, byte[]>> files, Dice dice)
    {
        var at = dice.Below(files.Count);
        var (name, content) = files[at];
        switch (dice.Below(6))
        {
            case 0:
                files.RemoveAt(at);
                break;
            case 1:
                files[at] = new(HostileText.Of(dice), content);
                break;
            case 2:
                files[at] = new(name, ByteMutator.Mutate(content, dice));
                break;
            case 3:
                files.Add(new(files[dice.Below(files.Count)].Key, content));
                break;
            default:
                Document(files, dice);
                break;
        }
    }

    /// <summary>Most of what is read is JSON, and most files are layers.</summary>
    private static void Document(List<KeyValuePair<string, byte[]>> files, Dice dice)
    {
        var documents = files.FindAll(file => file.Value.Length > 0 && file.Value[0] is (byte)'{' or (byte)'[');
        if (documents.Count == 0)
            return;
        var (name, content) = documents[dice.Below(documents.Count)];
        var at = files.FindIndex(file => file.Key == name);
        files[at] = new(name, JsonMutator.Mutate(content, dice));
    }
}
