using Diffah.Engine.Diagnostics;

namespace Diffah.Tests.Transports.Conformance;

/// <summary>
/// What every transport must do that writes files: they are shown before they are committed, and kept unless told
/// otherwise.
/// </summary>
public abstract class FileTransportConformance : TransportConformance
{
    [SkippableFact]
    public async Task What_is_staged_is_read_back_before_anybody_sees_it()
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
    public async Task What_is_not_staged_can_not_be_committed()
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
    public async Task A_staged_source_outlives_the_commit()
    {
        var image = Sample(1);
        await using var destination = await Transport.OpenDestinationAsync(Reference, false, Context, default);
        await image.WriteAsync(destination);
        await using var staged = await destination.StageAsync(default);
        await destination.CommitAsync(default);
        await AssertHoldsAsync(staged!, image);
    }

    [SkippableFact]
    public async Task Nothing_but_the_image_is_left_after_the_commit()
    {
        await WriteAsync(Sample(1));
        Assert.DoesNotContain(Folder.Entries, e => e.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task An_image_that_is_there_is_kept()
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
    public async Task A_check_refuses_what_opening_refuses_and_writes_nothing()
    {
        await Transport.CheckDestinationAsync(Reference, false, Context, default);
        Assert.Empty(Folder.Entries);
        await WriteAsync(Sample(1));
        var before = Contents();
        await AssertFailsAsync(
            DiffahErrors.DestinationExists, () => Transport.CheckDestinationAsync(Reference, false, Context, default));
        await Transport.CheckDestinationAsync(Reference, true, Context, default);
        Assert.Equal(before, Contents());
    }

    [SkippableFact]
    public async Task What_is_not_there_is_not_found()
    {
        var error = await AssertFailsAsync(
            DiffahErrors.FileNotFound, () => Transport.OpenSourceAsync(Reference, Context, default));
        Assert.Contains(Reference.Path!, error.Message, StringComparison.Ordinal);
    }
}
