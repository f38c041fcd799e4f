using System.IO.Compression;
using Diffah.Engine.Compression;
using Diffah.Fuzz.Building;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Support;

/// <summary>Pairs of images whose archives of version 2 have contents.</summary>
internal static class ContentPairs
{
    private static readonly byte[] Program = Bytes.Text(2, 9000);

    /// <summary>One layer that is kept and one that is patched, in gzip streams that no chance is in.</summary>
    public static (MemoryImage Baseline, MemoryImage Target) Gzip()
    {
        var kept = Stored(LayerBytes.Tar(("etc/kept", Bytes.Text(3, 500))));
        return (ImageMaker.Oci(kept, Stored(LayerBytes.Tar(("bin/program", Program)))),
            ImageMaker.Oci(kept, Stored(LayerBytes.Tar(("bin/program", Bytes.Edited(Program))))));
    }

    /// <summary>
    /// All that an archive of version 2 can hold: a layer that is kept, one that is patched, with its recipe in the
    /// sidecar, one of many members, whose recipe is an entry, and one that travels whole.
    /// </summary>
    public static (MemoryImage Baseline, MemoryImage Target) Mixed()
    {
        var kept = Stored(LayerBytes.Tar(("etc/kept", Bytes.Text(3, 500))));
        var listed = LayerBytes.Tar(("srv/list", Bytes.Text(4, 5000)));
        var members = listed with
        {
            Compression = CompressionKind.Gzip,
            Stored = [.. listed.Stored.Chunk(50).SelectMany(SmallZip.Gzip)],
        };
        return (ImageMaker.Oci(kept, Stored(LayerBytes.Tar(("bin/program", Program))), listed),
            ImageMaker.Oci(kept, Stored(LayerBytes.Tar(("bin/program", Bytes.Edited(Program)))), members,
                LayerBytes.Raw(Bytes.Random(5, 300))));
    }

    /// <summary>
    /// A gzip stream of stored blocks: every release of zlib writes the same, and a recipe of it is always found.
    /// </summary>
    public static LayerBytes Stored(LayerBytes plain)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.NoCompression))
            gzip.Write(plain.Stored);
        return plain with { Compression = CompressionKind.Gzip, Stored = bytes.ToArray() };
    }
}
