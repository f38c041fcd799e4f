using System.Text;
using System.Text.Json.Nodes;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Signing;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Signing.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations;

/// <summary>An archive and its signature come together, or not at all.</summary>
public sealed class SignedArchiveTests : IDisposable
{
    private readonly DeltaLab _lab = new();
    private readonly KeyBench _keys = new();
    private readonly MemoryImage _baseline;
    private readonly MemoryImage _target;

    public SignedArchiveTests() => (_baseline, _target) = Pairs.Tiny();

    private string Signature => _lab.Archive + ".sig";

    public void Dispose()
    {
        _lab.Dispose();
        _keys.Dispose();
    }

    [Theory]
    [InlineData(ArchiveCompression.None)]
    [InlineData(ArchiveCompression.Zstd)]
    public async Task A_signed_delta_verifies_and_restores(ArchiveCompression compression)
    {
        await CreateAsync(Request() with { Compression = compression });
        AssertFiles("delta.tar", "delta.tar.sig");
        await RestoreAsync(_keys.Public);
        _target.AssertSame(_lab.Images.Find("restored")!);
    }

    [Fact]
    public async Task A_signed_bundle_verifies()
    {
        var pair = new DeltaPair("a", _lab.Images.Put("baseline", _baseline), _lab.Images.Put("target", _target));
        var request = new CreateBundleRequest
        {
            Pairs = [pair, pair with { Name = "b" }],
            OutputPath = _lab.Archive,
            SigningKey = new SigningKeySource(_keys.Private),
            WorkDirectory = _lab.Work,
            Encoding = DeltaLab.Quick
        };
        await new CreateBundle(_lab.Images).RunAsync(request, EventSink.None, default);
        AssertFiles("delta.tar", "delta.tar.sig");
        var restore = new RestoreBundleRequest
        {
            ArchivePath = _lab.Archive,
            Baselines = new Dictionary<string, ImageReference>
            {
                ["a"] = pair.Baseline!,
                ["b"] = pair.Baseline!
            }.ToImmutableSorted(),
            Destinations = new Dictionary<string, ImageReference>
            {
                ["a"] = InMemoryTransport.Reference("ra"),
                ["b"] = InMemoryTransport.Reference("rb")
            }.ToImmutableSorted(),
            WorkDirectory = _lab.Work,
        };
        await Errors.ThrowsAsync(DiffahErrors.SignatureInvalid, () => new RestoreBundle(_lab.Images).RunAsync(
            restore with { VerificationKeyPath = _keys.OtherPublic }, EventSink.None, default));
        Assert.Null(_lab.Images.Find("ra"));
        var bundle = await new RestoreBundle(_lab.Images).RunAsync(
            restore with { VerificationKeyPath = _keys.Public }, EventSink.None, default);
        Assert.True(bundle.Archive.IsSigned);
        Assert.All(bundle.Images, o => Assert.Equal(RestoreStatus.Restored, o.Status));
    }

    [Fact]
    public async Task A_signature_does_not_change_the_archive()
    {
        await CreateAsync(Request());
        var signed = await File.ReadAllBytesAsync(_lab.Archive);
        await CreateAsync(Request() with { SigningKey = null });
        Assert.Equal(signed, await File.ReadAllBytesAsync(_lab.Archive));
    }

    [Fact]
    public async Task An_unsigned_archive_takes_the_place_of_a_signed_one_and_of_its_signature()
    {
        await CreateAsync(Request());
        await CreateAsync(Request() with { SigningKey = null });
        AssertFiles("delta.tar");
    }

    [Fact]
    public async Task A_signed_archive_takes_the_place_of_another()
    {
        await CreateAsync(Request());
        var first = await File.ReadAllTextAsync(Signature);
        await CreateAsync(Request() with { CreatedAt = DeltaLab.Time.AddDays(1) });
        Assert.NotEqual(first, await File.ReadAllTextAsync(Signature));
        AssertFiles("delta.tar", "delta.tar.sig");
        await RestoreAsync(_keys.Public);
    }

    [Theory]
    [InlineData("delta.tar", true)]
    [InlineData("delta.tar", false)]
    [InlineData("delta.tar.sig", true)]
    [InlineData("delta.tar.sig", false)]
    public async Task Nothing_is_replaced_without_leave(string there, bool withKey)
    {
        await File.WriteAllTextAsync(_lab.Folder[$"out/{there}"], "old");
        var request =
            Request() with { Overwrite = false, SigningKey = withKey ? new SigningKeySource(_keys.Private) : null };
        var e = await Errors.ThrowsAsync(DiffahErrors.DestinationExists, () => CreateAsync(request));
        Assert.Contains(there, e.Message, StringComparison.Ordinal);
        AssertFiles(there);
        Assert.Equal("old", await File.ReadAllTextAsync(_lab.Folder[$"out/{there}"]));
        Assert.Empty(_lab.Images.Opened);
    }

    /// <summary>What is there after a kill between the two renames: the signature, and the lock that nobody
    /// holds.</summary>
    [Fact]
    public async Task A_signature_that_a_killed_run_left_alone_is_replaced()
    {
        await File.WriteAllTextAsync(Signature, "old");
        await File.WriteAllTextAsync(_lab.Folder["out/" + RunNames.LockOf("delta.tar")], "");
        await CreateAsync(Request() with { Overwrite = false });
        AssertFiles("delta.tar", "delta.tar.sig");
        await RestoreAsync(_keys.Public);
    }

