using Diffah.Engine.Deltas;
using Diffah.Samples;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>Archives of version 2 of whole images are valid, and a second reader restores them.</summary>
public sealed class SecondReaderArchiveTests : IClassFixture<WrittenArchiveTests.SampleFolder>, IDisposable
{
    private static readonly EncodingOptions Options = DeltaLab.Quick with { FormatVersion = 2 };

    private readonly SampleSet _samples;
    private readonly TemporaryFolder _folder = new();

    public SecondReaderArchiveTests(WrittenArchiveTests.SampleFolder samples) => _samples = samples.Samples;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(SampleFormat.DockerArchive)]
    [InlineData(SampleFormat.OciGzip)]
    [InlineData(SampleFormat.OciZstd)]
    [InlineData(SampleFormat.OciPlain)]
    [InlineData(SampleFormat.DockerSave)]
    [InlineData(SampleFormat.DockerSaveGzip)]
    public async Task A_sample_of_any_shape_comes_back(SampleFormat format) =>
        await AssertReadsAsync(_samples[format].V1.Reference, _samples[format].V2.Reference);

    [SkippableTheory]
    [InlineData("oci-archive:images/v1_oci.tar", "oci-archive:images/v2_oci.tar")]
    [InlineData("docker-archive:images/v1_s2.tar", "docker-archive:images/v3_s2.tar")]
    [InlineData("oci-archive:images/v4_baseline_oci.tar", "oci-archive:images/v4_target_oci.tar")]
    [InlineData("docker-archive:images/v1_s2.tar", "oci-archive:images/v2_oci.tar")]
    [InlineData("docker-archive:web/web-v1.docker.tar", "oci-archive:web/web-v2.oci.tar")]
    public async Task Images_of_other_tools_come_back(string baseline, string target) =>
        await AssertReadsAsync(Reference(baseline), Reference(target));

    private async Task AssertReadsAsync(string baseline, string target)
    {
        var archive = await RealImages.CreateAsync(baseline, target, _folder["delta.tar"], Options);
        Assert.Equal("v2", archive.Version);
        var bytes = await File.ReadAllBytesAsync(_folder["delta.tar"]);
        var blobs = await RealImages.BlobsAsync(baseline, _folder["baseline"]);
        Assert.Empty(StrictDeltaValidator.FindProblems(bytes));
        StrictDeltaValidator.AssertRestores(
            bytes, new Dictionary<string, Dictionary<string, byte[]>> { ["default"] = blobs });
    }

    private static string Reference(string fixture)
    {
        var colon = fixture.IndexOf(':', StringComparison.Ordinal);
        return $"{fixture[..colon]}:{Fixtures.Path(fixture[(colon + 1)..])}";
    }
}
