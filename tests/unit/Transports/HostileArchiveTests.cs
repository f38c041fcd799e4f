using System.Formats.Tar;
using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Conformance;

namespace Diffah.Tests.Transports;

/// <summary>Archives that are damaged or were made to do harm get a typed error, whatever they hold.</summary>
public sealed class HostileArchiveTests : IDisposable
{
    private readonly TransportBench _bench = new();

    public void Dispose() => _bench.Dispose();

    public static TheoryData<string> Transports => ["docker-archive", "oci-archive"];

    [Theory]
    [MemberData(nameof(Transports))]
    public Task An_empty_file(string transport) => Refused(transport, []);

    [Theory]
    [MemberData(nameof(Transports))]
    public Task Short_text(string transport) => Refused(transport, "This is no archive."u8.ToArray());

    [Theory]
    [MemberData(nameof(Transports))]
    public Task Long_text(string transport) => Refused(
        transport, Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("This is no archive either. ", 200))));

    [Theory]
    [MemberData(nameof(Transports))]
    public Task Zeros(string transport) => Refused(transport, new byte[10240]);

    [Theory]
    [MemberData(nameof(Transports))]
    public Task An_empty_tar(string transport) => Refused(transport, new TarBuilder().ToArray());

    [Theory]
    [MemberData(nameof(Transports))]
    public Task Truncated_gzip(string transport) => Refused(transport, SampleImage.Gzip(DockerArchive())[..^2000]);

    [Theory]
    [MemberData(nameof(Transports))]
    public Task Damaged_gzip(string transport)
    {
        var bytes = SampleImage.Gzip(DockerArchive());
        bytes.AsSpan(1000, 2000).Fill(0xFF);
        return Refused(transport, bytes);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public Task Truncated_zstd(string transport) => Refused(transport, [0x28, 0xB5, 0x2F, 0xFD, 0x04, 0x58]);

    [Theory]
    [MemberData(nameof(Transports))]
    public Task Absolute_names(string transport) =>
        Refused(transport, new TarBuilder().File("/etc/passwd", "x").ToArray());

    [Theory]
    [MemberData(nameof(Transports))]
    public Task Climbing_names(string transport) =>
        Refused(transport, new TarBuilder().File("a/../../b", "x").ToArray());

    [Theory]
    [MemberData(nameof(Transports))]
    public Task Backslashes(string transport) => Refused(transport, new TarBuilder().File("..\\b", "x").ToArray());

    [Theory]
    [InlineData('x', "77777777777\0")]
    [InlineData('g', "00010000000\0")]
    [InlineData('L', "77777777777\0")]
    [InlineData('K', "\u0080\0\0\0\0\0\0\u0001\0\0\0\0")]
    public async Task A_huge_extended_header_is_refused_before_it_is_taken_into_memory(char type, string size)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = await Refused("docker-archive", new TarBuilder().Header("header", type, size).ToArray());
        Assert.Contains("extended header", error.Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 8_000_000);
    }

    [Theory]
    [InlineData("77777777777\0")]
    [InlineData("\u0080\0\0\0\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")]
    [InlineData("\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00fe")]
    public Task A_file_that_claims_more_than_there_is(string size) =>
        Refused("docker-archive", new TarBuilder().Header("manifest.json", '0', size).ToArray());

    [Fact]
    public async Task An_archive_cut_short_says_so()
    {
        var error = await Refused("docker-archive", DockerArchive()[..5000]);
        Assert.Contains("cut short", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_that_climbs_out() =>
        await Refused("docker-archive", new TarBuilder().Symlink("manifest.json", "../../etc/passwd").ToArray());

    [Fact]
    public async Task An_absolute_link() =>
        await Refused("docker-archive", new TarBuilder().Symlink("manifest.json", "/etc/passwd").ToArray());

    [Fact]
    public async Task A_hard_link_that_climbs_out() =>
        await Refused("docker-archive", new TarBuilder().HardLink("manifest.json", "../etc/passwd").ToArray());

    [Fact]
    public async Task Links_in_a_circle() => await Refused("docker-archive",
        new TarBuilder().Symlink("manifest.json", "a").Symlink("a", "b").HardLink("b", "manifest.json").ToArray());

    [Fact]
    public async Task A_link_to_nothing() =>
        await Refused("docker-archive", new TarBuilder().Symlink("manifest.json", "nowhere").ToArray());

    [Fact]
    public async Task The_same_name_twice()
    {
        var error = await Refused(
            "docker-archive", new TarBuilder().File("manifest.json", "[]").File("./manifest.json", "[ ]").ToArray());
        Assert.Contains("more than once", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_and_a_link_of_one_name() => await Refused(
        "docker-archive", new TarBuilder().File("manifest.json", "[]").Symlink("manifest.json", "a").ToArray());

    [Fact]
    public async Task A_device_in_place_of_a_manifest() => await Refused("docker-archive",
        new TarBuilder().Entry(new UstarTarEntry(TarEntryType.CharacterDevice, "manifest.json")).ToArray());

    [Fact]
    public async Task Layers_and_configuration_that_climb_out()
    {
        await Refused("docker-archive",
            new TarBuilder().File("manifest.json", """[{"Config":"../c.json","Layers":[]}]""").ToArray());
        await Refused("docker-archive",
            new TarBuilder().File("manifest.json", $$"""[{"Config":"c.json","Layers":["../l.tar"]}]""")
                .File("c.json", Rootfs(Digest.Compute([]))).ToArray());
    }

    [Fact]
    public async Task A_layer_count_that_is_not_the_configurations() =>
        await Refused("docker-archive", new TarBuilder().File("manifest.json",
            """[{"Config":"c.json","Layers":["l.tar"]}]""").File("c.json", """{"rootfs":{"diff_ids":[]}}""").ToArray());

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("[{}]")]
    [InlineData("""[{"Config":1}]""")]
    [InlineData("""[{"Config":"c","Layers":"l"}]""")]
    [InlineData("""[{"Config":"c","Layers":[null]}]""")]
    [InlineData("""[{"Config":"c","RepoTags":[[]]}]""")]
    public async Task A_manifest_JSON_that_is_none(string manifest)
    {
        File.WriteAllBytes(_bench["x.tar"], new TarBuilder().File("manifest.json", manifest).File("c", "{}").ToArray());
        await TransportConformance.AssertFailsAsync(
            DiffahErrors.InvalidManifest, () => _bench.OpenAsync("docker-archive", "x.tar"));
    }

    [Fact]
    public async Task A_manifest_JSON_too_large_to_read()
    {
        new TarBuilder().File("manifest.json", new byte[RawManifest.MaximumSize + 1]).Save(_bench["x.tar"]);
        await TransportConformance.AssertFailsAsync(
            DiffahErrors.SizeMismatch, () => _bench.OpenAsync("docker-archive", "x.tar"));
        new TarBuilder().File("index.json", new byte[RawManifest.MaximumSize + 1]).Save(_bench["y.tar"]);
        await TransportConformance.AssertFailsAsync(
            DiffahErrors.SizeMismatch, () => _bench.OpenAsync("oci-archive", "y.tar"));
    }

    [Theory]
    [InlineData("sha256:../../../../etc/passwd")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e")]
    public async Task An_index_with_a_digest_that_is_none(string digest)
    {
        new TarBuilder().File("index.json", $$"""{"manifests":[{"mediaType":"x","digest":"{{digest}}","size":1}]}""")
            .Save(_bench["x.tar"]);
        await TransportConformance.AssertFailsAsync(
            DiffahErrors.InvalidDigest, () => _bench.OpenAsync("oci-archive", "x.tar"));
    }

    [Theory]
    [InlineData("docker-archive", 11)]
    [InlineData("oci-archive", 12)]
    public async Task Random_damage_never_gets_past_the_typed_errors(string transport, int seed)
    {
        var random = new Random(seed);
        var good = transport == "docker-archive" ? DockerArchive() : await OciArchiveAsync();
        var opened = 0;
        for (var round = 0; round < 400; round++)
        {
            var bytes = good[..(round % 4 == 0 ? random.Next(good.Length) : good.Length)];
            for (var i = random.Next(1, 6); i > 0 && bytes.Length > 0; i--)
                bytes[Position(random, bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(_bench["fuzz.tar"], bytes);
            opened += await OpensAsync(transport) ? 1 : 0;
        }
        Assert.InRange(opened, 1, 399);
    }

    // Mostly in headers, where a byte matters.
    private static int Position(Random random, int length) =>
        random.Next(3) == 0
            ? random.Next(length)
            : Math.Min((random.Next((length / 512) + 1) * 512) + random.Next(345), length - 1);

    private async Task<bool> OpensAsync(string transport)
    {
        try
        {
            await using var source = await _bench.OpenAsync(transport, "fuzz.tar");
            var image = await Image.OpenAsync(source, Platform.Default, default);
            foreach (var layer in image.Layers)
            {
                await using var stream = await layer.OpenBlobAsync(default);
                await stream.CopyToAsync(Stream.Null);
            }
            return true;
        }
        catch (DiffahException)
        {
            return false;
        }
    }

    private async Task<DiffahException> Refused(string transport, byte[] archive)
    {
        File.WriteAllBytes(_bench["x.tar"], archive);
        var error = await Assert.ThrowsAsync<DiffahException>(() => _bench.OpenAsync(transport, "x.tar"));
        Assert.True(error.Error.Code == DiffahErrors.InvalidImage.Code, $"{error.Error.Code}: {error.Message}");
        return error;
    }

    private static byte[] DockerArchive()
    {
        var layer = SampleImage.Layer(1, 1, 6000);
        return new TarBuilder().File("l.tar", layer).File("c.json", Rootfs(Digest.Compute(layer)))
            .File("manifest.json", """[{"Config":"c.json","Layers":["l.tar"]}]""").ToArray();
    }

    private async Task<byte[]> OciArchiveAsync()
    {
        await _bench.WriteAsync("oci-archive", "good.tar", SampleImage.Make(1, "amd64", [SampleImage.Layer(1, 1, 3000)],
            MediaTypes.OciManifest, MediaTypes.OciConfig, MediaTypes.OciLayer, l => l));
        return await File.ReadAllBytesAsync(_bench["good.tar"]);
    }

    private static string Rootfs(Digest layer) => $$$"""{"rootfs":{"diff_ids":["{{{layer}}}"]}}""";
}
