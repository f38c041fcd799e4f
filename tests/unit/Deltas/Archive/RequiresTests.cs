using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>What an archive requires of its reader beyond its version.</summary>
public class RequiresTests
{
    private const string NextAction = "Upgrade Diffah, or make the delta again with a version this build reads.";

    [Fact]
    public void An_archive_that_requires_nothing_does_not_say_so()
    {
        Assert.DoesNotContain("requires", Text([]), StringComparison.Ordinal);
        Assert.Empty(Read(Text([])).Requires);
        Assert.Empty(Read(With("[]")).Requires);
        Assert.Empty(Read(With("null")).Requires);
    }

    [Fact]
    public void Names_are_written_in_order()
    {
        using var json = JsonDocument.Parse(Text(["volumes-9", "b", "b-a"]));
        Assert.Equal(["b", "b-a", "volumes-9"],
            json.RootElement.GetProperty("requires").EnumerateArray().Select(n => n.GetString()));
    }

    [Fact]
    public void What_this_build_knows_is_read_back()
    {
        var known = RequiredFeatures.Known;
        Assert.True(known.SetEquals(Read(Text(known)).Requires));
        Assert.All(known, n => Assert.Matches("^[a-z0-9][a-z0-9-]{0,63}$", n));
    }

    [Fact]
    public void A_name_that_this_build_does_not_know_is_refused_before_anything_else()
    {
        var e = Errors.Throws(DiffahErrors.ArchiveVersionUnknown, () => Read(With("""["time-travel", "more"]""")));
        Assert.Contains("'more' and 'time-travel'", e.Message, StringComparison.Ordinal);
        Assert.Equal(NextAction, e.NextAction);
        // What is required may change what the rest means.
        var broken = With("""["time-travel"]""").Replace("\"contents\"", "\"kontents\"", StringComparison.Ordinal);
        Errors.Throws(DiffahErrors.ArchiveVersionUnknown, () => Read(broken));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("\"a\"")]
    [InlineData("[7]")]
    [InlineData("[null]")]
    [InlineData("[[\"a\"]]")]
    [InlineData("[\"\"]")]
    [InlineData("[\"A\"]")]
    [InlineData("[\"a b\"]")]
    [InlineData("[\"a\\n\"]")]
    [InlineData("[\"-a\"]")]
    [InlineData("[\"a\", \"a\"]")]
    [InlineData("[\"a-name-of-more-than-sixty-four-characters-is-no-name-that-anybody-reads\"]")]
    public void What_is_no_list_of_names_is_refused(string list) =>
        Errors.Throws(DiffahErrors.ArchiveInvalid, () => Read(With(list)));

    [Fact]
    public void More_names_than_are_read_are_refused()
    {
        var names = Enumerable.Range(0, RequiredFeatures.MaximumCount + 1).Select(i => $"\"f{i}\"").ToArray();
        Errors.Throws(DiffahErrors.ArchiveVersionUnknown, () => Read(With($"[{string.Join(", ", names[1..])}]")));
        Errors.Throws(DiffahErrors.ArchiveInvalid, () => Read(With($"[{string.Join(", ", names)}]")));
    }

    private static ArchiveManifest Read(string json) => Sidecars.Read(Encoding.UTF8.GetBytes(json), EventSink.None);

    private static string With(string list) => Text([]).Replace(
        "\"contents\"", $"\"requires\": {list}, \"contents\"", StringComparison.Ordinal);

    private static string Text(IEnumerable<string> requires)
    {
        var manifest = Digest.Compute([1]);
        return Encoding.UTF8.GetString(Sidecars.Write(new ArchiveManifest(
            "v2", "bundle", "diffah", "1.2.3", DeltaLab.Time, "linux/amd64",
            ImmutableSortedDictionary<Digest, StoredBlob>.Empty.Add(
                manifest, new StoredBlob(100, MediaTypes.OciManifest, 100)),
            [new ArchiveImage("default", new ArchiveBaseline(Digest.Compute([2]), MediaTypes.OciManifest, "old.tar"),
                new ArchiveTarget(manifest, 100, MediaTypes.OciManifest))])
        {
            Requires = RequiredFeatures.None.Union(requires),
        }));
    }
}
