namespace Diffah.Tests.Deltas.Support;

/// <summary>Bundles that tests begin with.</summary>
internal static class Bundles
{
    private static readonly LayerBytes Base = LayerBytes.Tar(("etc/base", Bytes.Text(1, 4000)));
    private static readonly byte[] Program = Bytes.Random(2, 5000);

    /// <summary>
    /// Images over one baseline: each keeps its first layer, patches its second, and has the same new third.
    /// </summary>
    public static NamedPair[] Family(int count)
    {
        var baseline = ImageMaker.Oci(Base, LayerBytes.Tar(("bin/program", Program)));
        var common = LayerBytes.Tar(("etc/common", Bytes.Random(3, 700)));
        return [.. Enumerable.Range(0, count)
            .Select(i => new NamedPair($"svc-{i:D2}", baseline, ImageMaker.Oci(Base, Variant(i), common)))];
    }

    /// <summary>Images that share nothing; each keeps a layer, patches one, and has a new one.</summary>
    public static NamedPair[] Strangers(int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        var (kept, text) = (LayerBytes.Tar(("kept", Bytes.Random(100 + i, 900))), Bytes.Random(200 + i, 3000));
        return new NamedPair($"svc-{i:D2}", ImageMaker.Oci(kept, LayerBytes.Raw(text)),
            ImageMaker.Oci(kept, LayerBytes.Raw(Bytes.Edited(text)), LayerBytes.Raw(Bytes.Random(300 + i, 500))));
    })];

    private static LayerBytes Variant(int i) =>
        LayerBytes.Tar(("bin/program", Program), ("etc/name", Bytes.Text(10 + i, 40)));
}
