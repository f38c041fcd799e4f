using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Oci;
using Diffah.Engine.Signing;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Signing;

public sealed class DocumentLayoutTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("{\n  \"blobs\": {},\n  \"images\": []\n}")]
    [InlineData("{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ],\n  \"c\": true\n}")]
    [InlineData("[\n  \"\\u003c\\u0026\\u003e\\u2028\\u2029\\u0008\\u000c\\u0000\\b\\f\\n\\r\\t\\\\\\\"/é模\"\n]")]
    [InlineData("1e+21")]
    public void What_the_formats_writers_write_is_accepted(string document) => Check(document);

    [Theory]
    [InlineData("{ }")]
    [InlineData("{}\n")]
    [InlineData(" {}")]
    [InlineData("{\n\"a\": 1\n}")]
    [InlineData("{\n  \"a\":1\n}")]
    [InlineData("{\n  \"a\" : 1\n}")]
    [InlineData("{\n\t\"a\": 1\n}")]
    [InlineData("{\r\n  \"a\": 1\r\n}")]
    [InlineData("{\n  \"a\": 1,\n\n  \"b\": 2\n}")]
    [InlineData("{\n  \"a\": []\n }")]
    [InlineData("{\n  \"a\": [\n  ]\n}")]
    [InlineData("\"\\u003C\"")]
    [InlineData("\"\\u0041\"")]
    [InlineData("\"\\u000a\"")]
    [InlineData("\"\\/\"")]
    [InlineData("\"\\u00e9\"")]
    [InlineData("\"\\ud83d\\ude02\"")]
    [InlineData("1.0")]
    [InlineData("1E+21")]
    [InlineData("1e21")]
    [InlineData("-0")]
    [InlineData("9007199254740993")]
    public void Anything_else_is_refused(string document) => Assert.Throws<JsonException>(() => Check(document));

    [SkippableTheory]
    [InlineData("signed.delta.tar")]
    [InlineData("signed-boxed.delta.tar")]
    [InlineData("two-services.bundle.tar")]
    [InlineData("v4.oci.delta.tar")]
    [InlineData("web-v1-v2.docker.delta.tar")]
    public async Task Sidecars_of_the_go_tool_are_accepted(string name) =>
        DocumentLayout.Check(await ArchiveOpening.ReadSidecarAsync(Fixtures.Path($"deltas/{name}"), default));

    [Fact]
    public void Sidecars_of_ours_are_accepted_whatever_their_texts()
    {
        var digest = Digest.Compute([1]);
        foreach (var text in (string[])["plain", "<b>&'\"\\/+", "\u0000\u0001\b\t\n\u000b\f\r\u001f\u007f\u0080",
            "é\u2028\u2029\ue000\ufffd\uffff", "模😂\U0010FFFF", "\u00ad\u200b\u061c"])
        {
            var sidecar = new ArchiveManifest("v1", "bundle", text, text, DeltaLab.Time, "linux/amd64",
                ImmutableSortedDictionary<Digest, StoredBlob>.Empty.Add(digest, new StoredBlob(1, text, 1)),
                [new ArchiveImage(
                    "default", new ArchiveBaseline(digest, text, text), new ArchiveTarget(digest, 1, text))]);
            var bytes = Sidecars.Write(sidecar);
            DocumentLayout.Check(bytes);
            Assert.Equal(
                text, Sidecars.Read(bytes, Engine.Diagnostics.EventSink.None).Images[0].Baseline.SourceHint);
        }
    }

    private static void Check(string document) => DocumentLayout.Check(Encoding.UTF8.GetBytes(document));
}
