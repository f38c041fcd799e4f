using Diffah.Engine.Layers;
using Diffah.Engine.Tar;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Tar;

/// <summary>
/// What a tar of any length leaves in memory. Nothing else runs meanwhile, since all memory is measured.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class TarMemoryTests
{
    [Fact]
    public void A_million_entries_without_content_take_no_memory()
    {
        var header = RawTar.Header(new RawEntry(new string('n', 90), []));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var map = LayerMap.Read(new RepeatedStream(header, 1_000_000), default);
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Single(map!.Contents);
        Assert.InRange(kept, long.MinValue, 16 << 20);
        GC.KeepAlive(map);
    }

    [Fact]
    public void Long_names_take_no_memory()
    {
        // 400 entries whose names have a mebibyte less a byte each.
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var map = LayerMap.Read(TarIndexTests.Named('L', 400), default);
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Single(map!.Contents);
        Assert.InRange(kept, long.MinValue, 32 << 20);
        GC.KeepAlive(map);
    }

    [Theory]
    [InlineData('L')]
    [InlineData('K')]
    public void Headers_are_not_kept_beside_names(char type)
    {
        // 60 entries whose extended headers have a mebibyte each, in which a name or a link has ten characters.
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var index = TarIndex.Read(
            TarIndexTests.Named(type, 60, nameLength: 10), "it", (_, _) => true, default);
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(kept, long.MinValue, 8 << 20);
        GC.KeepAlive(index);
    }
}
