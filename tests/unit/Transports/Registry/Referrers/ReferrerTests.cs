using System.Text;
using System.Text.Json.Nodes;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry.Referrers;

/// <summary>
/// What refers to an image: by the referrers API, or by the fallback tag (OCI distribution spec 1.1).
/// </summary>
public sealed class ReferrerTests : IAsyncDisposable
{
    private const string Sbom = "application/vnd.example.sbom";
    private const string Note = "application/vnd.example.note";

    private static readonly SampleImage Image = SampleImage.Oci(1);

    private readonly RegistryBench _bench = new();
    private FakeRegistry _registry = new();

    private static string Tag => $"sha256-{Image.Manifest.Digest.Hex}";

    public async ValueTask DisposeAsync()
    {
        _bench.Dispose();
        await _registry.DisposeAsync();
    }

    [Theory]
    [InlineData(true, int.MaxValue)]
    [InlineData(true, 1)]
    [InlineData(false, int.MaxValue)]
    public async Task Are_found_after_they_were_put(bool hasApi, int page)
    {
        Use(hasApi, page);
        var sbom = SampleReferrer.Of(Image.Manifest, Sbom);
        var notes = Enumerable.Range(1, 2).Select(n => SampleReferrer.Of(Image.Manifest, Note, $"note {n}")).ToArray();
        foreach (var referrer in notes.Append(sbom))
            await _bench.PutAsync(_registry.Reference(), referrer);

        var all = await ListAsync(null);
        Assert.Equal(Digests([.. notes, sbom]), Digests(all));
        Assert.Equal(Digests(notes), Digests(await ListAsync(Note)));
        Assert.Empty(await ListAsync("application/vnd.example.other"));
        var found = Assert.Single(await ListAsync(Sbom));
        Assert.Equal((Sbom, "one", sbom.Bytes.Length), (found.ArtifactType, found.Descriptor.Annotations!["note"],
            (int)found.Descriptor.Size));
        Assert.Equal(hasApi, !_registry.Manifests.ContainsKey(Tag));
    }

    [Fact]
    public async Task Are_none_of_an_image_to_which_nothing_refers()
    {
        Use(false);
        Assert.Empty(await ListAsync(null));
        Use(true);
        Assert.Empty(await ListAsync(null));
    }

    [Fact]
    public async Task Are_filtered_here_where_the_registry_does_not()
    {
        Use(true);
        await _bench.PutAsync(_registry.Reference(), SampleReferrer.Of(Image.Manifest, Sbom));
        await _bench.PutAsync(_registry.Reference(), SampleReferrer.Of(Image.Manifest, Note));
        _registry.Intercept = r => r.Query("artifactType") is null ? null : _registry.Answer(r with
        {
            Target = r.Path,
        });
        Assert.Equal(Sbom, Assert.Single(await ListAsync(Sbom)).ArtifactType);
    }

    [Theory]
    [InlineData(200, "text/html")]
    [InlineData(405, "application/json")]
    [InlineData(501, "application/json")]
    public async Task Are_read_of_the_tag_where_the_api_is_something_else(int status, string type)
    {
        Use(false);
        await _bench.PutAsync(_registry.Reference(), SampleReferrer.Of(Image.Manifest, Sbom));
        _registry.Intercept = r => r.Path.Contains("/referrers/", StringComparison.Ordinal)
            ? ScriptedResponse.Text(status, "<html>", ("Content-Type", type))
            : null;
        Assert.Single(await ListAsync(null));
    }

