using Diffah.Engine.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Samples;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations;

/// <summary>
/// The folder that operations spool in, where none is named: beside what they write, hidden, and gone at the end.
/// </summary>
public sealed class WorkFolderTests : IDisposable
{
    private readonly TemporaryFolder _samples = new();
    private readonly TemporaryFolder _folder = new();
    private readonly SamplePair _pair;

    public WorkFolderTests() => _pair = SampleImages.WriteAll(_samples.Path, 0.1)[SampleFormat.DockerArchive];

    public void Dispose()
    {
        _samples.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Only_what_was_asked_for_is_there_at_the_end()
    {
        await RealImages.CreateAsync(_pair.V1.Reference, _pair.V2.Reference, _folder["delta.tar"], DeltaLab.Quick);
        Assert.Equal(["delta.tar"], _folder.Entries);
        await RealImages.RestoreAsync(_folder["delta.tar"], _pair.V1.Reference, $"docker-archive:{_folder["app.tar"]}");
        Assert.Equal(["app.tar", "delta.tar"], _folder.Entries);
    }

    [Fact]
    public async Task Nothing_is_there_after_a_failure()
    {
        await RealImages.CreateAsync(_pair.V1.Reference, _pair.V2.Reference, _folder["delta.tar"], DeltaLab.QuickFast);
        var draft = ArchiveDraft.Read(await File.ReadAllBytesAsync(_folder["delta.tar"]));
        draft.Store(draft.Patch.Key, draft.Content(draft.Patch.Key)[..^1]);
        await File.WriteAllBytesAsync(_folder["delta.tar"], draft.Write());
        foreach (var destination in (string[])["docker-archive:{0}", "dir:{0}"])
            await Errors.ThrowsAsync(DiffahErrors.PatchInvalid,
                () => RealImages.RestoreAsync(_folder["delta.tar"], _pair.V1.Reference,
                    string.Format(System.Globalization.CultureInfo.InvariantCulture, destination, _folder["app"])));
        Assert.Equal(["delta.tar"], _folder.Entries);
    }

    [Theory]
    [InlineData(CompressionKind.None)]
    [InlineData(CompressionKind.Zstd)]
    public async Task A_missing_folder_is_made_and_goes_again_with_a_restore_that_failed(CompressionKind compression)
    {
        await RealImages.CreateAsync(_pair.V1.Reference, _pair.V2.Reference, _folder["delta.tar"], DeltaLab.QuickFast);
        if (compression == CompressionKind.Zstd)
            await File.WriteAllBytesAsync(
                _folder["delta.tar"], LayerBytes.Zstd(await File.ReadAllBytesAsync(_folder["delta.tar"])));
        await Errors.ThrowsAsync(DiffahErrors.BaselineMismatch, () => RealImages.RestoreAsync(
            _folder["delta.tar"], _pair.V2.Reference, $"docker-archive:{_folder["missing/app.tar"]}"));
        Assert.Equal(["delta.tar"], _folder.Entries);
        await RealImages.RestoreAsync(
            _folder["delta.tar"], _pair.V1.Reference, $"docker-archive:{_folder["missing/too/app.tar"]}");
        Assert.Equal(["delta.tar", "missing", "missing/too", "missing/too/app.tar"], _folder.Entries);
    }
}
