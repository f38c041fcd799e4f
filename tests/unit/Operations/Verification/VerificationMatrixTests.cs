using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Signing.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations.Verification;

/// <summary>
/// Archives of the Go tool, signed and not, against the right key, another one and none: restored, and verified.
/// </summary>
public sealed class VerificationMatrixTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly KeyBench _keys = new();

    public void Dispose()
    {
        _folder.Dispose();
        _keys.Dispose();
    }

    [SkippableTheory]
    [InlineData("signed", "matching", null)]
    [InlineData("signed", "other", nameof(DiffahErrors.SignatureInvalid))]
    [InlineData("signed", "none", null)]
    [InlineData("signed-boxed", "matching", null)]
    [InlineData("signed-boxed", "other", nameof(DiffahErrors.SignatureInvalid))]
    [InlineData("signed-boxed", "none", null)]
    [InlineData("v1-v2.oci", "matching", nameof(DiffahErrors.SignatureMissing))]
    [InlineData("v1-v2.oci", "other", nameof(DiffahErrors.SignatureMissing))]
    [InlineData("v1-v2.oci", "none", null)]
    public async Task Only_what_the_key_signed_is_restored(string archive, string key, string? error)
    {
        var request = Restore(Fixtures.Path($"deltas/{archive}.delta.tar")) with { VerificationKeyPath = Key(key) };
        if (error is null)
        {
            await RestoreAsync(request);
            Assert.Equal(["restored.tar"], _folder.Entries);
            return;
        }
        var expected = DiffahErrors.All.Single(e => e.Code == error);
        await Errors.ThrowsAsync(expected, () => RestoreAsync(request));
        await Errors.ThrowsAsync(
            expected, () => new RestoreImage(TransportCatalog.Default).PlanAsync(request, EventSink.None, default));
        // Not even looked at: a baseline that is not there would be another error.
        await Errors.ThrowsAsync(expected,
            () => RestoreAsync(request with { Baseline = ImageReference.Parse($"oci-archive:{_folder["missing"]}") }));
        Assert.Empty(_folder.Entries);
    }

    [SkippableTheory]
    [InlineData("signed", "matching", FindingStatus.Ok, null)]
    [InlineData("signed", "other", FindingStatus.Fail, nameof(DiffahErrors.SignatureInvalid))]
    [InlineData("signed", "none", FindingStatus.Skipped, null)]
    [InlineData("signed-boxed", "matching", FindingStatus.Ok, null)]
    [InlineData("signed-boxed", "other", FindingStatus.Fail, nameof(DiffahErrors.SignatureInvalid))]
    [InlineData("signed-boxed", "none", FindingStatus.Skipped, null)]
    [InlineData("v1-v2.oci", "matching", FindingStatus.Fail, nameof(DiffahErrors.SignatureMissing))]
    [InlineData("v1-v2.oci", "other", FindingStatus.Fail, nameof(DiffahErrors.SignatureMissing))]
    [InlineData("v1-v2.oci", "none", FindingStatus.Skipped, null)]
    public async Task A_verification_says_so_and_checks_everything_else(
        string archive, string key, string status, string? error)
    {
        var request = new VerifyArchiveRequest
        {
            ArchivePath = Fixtures.Path($"deltas/{archive}.delta.tar"),
            VerificationKeyPath = Key(key),
            Baseline = Baseline,
            WorkDirectory = _folder.Path
        };
        var result = await new VerifyArchive(TransportCatalog.Default).RunAsync(request, EventSink.None, default);
        var signature = Assert.Single(result.Findings, f => f.Check == "signature");
        Assert.Equal((status, error), (signature.Status, signature.Error?.Id));
        Assert.Equal(status == FindingStatus.Skipped ? archive != "v1-v2.oci" : status == FindingStatus.Fail,
            signature.Hint.Length > 0);
        Assert.All(result.Findings.Where(f => f.Check != "signature"), f => Assert.Equal(FindingStatus.Ok, f.Status));
        Assert.Contains(result.Findings, f => f.Check == "rebuild");
        Assert.Equal(error is null, result.IsValid);
        Assert.Empty(_folder.Entries);
    }

    [SkippableFact]
    public async Task Any_changed_byte_of_a_signed_sidecar_keeps_the_archive_from_being_restored()
    {
        var archive = await File.ReadAllBytesAsync(Fixtures.Path("deltas/signed.delta.tar"));
        File.Copy(Fixtures.Path("deltas/signed.delta.tar.sig"), _folder["a.tar.sig"]);
        var (start, length) = (512, archive.AsSpan(512).IndexOf((byte)0));
        for (var at = start; at < start + length; at += 7)
        {
            var changed = archive.ToArray();
            changed[at] ^= (byte)(changed[at] == ' ' ? 0x29 : 0x20);
            await File.WriteAllBytesAsync(_folder["a.tar"], changed);
            var e = await Assert.ThrowsAsync<DiffahException>(
                () => RestoreAsync(Restore(_folder["a.tar"]) with { VerificationKeyPath = Key("matching") }));
            Assert.Equal(DiffahErrorCategory.Content, e.Error.Category);
            Assert.Equal(["a.tar", "a.tar.sig"], _folder.Entries);
        }
    }

    [SkippableFact]
    public async Task A_key_that_can_not_be_used_comes_before_a_damaged_archive()
    {
        await File.WriteAllTextAsync(_folder["a.tar"], "no archive");
        var request = Restore(_folder["a.tar"]);
        await Errors.ThrowsAsync(
            DiffahErrors.KeyInvalid, () => RestoreAsync(request with { VerificationKeyPath = _keys.Private }));
        await Errors.ThrowsAsync(
            DiffahErrors.SigningReserved, () => RestoreAsync(request with { VerificationKeyPath = "k8s://a/b" }));
        var verify = new VerifyArchiveRequest { ArchivePath = _folder["a.tar"], VerificationKeyPath = _keys.Private };
        await Errors.ThrowsAsync(DiffahErrors.KeyInvalid,
            () => new VerifyArchive(TransportCatalog.Default).RunAsync(verify, EventSink.None, default));
    }

    private static ImageReference Baseline => ImageReference.Parse($"oci-archive:{Fixtures.Path("images/v1_oci.tar")}");

    private RestoreImageRequest Restore(string archive) =>
        new()
        {
            ArchivePath = archive,
            Baseline = Baseline,
            Destination = ImageReference.Parse($"oci-archive:{_folder["restored.tar"]}")
        };

    private static Task<RestoredImage> RestoreAsync(RestoreImageRequest request) =>
        new RestoreImage(TransportCatalog.Default).RunAsync(request, EventSink.None, default);

    private string? Key(string which) => which switch
    {
        "matching" => Fixtures.Path("keys/test_ec_p256.pub"),
        "other" => _keys.OtherPublic,
        _ => null,
    };
}
