using System.Collections.Immutable;
using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;
using static Diffah.Tests.Transports.Conformance.TransportConformance;

namespace Diffah.Tests.Transports.OciLayout;

/// <summary>What an index.json lists, and what of it is read.</summary>
public sealed class LayoutIndexTests : IDisposable
{
    private const string Oci = TransportNames.OciLayout;
    private const string Archive = TransportNames.OciArchive;

    private readonly TransportBench _bench = new();
    private readonly SampleImage _first = SampleImage.Oci(1);
    private readonly SampleImage _second = SampleImage.Oci(2, "arm64");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_folder_that_is_no_layout_is_not_read()
    {
        Directory.CreateDirectory(_bench["l"]);
        await AssertFailsAsync(DiffahErrors.InvalidImage, () => _bench.OpenAsync(Oci, "l"));
        await File.WriteAllTextAsync(_bench["file"], "mine");
        await AssertFailsAsync(DiffahErrors.FileNotFound, () => _bench.OpenAsync(Oci, "file"));
        await AssertFailsAsync(DiffahErrors.FileNotFound, () => _bench.OpenAsync(Archive, "l"));
        SaveLayout("""{"schemaVersion":2,"manifests":[]}"""u8.ToArray());
        await AssertFailsAsync(DiffahErrors.InvalidImage, () => _bench.OpenAsync(Oci, "l"));
    }

