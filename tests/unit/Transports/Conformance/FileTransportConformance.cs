using Diffah.Engine.Diagnostics;

namespace Diffah.Tests.Transports.Conformance;

/// <summary>What every transport must do that writes files: they are shown before they are committed, and kept unless told otherwise.</summary>
public abstract class FileTransportConformance : TransportConformance
{
    [SkippableFact]
    public async Task WhatIsStagedIsReadBackBeforeAnybodySeesIt()
    {
        var image = Sample(1);
        await using var destination = await Transport.OpenDestinationAsync(Reference, false, Context, default);
        await image.WriteAsync(destination);
        await using (var staged = await destination.StageAsync(default))
        {
            Assert.NotNull(staged);
            Assert.Equal(Reference, staged.Reference);
            await AssertHoldsAsync(staged, image);
            await AssertNotThereAsync();
        }
        await destination.CommitAsync(default);
        await using var source = await Transport.OpenSourceAsync(Reference, Context, default);
        await AssertHoldsAsync(source, image);
    }

    [SkippableFact]
    public async Task WhatIsNotStagedCanNotBeCommitted()
    {
        await using (var destination = await Transport.OpenDestinationAsync(Reference, false, Context, default))
        {
            await Sample(1).WriteAsync(destination);
            await Assert.ThrowsAsync<InvalidOperationException>(() => destination.CommitAsync(default));
        }
        Assert.Empty(Folder.Entries);
        await AssertNotThereAsync();
    }

    [SkippableFact]
    public async Task AStagedSourceOutlivesTheCommit()
    {
        var image = Sample(1);
        await using var destination = await Transport.OpenDestinationAsync(Reference, false, Context, default);
        await image.WriteAsync(destination);
        await using var staged = await destination.StageAsync(default);
        await destination.CommitAsync(default);
        await AssertHoldsAsync(staged!, image);
    }

    [SkippableFact]
    public async Task NothingButTheImageIsLeftAfterTheCommit()
    {
        await WriteAsync(Sample(1));
        Assert.DoesNotContain(Folder.Entries, e => e.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task AnImageThatIsThereIsKept()
    {
        await WriteAsync(Sample(1));
        var before = Contents();
        await AssertFailsAsync(DiffahErrors.DestinationExists, async () =>
        {
            await using var destination = await Transport.OpenDestinationAsync(Reference, false, Context, default);
        });
        Assert.Equal(before, Contents());
    }

    [SkippableFact]
    public async Task ACheckRefusesWhatOpeningRefusesAndWritesNothing()
    {
        await Transport.CheckDestinationAsync(Reference, false, Context, default);
        Assert.Empty(Folder.Entries);
        await WriteAsync(Sample(1));
        var before = Contents();
        await AssertFailsAsync(DiffahErrors.DestinationExists, () => Transport.CheckDestinationAsync(Reference, false, Context, default));
        await Transport.CheckDestinationAsync(Reference, true, Context, default);
        Assert.Equal(before, Contents());
    }

    [SkippableFact]
    public async Task WhatIsNotThereIsNotFound()
    {
        var error = await AssertFailsAsync(DiffahErrors.FileNotFound, () => Transport.OpenSourceAsync(Reference, Context, default));
        Assert.Contains(Reference.Path!, error.Message, StringComparison.Ordinal);
    }
}
