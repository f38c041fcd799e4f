using Diffah.Engine.Compression;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Support;

/// <summary>Pairs of images that tests begin with.</summary>
internal static class Pairs
{
    private static readonly byte[] Library = Bytes.Random(1, 6000);
    private static readonly byte[] Program = Bytes.Text(2, 9000);

    /// <summary>
    /// A layer kept, a layer that is worth patching, one that is not (its content is new), and one more.
    /// </summary>
    public static (MemoryImage Baseline, MemoryImage Target) Mixed(
        CompressionKind compression = CompressionKind.None, bool docker = false)
    {
        var kept = LayerBytes.Tar(("etc/kept", Bytes.Text(3, 500))).As(compression);
        var baseline = LayerBytes.Tar(("usr/lib/library", Library), ("usr/bin/program", Program)).As(compression);
        var changed = LayerBytes.Tar(("usr/lib/library", Library), ("usr/bin/program", Bytes.Edited(Program)))
            .As(compression);
        var replaced = LayerBytes.Tar(("srv/data", Bytes.Random(4, 3000))).As(compression);
        var unrelated = LayerBytes.Raw(Bytes.Random(5, 3000)).As(compression);
        return (ImageMaker.Make(docker, [kept, baseline, replaced], "v1"),
            ImageMaker.Make(docker, [kept, changed, unrelated], "v2"));
    }

    /// <summary>As few bytes as a pair with a reused, a patched and a whole layer can have.</summary>
    public static (MemoryImage Baseline, MemoryImage Target) Tiny()
    {
        var kept = LayerBytes.Raw(Bytes.Text(6, 40));
        var text = Bytes.Random(7, 700);
        return (ImageMaker.Oci(kept, LayerBytes.Raw(text)),
            ImageMaker.Oci(kept, LayerBytes.Raw(Bytes.Edited(text)), LayerBytes.Raw(Bytes.Random(8, 60))));
    }
}
