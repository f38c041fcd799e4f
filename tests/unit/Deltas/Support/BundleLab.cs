using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Support;

/// <summary>One image of a bundle.</summary>
internal sealed record NamedPair(string Name, MemoryImage Baseline, MemoryImage Target);

/// <summary>
/// Makes bundles of images in memory and restores them, in memory or into files, in a folder of its own.
/// </summary>
internal sealed class BundleLab : IDisposable, ITransportCatalog
{
    private const string Restored = "restored-";

    public BundleLab()
    {
        Directory.CreateDirectory(Work);
        Directory.CreateDirectory(Folder["out"]);
    }

    /// <summary>The options where a test names none.</summary>
    public EncodingOptions Options { get; init; } = DeltaLab.Quick;

    public InMemoryTransport Images { get; } = new(TransportNames.OciLayout);

    public TemporaryFolder Folder { get; } = new();

    public string Work => Folder["work"];

    public string Archive => Folder["bundle.tar"];

    /// <summary>Images in memory, and the real transports for all other places.</summary>
    public IImageTransport Get(ImageReference reference) =>
        reference.Path?.StartsWith("/memory/", StringComparison.Ordinal) ?? false
            ? Images
            : TransportCatalog.Default.Get(reference);

    /// <summary>Puts an image in memory; the same image always has the same reference.</summary>
    public ImageReference Put(MemoryImage image) => Images.Put($"image-{image.Digest.ShortHex}", image);

    public CreateBundleRequest CreateRequest(IEnumerable<NamedPair> pairs, EncodingOptions? options = null) => new()
    {
        Pairs = [.. pairs.Select(p => new DeltaPair(p.Name, Put(p.Baseline), Put(p.Target)))],
        OutputPath = Archive,
        Encoding = options ?? Options,
        Overwrite = true,
        WorkDirectory = Work,
        CreatedAt = DeltaLab.Time,
    };

    public Task<DeltaArchive> CreateAsync(IEnumerable<NamedPair> pairs, EncodingOptions? options = null) =>
        new CreateBundle(this).RunAsync(CreateRequest(pairs, options), EventSink.None, CancellationToken.None);

    public async Task<byte[]> BytesAsync(IEnumerable<NamedPair> pairs, EncodingOptions? options = null)
    {
        await CreateAsync(pairs, options);
        return await File.ReadAllBytesAsync(Archive);
    }

    /// <summary>Asks for all images, into memory.</summary>
    public RestoreBundleRequest RestoreRequest(IReadOnlyCollection<NamedPair> pairs, bool strict = false) => new()
    {
        ArchivePath = Archive,
        Baselines = pairs.ToImmutableSortedDictionary(p => p.Name, p => Put(p.Baseline), StringComparer.Ordinal),
        Destinations = pairs.ToImmutableSortedDictionary(
            p => p.Name, p => InMemoryTransport.Reference(Restored + p.Name), StringComparer.Ordinal),
        WorkDirectory = Work,
        Strict = strict,
    };

    public async Task<ImmutableArray<RestoreOutcome>> RestoreAsync(
        RestoreBundleRequest request, EventSink? events = null, CancellationToken cancellationToken = default) =>
        (await new RestoreBundle(this).RunAsync(request, events ?? EventSink.None, cancellationToken)).Images;

    /// <summary>The image that was restored into memory; null where none was.</summary>
    public MemoryImage? Find(string name) => Images.Find(Restored + name);

    /// <summary>Forgets what was restored into memory.</summary>
    public void ForgetRestored()
    {
        foreach (var name in Images.Names.Where(n => n.StartsWith(Restored, StringComparison.Ordinal)).ToArray())
            Images.Remove(name);
    }

    /// <summary>Damages a patch of one image of the archive.</summary>
    public void DamagePatch(NamedPair pair)
    {
        var draft = ArchiveDraft.Read(File.ReadAllBytes(Archive));
        draft.Damage(draft.ContentEntryOf(pair.Target) ?? ArchiveDraft.EntryName(
            pair.Target.Manifest.Layers.Select(l => l.Digest.ToString())
                .First(d => draft.Blobs[d]?["encoding"]!.GetValue<string>() == "patch")));
        File.WriteAllBytes(Archive, draft.Write());
    }

    /// <summary>Damages the manifest of one image of the archive.</summary>
    public void DamageManifest(NamedPair pair) =>
        Damage(ArchiveDraft.Read(File.ReadAllBytes(Archive)), pair.Target.Digest.ToString());

    private void Damage(ArchiveDraft draft, string digest)
    {
        var content = draft.Content(digest);
        content[content.Length / 2] ^= 0xFF;
        draft.Store(digest, content);
        File.WriteAllBytes(Archive, draft.Write());
    }

    /// <summary>Fails where something was restored, left in a folder, or not closed.</summary>
    public void AssertNothingRestored()
    {
        Assert.DoesNotContain(Images.Names, n => n.StartsWith(Restored, StringComparison.Ordinal));
        AssertTidy();
    }

    /// <summary>Fails where anything but the archive is in the lab's folders, or something was not closed.</summary>
    public void AssertTidy()
    {
        Assert.Equal(0, Images.Open);
        Assert.All(Folder.Entries, e => Assert.Contains(e, (string[])["out", "work", "bundle.tar"]));
    }

    public void Dispose() => Folder.Dispose();
}
