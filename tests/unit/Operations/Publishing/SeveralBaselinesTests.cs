using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Operations.Publishing;

/// <summary>Published deltas that are made from several images.</summary>
public sealed class SeveralBaselinesTests(PlainRegistry registry) : IClassFixture<PlainRegistry>
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_baselines_are_told_and_whichever_fits_is_found(bool needsAll)
    {
        using var lab = new PublishLab(registry.Process.Host, registry.Options);
        await lab.PushAsync();
        var (other, _) = Pairs.Tiny();
        await new CreateDelta(lab).RunAsync(new CreateDeltaRequest
        {
            Baseline = lab.Put(other),
            OtherBaselines = [lab.Put(lab.Baseline)],
            NeedsAllBaselines = needsAll,
            Target = lab.Put(lab.Target),
            OutputPath = lab.Archive,
            Encoding = DeltaLab.Quick,
            WorkDirectory = lab.Folder["work"],
        }, EventSink.None, default);
        var published = await lab.PublishAsync();

        var found = Assert.Single(await lab.FindAsync());
        Assert.Equal(published.Digest, found.Digest);
        Assert.Equal([other.Digest.ToString(), lab.Baseline.Digest.ToString()],
            found.Baselines.Select(b => b.ManifestDigest));
        Assert.Equal(needsAll, found.NeedsAllBaselines);
        var fitting = await lab.FindAsync(null, lab.Put(lab.Baseline));
        if (!needsAll)
            Assert.Equal(lab.Put(lab.Baseline).ToString(), Assert.Single(fitting).FittingBaseline);
        Assert.NotNull(Assert.Single(
            await lab.FindAsync(null, lab.Put(other), lab.Put(lab.Baseline))).FittingBaseline);
    }
}