    [Fact]
    public async Task Are_known_by_their_configuration_where_neither_they_nor_the_list_say_what_they_are()
    {
        Use(false);
        var untold = SampleReferrer.Of(Image.Manifest, null);
        await _bench.PutAsync(_registry.Reference(), untold);
        // As a client without artifact types lists it.
        _registry.Manifests[Tag] = (Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"manifests":[
            {"mediaType":"{{untold.MediaType}}","digest":"{{untold.Digest}}","size":{{untold.Bytes.Length}}
            },
            {"mediaType":"{{untold.MediaType}}","digest":"sha256:{{new string('0', 64)}}","size":3}]
            }
            """), MediaTypes.OciIndex);
        Assert.Equal(SampleReferrer.EmptyConfig.MediaType, Assert.Single(await ListAsync(null)).ArtifactType);
    }

    [Fact]
    public async Task Put_again_are_listed_once_and_what_others_wrote_stays()
    {
        Use(false);
        _registry.Manifests[Tag] = (Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[
            {"mediaType":"{{MediaTypes.OciManifest}}","digest":"sha256:{{new string('a', 64)}}","size":3,
            "artifactType":"{{Note}}","data":"e30K","x-other":true}],"annotations":{"by":"somebody"}
            }
            """), MediaTypes.OciIndex);
        var referrer = SampleReferrer.Of(Image.Manifest, Sbom);
        await _bench.PutAsync(_registry.Reference(), referrer);
        var once = _registry.Manifests[Tag].Bytes;
        await _bench.PutAsync(_registry.Reference(), referrer);
        Assert.Equal(once, _registry.Manifests[Tag].Bytes);
        var index = JsonNode.Parse(once)!;
        Assert.Equal("somebody", (string?)index["annotations"]!["by"]);
        Assert.Equal(2, index["manifests"]!.AsArray().Count);
        Assert.True((bool)index["manifests"]![0]!["x-other"]!);
        Assert.Equal(referrer.Digest.ToString(), (string?)index["manifests"]![1]!["digest"]);
        Assert.Equal(MediaTypes.OciIndex, (string?)index["mediaType"]);
    }

    [Fact]
    public async Task Of_several_writers_at_once_are_all_kept()
    {
        Use(false);
        var referrers = Enumerable.Range(0, 6)
            .Select(i => SampleReferrer.Of(Image.Manifest, Sbom, $"{i}")).ToArray();
        await Task.WhenAll(referrers.Select(r => Task.Run(() => _bench.PutAsync(_registry.Reference(), r))));
        Assert.Equal(Digests(referrers), Digests(await ListAsync(null)));
    }

    [Fact]
    public async Task Are_put_again_where_another_writer_takes_the_entry_away()
    {
        Use(false);
        var theirs = Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[]}""");
        var taken = 0;
        _registry.Intercept = r =>
        {
            if (r.Method != "GET" || !r.Path.EndsWith(Tag, StringComparison.Ordinal)
                || !_registry.Manifests.ContainsKey(Tag) || taken == 2)
                return null;
            // Somebody who had read the list before writes it without the entry.
            taken++;
            _registry.Manifests[Tag] = (theirs, MediaTypes.OciIndex);
            return null;
        };
        var referrer = SampleReferrer.Of(Image.Manifest, Sbom);
        await _bench.PutAsync(_registry.Reference(), referrer);
        Assert.Equal(2, taken);
        Assert.Equal(referrer.Digest, Assert.Single(await ListAsync(null)).Descriptor.Digest);
    }

    [Fact]
    public async Task Are_refused_where_the_tag_is_an_image()
    {
        Use(false);
        _registry.Manifests[Tag] = (Image.Manifest.Bytes.ToArray(), Image.Manifest.MediaType);
        Assert.Equal(DiffahErrors.RegistryProtocol,
            (await Assert.ThrowsAsync<DiffahException>(() => ListAsync(null))).Error);
        Assert.Equal(DiffahErrors.RegistryProtocol, (await Assert.ThrowsAsync<DiffahException>(
            () => _bench.PutAsync(_registry.Reference(), SampleReferrer.Of(Image.Manifest, Sbom)))).Error);
    }

    [Fact]
    public async Task On_pages_without_end_are_an_error()
    {
        Use(true);
        _registry.Intercept = r => r.Path.Contains("/referrers/", StringComparison.Ordinal)
            ? ScriptedResponse.Text(200, """{"schemaVersion":2,"manifests":[]}""",
                ("Content-Type", MediaTypes.OciIndex), ("Link", $"<{r.Path}?again=1>; rel=\"next\""))
            : null;
        var error = await Assert.ThrowsAsync<DiffahException>(() => ListAsync(null));
        Assert.Equal(DiffahErrors.RegistryProtocol, error.Error);
        Assert.True(_registry.Requests.Count() < 110);
    }

    [Theory]
    [InlineData("sha256:aa", "sha256-aa", 1)]
    [InlineData("sha512:ab", "sha512-ab", 2)]
    public void Have_a_tag_of_at_most_64_digits(string head, string expected, int parts)
    {
        var digest = Digest.Parse(head + new string('c', 64 * parts - 2));
        Assert.Equal(expected + new string('c', 62), Engine.Transports.Registry.Referrers.ReferrerTag.Of(digest));
    }

    private static string[] Digests(IEnumerable<Referrer> referrers) =>
        [.. referrers.Select(r => r.Descriptor.Digest.ToString()).Order(StringComparer.Ordinal)];

    private static string[] Digests(IEnumerable<RawManifest> manifests) =>
        [.. manifests.Select(m => m.Digest.ToString()).Order(StringComparer.Ordinal)];

    private void Use(bool hasApi, int page = int.MaxValue) =>
        _registry = new FakeRegistry { HasReferrers = hasApi, ReferrersPage = page }.Add(Image);

    private async Task<IEnumerable<Referrer>> ListAsync(string? type)
    {
        await using var source = await _bench.OpenAsync(_registry.Reference());
        return await ((IReferrerSource)source).ListReferrersAsync(Image.Manifest.Digest, type, default);
    }
}