    [Fact]
    public async Task An_index_of_platforms_is_one_image()
    {
        SaveLayout(SampleImage.Index((_first, "amd64"), (_second, "arm64")).Bytes.ToArray());
        await using var source = await _bench.OpenAsync(Oci, "l");
        Assert.Equal(
            _first.Manifest.Digest, (await Image.OpenAsync(source, Platform.Default, default)).Manifest.Digest);
        Assert.Equal(_second.Manifest.Digest,
            (await Image.OpenAsync(source, Platform.Parse("linux/arm64/v8"), default)).Manifest.Digest);
        var error = await AssertFailsAsync(
            DiffahErrors.PlatformNotFound, () => Image.OpenAsync(source, Platform.Parse("linux/s390x"), default));
        Assert.Contains("linux/amd64, linux/arm64", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_under_a_name_is_one_image()
    {
        var nested = SampleImage.Index((_first, "amd64"), (_second, "arm64"));
        SaveLayout(Listing((nested.Descriptor, "app:v1")), nested.Bytes.ToArray());
        foreach (var name in new[] { "l", "l:app:v1" })
        {
            await using var source = await _bench.OpenAsync(Oci, name);
            Assert.Equal(MediaTypes.OciIndex, (await source.GetManifestAsync(null, default)).MediaType);
            Assert.Equal(_second.Manifest.Digest,
                (await Image.OpenAsync(source, Platform.Parse("linux/arm64"), default)).Manifest.Digest);
        }
    }

    [Fact]
    public async Task Images_without_names_or_platforms_are_listed_by_digest()
    {
        SaveLayout(SampleImage.Index((_first, null), (_second, "arm64")).Bytes.ToArray());
        var error = await AssertFailsAsync(DiffahErrors.AmbiguousImage, () => _bench.OpenAsync(Oci, "l"));
        Assert.Contains(_first.Manifest.Digest.ToString(), error.Message, StringComparison.Ordinal);
        SaveLayout(Listing((_first.Manifest.Descriptor, "latest"), (_second.Manifest.Descriptor, "latest")));
        await AssertFailsAsync(DiffahErrors.AmbiguousImage, () => _bench.OpenAsync(Oci, "l:latest"));
    }

    [Fact]
    public async Task The_manifest_is_checked_against_what_points_at_it()
    {
        var d = _first.Manifest.Descriptor;
        SaveLayout(Listing((d with { Size = d.Size + 1 }, null)));
        await using (var source = await _bench.OpenAsync(Oci, "l"))
            await AssertFailsAsync(DiffahErrors.SizeMismatch, () => source.GetManifestAsync(null, default));
        SaveLayout(Listing((d, null)));
        var path = _bench[$"l/blobs/sha256/{d.Digest.Hex}"];
        await File.WriteAllTextAsync(
            path, (await File.ReadAllTextAsync(path)).Replace(
                "schemaVersion\":2", "schemaVersion\":3", StringComparison.Ordinal));
        await using (var source = await _bench.OpenAsync(Oci, "l"))
            await AssertFailsAsync(DiffahErrors.DigestMismatch, () => source.GetManifestAsync(null, default));
        File.Delete(path);
        await using (var source = await _bench.OpenAsync(Oci, "l"))
            await AssertFailsAsync(DiffahErrors.BlobMissing, () => source.GetManifestAsync(null, default));
    }

    [Fact]
    public async Task A_manifest_that_does_not_say_what_it_is_takes_the_word_of_its_entry()
    {
        var text = Encoding.UTF8.GetString(_first.Manifest.Bytes.Span)
            .Replace($"\"mediaType\":\"{MediaTypes.OciManifest}\",", "", StringComparison.Ordinal);
        var silent = new RawManifest(Encoding.UTF8.GetBytes(text), MediaTypes.OciManifest);
        SaveLayout(Listing((silent.Descriptor, null)), silent.Bytes.ToArray());
        await using var source = await _bench.OpenAsync(Oci, "l");
        Assert.Equal(MediaTypes.OciManifest, (await source.GetManifestAsync(null, default)).MediaType);
        Assert.Equal(
            _first.Layers.AsEnumerable(), (await Image.OpenAsync(source, Platform.Default, default)).Manifest.Layers);
    }

    [Theory]
    [InlineData(RawManifest.MaximumSize, true)]
    [InlineData(RawManifest.MaximumSize + 1, false)]
    public async Task A_manifest_has_four_mebibytes_at_the_most(int length, bool isRead)
    {
        var padded = new RawManifest(Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(_first.Manifest.Bytes.Span).PadRight(length)), MediaTypes.OciManifest);
        SaveLayout(Listing((padded.Descriptor, null)), padded.Bytes.ToArray());
        await using var source = await _bench.OpenAsync(Oci, "l");
        if (isRead)
            Assert.Equal(length, (await source.GetManifestAsync(null, default)).Bytes.Length);
        else
            await AssertFailsAsync(DiffahErrors.SizeMismatch, () => source.GetManifestAsync(null, default));
    }

    [Fact]
    public async Task No_index_is_written_that_could_not_be_read()
    {
        await _bench.WriteAsync(Oci, "l:v1", _first);
        var text = await File.ReadAllTextAsync(_bench["l/index.json"]);
        text = text.Replace("\"v1\"", $"\"{new string('v', RawManifest.MaximumSize - text.Length)}\"",
            StringComparison.Ordinal);
        await File.WriteAllTextAsync(_bench["l/index.json"], text);
        var before = _bench.Entries;
        var error = await AssertFailsAsync(
            DiffahErrors.InvalidArgument, () => _bench.WriteAsync(Oci, "l:v2", _second));
        Assert.Contains("4.0 MiB", error.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(_bench["l/index.json"]));
        Assert.Equal(before, _bench.Entries);
    }

    private static byte[] Listing(params (Descriptor Manifest, string? Name)[] entries) => Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"manifests":[{{string.Join(',', entries.Select(e => SampleImage.Json(e.Manifest)[..^1] + (e.Name is null ? "}" : $",\"annotations\":{{\"{Descriptor.RefNameAnnotation}\":\"{e.Name}\"}}}}")))}}]}""");

    private void SaveLayout(byte[] index, params byte[][] manifests)
    {
        Directory.CreateDirectory(_bench["l/blobs/sha256"]);
        File.WriteAllText(_bench["l/oci-layout"], """{"imageLayoutVersion":"1.0.0"}""");
        File.WriteAllBytes(_bench["l/index.json"], index);
        var blobs = new[] { _first, _second }.SelectMany(i => i.Blobs.Values.Append(i.Manifest.Bytes.ToArray()))
            .Concat(manifests).ToImmutableArray();
        foreach (var blob in blobs)
            File.WriteAllBytes(_bench[$"l/blobs/sha256/{Digest.Compute(blob).Hex}"], blob);
    }
}
