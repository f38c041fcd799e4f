using System.Collections.Immutable;
using Diffah.Engine.Compression;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Operations;
using Diffah.Engine.Signing;
using Diffah.Samples;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Signing.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations.Comparing;

/// <summary>
/// What an archive changes of its baseline, told without restoring: the same that comparing the two images tells.
/// </summary>
public sealed class ReadArchiveChangesTests : IDisposable
{
    private static readonly byte[] Program = Bytes.Text(2, 9000);
    private static readonly LayerBytes Kept = LayerBytes.Tar(("etc/kept", Bytes.Text(3, 500)));

    private static readonly LayerBytes Old = LayerBytes.Tar(
        ("bin/program", Program), ("etc/gone", Bytes.Text(4, 300)), ("etc/same", Bytes.Text(5, 3000)));

    private static readonly LayerBytes New = LayerBytes.Tar(
        ("bin/program", Bytes.Edited(Program)), ("etc/same", Bytes.Text(5, 3000)), ("opt/new", Bytes.Random(6, 700)));

    private readonly DeltaLab _lab = new();

    public void Dispose() => _lab.Dispose();

    public static TheoryData<int, CompressionKind, bool> Cases
    {
        get
        {
            var cases = new TheoryData<int, CompressionKind, bool>();
            foreach (var compression in (CompressionKind[])[CompressionKind.None, CompressionKind.Gzip])
            {
                foreach (var version in (int[])[1, 2])
                {
                    cases.Add(version, compression, false);
                    cases.Add(version, compression, true);
                }
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Files_that_are_added_removed_and_changed_are_told(
        int version, CompressionKind compression, bool byLayers)
    {
        var (baseline, target) = Pair(compression);
        await _lab.CreateAsync(baseline, target, DeltaLab.Quick with { FormatVersion = version });
        var options = byLayers ? new ComparisonOptions() : Request(baseline).Options;
        var changes = await ChangesAsync(baseline, options);
        var expected = await CompareAsync(baseline, target, options);
        Assert.NotEmpty(changes.Differences);
        AssertSame(expected, changes);
        _lab.AssertTidy();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_lab.Work));
    }

    [Fact]
    public async Task Of_what_an_approver_asks_the_answer_is_files()
    {
        var (baseline, target) = Pair(CompressionKind.Gzip);
        await _lab.CreateAsync(baseline, target);
        var changes = await ChangesAsync(baseline);
        Assert.Equal(["bin/program Content", "etc/gone Presence", "opt/new Presence"], Files(changes));
        Assert.Equal((1, 1, 1), (changes.Summary.AddedFileCount, changes.Summary.RemovedFileCount,
            changes.Summary.ChangedFileCount));
        Assert.Equal((baseline.Digest.ToString(), target.Digest.ToString()),
            (changes.Summary.ReferenceDigest, changes.Summary.DifferenceDigest));
        Assert.Equal(_lab.Archive, changes.Summary.DifferenceImage);
    }

    [Fact]
    public async Task Lines_that_differ_are_told_and_names_are_safe_to_show()
    {
        const string Name = "etc/\u001b[31mred";
        var baseline = ImageMaker.Oci(LayerBytes.Tar((Name, "one\ntwo\n"u8.ToArray())).As(CompressionKind.Gzip));
        var target = ImageMaker.Oci(LayerBytes.Tar((Name, "one\n2\n"u8.ToArray())).As(CompressionKind.Gzip));
        await _lab.CreateAsync(baseline, target);
        var options = Request(baseline).Options with { IncludeContent = true };
        var changes = await ChangesAsync(baseline, options);
        var only = Assert.Single(changes.Differences);
        Assert.Contains("\n-two\n+2\n", only.Patch, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', $"{only.Path}{only.Patch}");
        AssertSame(await CompareAsync(baseline, target, options), changes);
        _lab.AssertTidy();
    }

    [Fact]
    public void For_any_two_images_it_is_what_comparing_them_tells() => RandomImages.ForAll(25, async pair =>
    {
        foreach (var version in (int[])[1, 2])
        {
            using var lab = new DeltaLab();
            var (baseline, target) = pair.Make();
            await lab.CreateAsync(baseline, target, DeltaLab.Quick with { FormatVersion = version });
            foreach (var options in (ComparisonOptions[])[Request(lab, baseline).Options, new()])
            {
                var expected = await OutcomeAsync(() => CompareAsync(lab, baseline, target, options));
                var actual = await OutcomeAsync(() => ChangesAsync(lab, baseline, options));
                Assert.Equal(expected.Error, actual.Error);
                if (expected.Changes is { } changes)
                    AssertSame(changes, actual.Changes!);
            }
            lab.AssertTidy();
        }
    });

    [Fact]
    public async Task A_baseline_in_another_form_will_do_though_no_layer_can_be_compressed_again()
    {
        var (baseline, target) = Pair(CompressionKind.Gzip);
        var (plain, _) = Pair(CompressionKind.None);
        await _lab.CreateAsync(baseline, target, DeltaLab.Quick with { IntraLayer = IntraLayerMode.Off });
        await _lab.RestoreFailsAsync(plain, DiffahErrors.BaselineMismatch);
        Assert.Equal(["bin/program Content", "etc/gone Presence", "opt/new Presence"],
            Files(await ChangesAsync(plain)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_wrong_baseline_is_the_error_that_restoring_tells(int version)
    {
        var (baseline, target) = Pair(CompressionKind.Gzip);
        await _lab.CreateAsync(baseline, target, DeltaLab.Quick with { FormatVersion = version });
        var wrong = ImageMaker.Oci(LayerBytes.Tar(("other", Bytes.Text(9, 100))));
        var restoring = await _lab.RestoreFailsAsync(wrong, DiffahErrors.BaselineMismatch);
        var e = await Errors.ThrowsAsync(DiffahErrors.BaselineMismatch, () => ChangesAsync(wrong));
        Assert.Equal(restoring.NextAction, e.NextAction);
        _lab.AssertTidy();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_lab.Work));
    }

    [Fact]
    public async Task What_the_baseline_lacks_may_come_from_another_image()
    {
        var (baseline, target) = Pair(CompressionKind.Gzip);
        await _lab.CreateAsync(baseline, target);
        var part = ImageMaker.Oci(Kept.As(CompressionKind.Gzip));
        await Errors.ThrowsAsync(DiffahErrors.BaselineMismatch, () => ChangesAsync(part));
        var request = Request(part) with { AdditionalBaselines = [_lab.Images.Put("other", baseline)] };
        var archive = await new ReadArchiveChanges(_lab.Images).RunAsync(request, EventSink.None, default);
        Assert.Equal(["bin/program Presence", "etc/same Presence", "opt/new Presence"],
            Files(archive.Images[0].Changes!));
    }

    [Fact]
    public async Task A_patch_that_is_damaged_is_found_out()
    {
        var (baseline, target) = Pair(CompressionKind.None);
        var draft = ArchiveDraft.Read(await _lab.BytesAsync(baseline, target, DeltaLab.QuickV1));
        draft.Store(draft.Patch.Key, draft.Content(draft.Patch.Key)[..^1]);
        await File.WriteAllBytesAsync(_lab.Archive, draft.Write());
        await Errors.ThrowsAsync(DiffahErrors.PatchInvalid, () => ChangesAsync(baseline));
        _lab.AssertTidy();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_lab.Work));
    }

    [Fact]
    public async Task Where_a_key_is_given_nothing_is_told_of_an_archive_that_it_did_not_sign()
    {
        using var keys = new KeyBench();
        using var others = new KeyBench();
        var (baseline, target) = Pair(CompressionKind.Gzip);
        var request = Request(baseline) with { VerificationKeyPath = keys.Public };
        await _lab.CreateAsync(baseline, target);
        await Errors.ThrowsAsync(DiffahErrors.SignatureMissing, () => RunAsync(request));
        await new CreateDelta(_lab.Images).RunAsync(_lab.CreateRequest(baseline, target) with
        {
            SigningKey = new SigningKeySource(keys.Private),
        }, EventSink.None, default);
        var archive = await RunAsync(request);
        Assert.True(archive.IsSigned);
        Assert.Equal(3, Files(archive.Images[0].Changes!).Length);
        await Errors.ThrowsAsync(
            DiffahErrors.SignatureInvalid, () => RunAsync(request with { VerificationKeyPath = others.Public }));
        await Errors.ThrowsAsync(DiffahErrors.SignatureInvalid, () => InspectArchive.RunAsync(
            _lab.Archive, others.Public, Engine.Content.StandardStreams.None, EventSink.None, default));
        Assert.True((await InspectArchive.RunAsync(
            _lab.Archive, keys.Public, Engine.Content.StandardStreams.None, EventSink.None, default)).IsSigned);
    }

    [Fact]
    public async Task Of_a_bundle_the_images_with_a_baseline_are_told()
    {
        using var lab = new BundleLab();
        var pairs = Bundles.Family(3);
        await lab.CreateAsync(pairs);
        var request = new ReadArchiveChangesRequest
        {
            ArchivePath = lab.Archive,
            Baselines = ImmutableSortedDictionary<string, ImageReference>.Empty
                .Add("svc-00", lab.Put(pairs[0].Baseline)).Add("svc-02", lab.Put(pairs[2].Baseline)),
            WorkDirectory = lab.Work,
        };
        var archive = await new ReadArchiveChanges(lab).RunAsync(request, EventSink.None, default);
        Assert.Equal([true, false, true], archive.Images.Select(i => i.Changes is not null));
        Assert.All(archive.Images.Where(i => i.Changes is not null), i =>
        {
            Assert.Equal(["etc/common Presence", "etc/name Presence"], Files(i.Changes!));
            Assert.Equal($"{lab.Archive} ({i.Name})", i.Changes!.Summary.DifferenceImage);
        });
        await Errors.ThrowsAsync(DiffahErrors.ImageNotFound, () => new ReadArchiveChanges(lab).RunAsync(
            request with { Baselines = request.Baselines.Add("svc-09", lab.Put(pairs[0].Baseline)) }, EventSink.None,
            default));
        var e = await Errors.ThrowsAsync(DiffahErrors.InvalidArgument, () => new ReadArchiveChanges(lab).RunAsync(
            request with { Baselines = request.Baselines.Clear(), Baseline = lab.Put(pairs[0].Baseline) },
            EventSink.None, default));
        Assert.Contains("a bundle of 3 images", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(lab.Work));
    }

    [Fact]
    public async Task A_baseline_is_needed_and_is_named_in_one_way()
    {
        var (baseline, target) = Pair(CompressionKind.Gzip);
        await _lab.CreateAsync(baseline, target);
        var request = Request(baseline);
        await Errors.ThrowsAsync(DiffahErrors.InvalidArgument, () => RunAsync(request with { Baseline = null }));
        await Errors.ThrowsAsync(DiffahErrors.InvalidArgument, () => RunAsync(request with
        {
            Baselines = request.Baselines.Add("default", request.Baseline!),
        }));
        Assert.Null((await InspectArchive.RunAsync(_lab.Archive, EventSink.None, default)).Images[0].Changes);
    }

    [Theory]
    [InlineData(SampleFormat.DockerArchive)]
    [InlineData(SampleFormat.OciGzip)]
    public async Task Of_images_in_files_it_is_what_comparing_them_tells(SampleFormat format)
    {
        var pair = SampleImages.WriteAll(_lab.Folder["samples"], 0.1)[format];
        await RealImages.CreateAsync(pair.V1.Reference, pair.V2.Reference, _lab.Archive, DeltaLab.Quick);
        var transports = Engine.Transports.TransportCatalog.Default;
        var request = new ReadArchiveChangesRequest
        {
            ArchivePath = _lab.Archive,
            Baseline = ImageReference.Parse(pair.V1.Reference),
            WorkDirectory = _lab.Work,
        };
        var changes = (await new ReadArchiveChanges(transports).RunAsync(request, EventSink.None, default))
            .Images[0].Changes!;
        AssertSame(await CompareAsync(
            transports, request.Baseline, ImageReference.Parse(pair.V2.Reference), request.Options), changes);
        Assert.NotEmpty(Files(changes));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_lab.Work));
    }

    private static (MemoryImage Baseline, MemoryImage Target) Pair(CompressionKind compression) => (
        ImageMaker.Oci(Kept.As(compression), Old.As(compression)),
        ImageMaker.Oci(Kept.As(compression), New.As(compression)));

    private static string[] Files(DeltaChanges changes) =>
    [
        .. changes.Differences.Where(d => d.Kind == DifferenceKind.File).Select(d => $"{d.Path} {d.Property}")
            .Order(StringComparer.Ordinal),
    ];

    private static void AssertSame(DeltaChanges expected, DeltaChanges actual)
    {
        Assert.Equal(expected.Differences.AsEnumerable(), actual.Differences.AsEnumerable());
        Assert.Equal(expected.Summary with { ReferenceImage = "", DifferenceImage = "" },
            actual.Summary with { ReferenceImage = "", DifferenceImage = "" });
    }

    private static async Task<(DeltaChanges? Changes, string? Error)> OutcomeAsync(Func<Task<DeltaChanges>> run)
    {
        try
        {
            return (await run(), null);
        }
        catch (DiffahException e)
        {
            return (null, e.Error.Code);
        }
    }

    private ReadArchiveChangesRequest Request(MemoryImage baseline) => Request(_lab, baseline);

    private static ReadArchiveChangesRequest Request(DeltaLab lab, MemoryImage baseline) => new()
    {
        ArchivePath = lab.Archive,
        Baseline = lab.Images.Put("baseline", baseline),
        WorkDirectory = lab.Work,
    };

    private Task<DeltaArchive> RunAsync(ReadArchiveChangesRequest request) =>
        new ReadArchiveChanges(_lab.Images).RunAsync(request, EventSink.None, default);

    private Task<DeltaChanges> ChangesAsync(MemoryImage baseline, ComparisonOptions? options = null) =>
        ChangesAsync(_lab, baseline, options ?? Request(baseline).Options);

    private static async Task<DeltaChanges> ChangesAsync(
        DeltaLab lab, MemoryImage baseline, ComparisonOptions options) =>
        (await new ReadArchiveChanges(lab.Images).RunAsync(
            Request(lab, baseline) with { Options = options }, EventSink.None, default)).Images.Single().Changes!;

    private Task<DeltaChanges> CompareAsync(MemoryImage baseline, MemoryImage target, ComparisonOptions options) =>
        CompareAsync(_lab, baseline, target, options);

    private static Task<DeltaChanges> CompareAsync(
        DeltaLab lab, MemoryImage baseline, MemoryImage target, ComparisonOptions options) =>
        CompareAsync(lab.Images, lab.Images.Put("baseline", baseline), lab.Images.Put("target", target), options);

    private static async Task<DeltaChanges> CompareAsync(
        ITransportCatalog transports, ImageReference baseline, ImageReference target, ComparisonOptions options)
    {
        var differences = ImmutableArray.CreateBuilder<ImageDifference>();
        var summary = await new CompareImages(transports).RunAsync(
            new() { ReferenceImage = baseline, DifferenceImage = target, Options = options }, differences.Add,
            EventSink.None, default);
        return new DeltaChanges(summary, differences.ToImmutable());
    }
}
