using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Deltas.Routing;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Deltas.Routing;

/// <summary>Made-up images, deltas between them, and what is at hand, all of a seed.</summary>
internal sealed class RouteWorld : IDeltaOffers, IHeldParts
{
    private readonly Random _random;
    private readonly bool _isFar;
    private readonly List<(ImmutableArray<int> Layers, Digest Manifest)> _images = [];
    private readonly HashSet<Digest> _heldBlobs = [];
    private readonly HashSet<Digest> _heldContents = [];

    public RouteWorld(int seed, int images = 5, int layers = 4)
    {
        _random = new Random(seed);
        _isFar = _random.Next(3) == 0;
        for (var i = 0; i < images; i++)
        {
            // A later image shares some layers with the one before.
            _images.Add(([.. Enumerable.Range(0, layers).Select(l => i > 0 && _random.Next(3) == 0
                ? _images[i - 1].Layers[l]
                : (100 * i) + l)], Name($"image {i}")));
        }
        for (var from = 0; from < images; from++)
        {
            for (var to = 0; to < images; to++)
            {
                // Mostly forwards, and sometimes back, so that there are circles.
                if (from != to && _random.Next(to > from ? 2 : 6) == 0)
                    Deltas.Add(Make(from, to));
            }
        }
        Hold(_images[0]);
        if (_random.Next(2) == 0)
            _heldContents.Add(Content(_images[_random.Next(images)].Layers[_random.Next(layers)]));
    }

    public List<(OfferedDelta Offered, ReadDelta Read)> Deltas { get; } = [];

    public IReadOnlySet<Digest> Names { get; private set; } = new HashSet<Digest>();

    public int Reads { get; private set; }

    public Digest Target => _images[^1].Manifest;

    public RouteNeeds Needs => _random.Next(2) == 0
        ? new RouteNeeds([.. _images[^1].Layers.Select(Blob)], [])
        : new RouteNeeds([], [.. _images[^1].Layers.Select(Content)]);

    public bool HasBlob(Digest blob) => _heldBlobs.Contains(blob);

    public bool HasContent(Digest diffId) => _heldContents.Contains(diffId);

    public Task<ImmutableArray<OfferedDelta>> ListAsync(Digest target, CancellationToken cancellationToken) =>
        Task.FromResult(Deltas.Where(d => d.Read.Image.Target.ManifestDigest == target).Select(d => d.Offered)
            .ToImmutableArray());

    public Task<ReadDelta?> ReadAsync(OfferedDelta delta, CancellationToken cancellationToken)
    {
        Reads++;
        return Task.FromResult<ReadDelta?>(Deltas.Single(d => d.Offered == delta).Read);
    }

    public long ReadBytes(Digest digest) => _isFar ? 1000 + (digest.Hex[0] * 300) : 0;

    private void Hold((ImmutableArray<int> Layers, Digest Manifest) image)
    {
        // Some stores keep blobs, some contents alone, and without the manifest.
        var keepsBlobs = _random.Next(2) == 0;
        if (keepsBlobs)
            _heldBlobs.UnionWith(image.Layers.Select(Blob));
        _heldContents.UnionWith(image.Layers.Select(Content));
        Names = keepsBlobs ? new HashSet<Digest> { image.Manifest } : [];
    }

    private (OfferedDelta, ReadDelta) Make(int from, int to)
    {
        var (before, after) = (_images[from].Layers, _images[to].Layers);
        var blobs = ImmutableSortedDictionary.CreateBuilder<Digest, StoredBlob>();
        var contents = ImmutableSortedDictionary.CreateBuilder<Digest, ContentPatch>();
        var reused = ImmutableSortedDictionary.CreateBuilder<Digest, ReusedLayer>();
        var config = Name($"config {to}");
        blobs[_images[to].Manifest] = new StoredBlob(500, MediaTypes.OciManifest, 500);
        blobs[config] = new StoredBlob(900, MediaTypes.OciConfig, 900);
        foreach (var layer in after)
        {
            var form = new LayerForm(Content(layer), new Wrapping(
                WrappingKind.Gzip, default, _random.Next(3) == 0 ? _random.Next(1, 4000) : 0));
            if (before.Contains(layer))
            {
                if (_random.Next(2) == 0)
                    reused[Blob(layer)] = new ReusedLayer(100_000, form);
                continue;
            }
            var size = _random.Next(1, 90_000);
            blobs[Blob(layer)] = _random.Next(4) switch
            {
                0 => new StoredBlob(size, MediaTypes.OciLayer, size),
                1 => new StoredBlob(
                    100_000, MediaTypes.OciLayer, size, "zstd-patch", Blob(before[_random.Next(before.Length)])),
                _ => new StoredBlob(100_000, MediaTypes.OciLayer, 0) { Form = form },
            };
            if (blobs[Blob(layer)].Form is not null)
                contents[Content(layer)] = new ContentPatch(200_000, "files-zstd",
                    [.. before.Where(_ => _random.Next(2) == 0).Select(Content).Distinct()], size);
        }
        var archive = new ArchiveManifest(
            FormatVersion.V2, "bundle", "diffah", "0", DateTimeOffset.UnixEpoch, "linux/amd64",
            blobs.ToImmutable(), [new ArchiveImage("default",
                new ArchiveBaseline(_images[from].Manifest, MediaTypes.OciManifest, ""),
                new ArchiveTarget(_images[to].Manifest, 500, MediaTypes.OciManifest))])
        {
            Contents = contents.ToImmutable(),
            Reused = reused.ToImmutable(),
        };
        var read = new ReadDelta(archive, archive.Images[0], config,
            after.Distinct().ToDictionary(Content, Blob));
        var digest = Name($"delta {from} {to}");
        var sidecar = _random.Next(1000, 9000);
        return (new OfferedDelta($"docker://registry.example/app@{digest}", digest, _images[to].Manifest,
            [_images[from].Manifest], sidecar, sidecar + archive.Parts.Sum(p => p.Size)), read);
    }

    private static Digest Blob(int layer) => Name($"blob {layer}");

    private static Digest Content(int layer) => Name($"content {layer}");

    private static Digest Name(string text) =>
        Digest.Compute(Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture)));
}