    [Fact]
    public async Task A_key_that_can_not_be_used_is_told_before_any_work()
    {
        foreach (var (source, error) in new[]
        {
            (new SigningKeySource(_keys.Public), DiffahErrors.KeyInvalid),
            (new SigningKeySource(_keys["missing"]), DiffahErrors.FileNotFound),
            (new SigningKeySource("awskms:///alias/key"), DiffahErrors.SigningReserved),
        })
        {
            await Errors.ThrowsAsync(error, () => CreateAsync(Request() with { SigningKey = source }));
            await Errors.ThrowsAsync(
                error, () => new CreateDelta(_lab.Images).PlanAsync(
                    Request() with { SigningKey = source }, EventSink.None, default));
        }
        AssertFiles();
        Assert.Empty(_lab.Images.Opened);
    }

    [Fact]
    public async Task Where_the_images_fail_neither_file_is_there()
    {
        _lab.Images.OpenBlob = (_, _) => throw new DiffahException(DiffahErrors.IoFailure, "broken");
        await Errors.ThrowsAsync(DiffahErrors.IoFailure, () => CreateAsync(Request()));
        AssertFiles();
    }

    [Fact]
    public async Task Where_the_archive_can_not_appear_the_old_signature_stays()
    {
        await CreateAsync(Request());
        var old = await File.ReadAllTextAsync(Signature);
        // While blobs are read, a folder takes the archive's place: the very last step fails.
        _lab.Images.OpenBlob = (_, bytes) =>
        {
            File.Delete(_lab.Archive);
            Directory.CreateDirectory(_lab.Archive);
            return new MemoryStream(bytes);
        };
        await Assert.ThrowsAnyAsync<Exception>(
            () => CreateAsync(Request() with { CreatedAt = DeltaLab.Time.AddDays(1) }));
        Assert.Equal(old, await File.ReadAllTextAsync(Signature));
        AssertFiles("delta.tar", "delta.tar.sig");
    }

    /// <summary>The canonical form sorts properties, so their order is nobody's word (docs/format.md).</summary>
    [Fact]
    public async Task The_order_of_properties_is_not_signed_and_means_nothing()
    {
        await CreateAsync(Request());
        var draft = ArchiveDraft.Read(await File.ReadAllBytesAsync(_lab.Archive));
        foreach (var parent in (JsonObject[])[draft.Sidecar, draft.Blobs, draft.Patch.Value, draft.Image, draft.Target])
            Reverse(parent);
        await File.WriteAllBytesAsync(_lab.Archive, draft.Write());
        await RestoreAsync(_keys.Public);
        _target.AssertSame(_lab.Images.Find("restored")!);
    }

    [Theory]
    [InlineData("\"tool\": \"", "\"tool\": \"x")]
    [InlineData("\"version\": \"v2\",", "\"version\": \"v2\",\n  \"version\": \"v2\",")]
    [InlineData("\"version\": \"v2\",", "\"version\": \"v2\",\n  \"x\": 1e999,")]
    [InlineData("\"version\": \"v2\",", "\"version\": \"v2\",\n  \"x\": NaN,")]
    [InlineData("\"version\": \"v2\",", "\"version\": \"v2\",\n  \"x\": \"\\ud800\",")]
    [InlineData("\"version\": \"v2\",", "\"version\": \"v2\",\n  \"\\udfff\": 1,")]
    [InlineData("\"version\": \"v2\",", "\"version\": \"v2\",\n  \"x\": 9007199254740993,")]
    [InlineData("\"version\": \"v2\",", "\"version\" : \"v1\",")]
    public async Task Any_other_change_is_refused(string old, string changed)
    {
        await CreateAsync(Request());
        var draft = ArchiveDraft.Read(await File.ReadAllBytesAsync(_lab.Archive));
        var text = Encoding.UTF8.GetString(draft.IndentedSidecar());
        Assert.Contains(old, text, StringComparison.Ordinal);
        draft.SidecarBytes = Encoding.UTF8.GetBytes(text.Replace(old, changed, StringComparison.Ordinal));
        await File.WriteAllBytesAsync(_lab.Archive, draft.Write());
        var e = await Assert.ThrowsAsync<DiffahException>(() => RestoreAsync(_keys.Public));
        Assert.Equal(DiffahErrorCategory.Content, e.Error.Category);
        Assert.Contains(e.Error, (DiffahError[])[DiffahErrors.SignatureInvalid, DiffahErrors.ArchiveInvalid]);
        Errors.AssertHelpful(e);
        Assert.Null(_lab.Images.Find("restored"));
    }

    private static void Reverse(JsonObject parent)
    {
        var properties = parent.ToArray();
        parent.Clear();
        foreach (var (name, value) in properties.Reverse())
            parent[name] = value;
    }

    private CreateDeltaRequest Request() =>
        _lab.CreateRequest(_baseline, _target) with { SigningKey = new SigningKeySource(_keys.Private) };

    private Task<DeltaArchive> CreateAsync(CreateDeltaRequest request) =>
        new CreateDelta(_lab.Images).RunAsync(request, EventSink.None, default);

    private Task<RestoredImage> RestoreAsync(string key) => new RestoreImage(_lab.Images).RunAsync(
        _lab.RestoreRequest(_baseline) with { VerificationKeyPath = key }, EventSink.None, default);

    /// <summary>Fails where anything else is beside the archive, or in the work folder.</summary>
    private void AssertFiles(params string[] names) =>
        Assert.Equal(names.Select(n => $"out/{n}").Prepend("out").Append("work"), _lab.Folder.Entries);
}
