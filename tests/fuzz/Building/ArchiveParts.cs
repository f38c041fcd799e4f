using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Signing;
using Diffah.Engine.Transports;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Mutation;
using Diffah.Samples;

namespace Diffah.Fuzz.Building;

/// <summary>A whole archive, in parts: made by the engine from random images, to be damaged.</summary>
/// <param name="Entries">The container's entries, sidecar first.</param>
/// <param name="Baselines">Files of the baselines, below the input's folder: folders b0, b1, …</param>
/// <param name="Signature">What is in the file of its signature.</param>
/// <param name="PublicKey">The key that it was signed with.</param>
internal sealed record ArchiveParts(
    IReadOnlyList<KeyValuePair<string, byte[]>> Entries, IReadOnlyList<KeyValuePair<string, byte[]>> Baselines,
    byte[] Signature, byte[] PublicKey)
{
    public const string Path = "delta.tar";
    public const string SignaturePath = Path + ".sig";
    public const string KeyPath = "key.pub";

    /// <summary>Name of the only image, or of those of a bundle.</summary>
    public static string ImageName(int number) => $"image{number}";

    /// <summary>Digest of the sidecar that was signed, however the entries were changed since.</summary>
    public string SignedSidecar { get; } = Unpacking.Digest(Entries[0].Value);

    /// <summary>Makes an archive of so many images; of one it is a delta, not a bundle.</summary>
    public static async Task<ArchiveParts> MakeAsync(Dice dice, int images, string privateKey, byte[] publicKey)
    {
        var folder = Directory.CreateTempSubdirectory("diffah-fuzz-archive-").FullName;
        try
        {
            var baselines = new List<KeyValuePair<string, byte[]>>();
            for (var i = 0; i < images; i++)
                baselines.AddRange(WritePair(dice, folder, i));
            var path = System.IO.Path.Combine(folder, Path);
            await CreateAsync(folder, path, images, new SigningKeySource(privateKey));
            return new([.. Unpacking.Files(path)!.OrderBy(f => f.Key != "diffah.json")
                .ThenBy(f => f.Key, StringComparer.Ordinal)], baselines, File.ReadAllBytes(path + ".sig"), publicKey);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The container with some entries changed.</summary>
    public byte[] Damaged(Dice dice)
    {
        var entries = Entries.ToList();
        for (var times = 1 + dice.Length(4); times > 0 && entries.Count > 0; times--)
            Damage(entries, dice);
        var tar = Storing.Tar(entries);
        if (dice.OneIn(4))
            tar = TarMutator.Mutate(tar, dice);
        return dice.OneIn(3) ? CompressionMutator.Wrap(tar, dice) : tar;
    }

    private static void Damage(List<KeyValuePair<string, byte[]>> entries, Dice dice)
    {
        var at = dice.OneIn(2) ? 0 : dice.Below(entries.Count);
        var (name, content) = entries[at];
        switch (dice.Below(8))
        {
            case 0:
                entries.RemoveAt(at);
                break;
            case 1:
                entries.Add(new(dice.OneIn(2) ? name : HostileText.Of(dice), content));
                break;
            case 2:
                entries[at] = new(name, entries[dice.Below(entries.Count)].Value);
                break;
            case 3:
                entries[at] = new(HostileText.Of(dice), content);
                break;
            case 4:
                entries[at] = new(name, ByteMutator.Mutate(content, dice));
                break;
            default:
                entries[at] = new(name, JsonMutator.Mutate(content, dice));
                break;
        }
    }

    private static KeyValuePair<string, byte[]>[] WritePair(Dice dice, string folder, int number)
    {
        var packing = FuzzImage.Packing(dice);
        var older = FuzzImage.Pack(
            "v1", packing, [FuzzImage.Layer(dice), SampleContent.Text(3, 9000), dice.Bytes(3000)]);
        var files = Storing.Store(Storing.Folder, $"b{number}", older).ToArray();
        foreach (var (name, content) in files.Concat(
            Storing.Store(Storing.Folder, $"t{number}", FuzzImage.Next(older, packing, dice))))
        {
            var path = System.IO.Path.Combine(folder, name);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
        return files;
    }

    private static async Task CreateAsync(string folder, string path, int images, SigningKeySource key)
    {
        var encoding = new EncodingOptions { ZstdLevel = 3, Workers = 1 };
        var at = DateTimeOffset.UnixEpoch;
        if (images == 1)
            await new CreateDelta(TransportCatalog.Default).RunAsync(new CreateDeltaRequest
            {
                Baseline = Of("b", 0),
                Target = Of("t", 0),
                OutputPath = path,
                Encoding = encoding,
                CreatedAt = at,
                SigningKey = key,
            }, EventSink.None, default);
        else
            await new CreateBundle(TransportCatalog.Default).RunAsync(new CreateBundleRequest
            {
                Pairs = [.. Enumerable.Range(0, images)
                    .Select(i => new DeltaPair(ImageName(i), Of("b", i), Of("t", i)))],
                OutputPath = path,
                Encoding = encoding,
                CreatedAt = at,
                SigningKey = key,
            }, EventSink.None, default);

        ImageReference Of(string kind, int number) =>
            ImageReference.Parse($"dir:{System.IO.Path.Combine(folder, $"{kind}{number}")}");
    }
}
