using Diffah.Engine.Compression;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Support.Daemons;

/// <summary>
/// Two versions of an image: a base that stays, a layer that is edited, and one that comes. Their configurations are
/// the same bytes as a Docker image and as an OCI image, so that both have the same id.
/// </summary>
internal sealed class Releases
{
    private readonly LayerBytes _base;
    private readonly LayerBytes _before;
    private readonly LayerBytes _after;
    private readonly LayerBytes _new;

    /// <param name="seed">Other releases for another seed.</param>
    /// <param name="size">Bytes of what is edited; the base is as large again.</param>
    public Releases(int seed, int size = 60_000)
    {
        var text = Bytes.Text(seed, size);
        _base = LayerBytes.Tar(("etc/release", Bytes.Text(seed + 1, 2000)), ("usr/lib/base", Bytes.Random(seed, size)));
        _before = LayerBytes.Tar(("srv/app", text));
        _after = LayerBytes.Tar(("srv/app", Bytes.Edited(text)));
        _new = LayerBytes.Tar(("srv/new", Bytes.Random(seed + 2, 5000)));
        Ids = (Id(V1("docker")), Id(V2("docker")));
    }

    /// <summary>Digests of both configurations.</summary>
    public (string V1, string V2) Ids { get; }

    /// <summary>Digests of the contents of version 2's layers, its base first.</summary>
    public IEnumerable<string> V2DiffIds => new[] { _base, _after, _new }.Select(l => l.DiffId.ToString());

    /// <summary>Digests of the contents of version 1's layers, its base first.</summary>
    public IEnumerable<string> V1DiffIds => new[] { _base, _before }.Select(l => l.DiffId.ToString());

    /// <summary>Version 1 in the form that a place has.</summary>
    public MemoryImage V1(string place) => Make(place, "v1", _base, _before);

    /// <summary>Version 2 in the form that a place has.</summary>
    public MemoryImage V2(string place) => Make(place, "v2", _base, _after, _new);

    private static MemoryImage Make(string place, string label, params LayerBytes[] layers) => ImageMaker.Make(
        docker: place != DaemonBench.OciArchive, layers.Select(l => l.As(CompressionKind.Gzip)), label);

    private static string Id(MemoryImage image) => image.Manifest.Config.Digest.ToString();
}
