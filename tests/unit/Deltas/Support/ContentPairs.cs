using System.IO.Compression;
using Diffah.Engine.Compression;
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
