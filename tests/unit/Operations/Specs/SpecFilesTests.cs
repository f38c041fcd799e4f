using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations.Specs;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations.Specs;

/// <summary>Files that name the images of a bundle.</summary>
public sealed class SpecFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pairs_are_read_and_paths_start_from_the_files_folder()
    {
        var pairs = SpecFiles.ReadBundle(Write("""
            {"pairs":[
              {"name":"svc-b","baseline":"docker-archive:old/b.tar:app:v1","target":"oci:../layout:v2"},
              {"name":"0_a","target":"docker://host/app:v2","baseline":"dir:/srv/app"}]}
            """));
        Assert.Equal(["svc-b", "0_a"], pairs.Select(p => p.Name));
        Assert.Equal($"docker-archive:{_folder["old/b.tar"]}:app:v1", pairs[0].Baseline!.ToString());
        Assert.Equal($"oci:{Path.GetDirectoryName(_folder.Path)}/layout:v2", pairs[0].Target.ToString());
        Assert.Equal(
            ("dir:/srv/app", "docker://host/app:v2"), (pairs[1].Baseline!.ToString(), pairs[1].Target.ToString()));
    }

    [Fact]
    public void Baselines_and_outputs_are_read_by_name()
    {
        var baselines = SpecFiles.ReadBaselines(Write("""{"baselines":{"b":"dir:b","a":"docker://host/a:v1"}}"""));
        Assert.Equal([("a", "docker://host/a:v1"), ("b", $"dir:{_folder["b"]}")],
            baselines.Select(b => (b.Key, b.Value.ToString())));
        var outputs = SpecFiles.ReadOutputs(Write("\uFEFF{\"outputs\":{}}"));
        Assert.Empty(outputs);
    }

    public static TheoryData<string, string, string> BadBundles => new()
    {
        { "", "", "not valid JSON" },
        { "[]", "", "must be an object" },
        { "{}", "pairs", "missing" },
        { "{} x", "", "not valid JSON" },
        { "// a comment\n{\"pairs\":[]}", "", "not valid JSON" },
        { "{\"pairs\":[],}", "", "not valid JSON" },
        { "{\"pairs\":[]}", "pairs", "at least one" },
        { "{\"pairs\":{}}", "pairs", "must be an array" },
        { "{\"pairs\":[],\"pairs\":[]}", "pairs", "there twice" },
        { "{\"Pairs\":[]}", "Pairs", "known here: pairs" },
        { "{\"baselines\":{}}", "baselines", "known here: pairs" },
        { Bundle("7"), "pairs[1]", "must be an object" },
        { Bundle("""{"name":"a","baseline":"dir:/a","target":"dir:/b"}"""), "pairs[1].name",
            "name of pairs[0] already" },
        { Bundle("""{"baseline":"dir:/a","target":"dir:/b"}"""), "pairs[1].name", "missing" },
        { Bundle("""{"name":"b","target":"dir:/b"}"""), "pairs[1].baseline", "missing" },
        { Bundle("""{"name":"b","baseline":"dir:/b"}"""), "pairs[1].target", "missing" },
        { Bundle("""{"name":5,"baseline":"dir:/a","target":"dir:/b"}"""), "pairs[1].name", "must be a string" },
        { Bundle("""{"name":"b","baseline":null,"target":"dir:/b"}"""), "pairs[1].baseline", "must be a string" },
        { Bundle("""{"name":"B","baseline":"dir:/a","target":"dir:/b"}"""), "pairs[1].name", "lower-case" },
        { Bundle("""{"name":"b.c","baseline":"dir:/a","target":"dir:/b"}"""), "pairs[1].name", "lower-case" },
        { Bundle("""{"name":"","baseline":"dir:/a","target":"dir:/b"}"""), "pairs[1].name", "lower-case" },
        { Bundle("""{"name":"b","baseline":"old.tar","target":"dir:/b"}"""), "pairs[1].baseline",
            "does not begin with a transport" },
        { Bundle("""{"name":"b","baseline":"dir:/a","target":"docker:x"}"""), "pairs[1].target", "docker://" },
        { Bundle("""{"name":"b","baseline":"dir:/a","target":"dir:/b","platform":"x"}"""), "pairs[1].platform",
            "known here: name, baseline, target" },
        { Bundle("""{"name":"b","name":"c","baseline":"dir:/a","target":"dir:/b"}"""), "pairs[1].name", "there twice" },
    };

    [Theory]
    [MemberData(nameof(BadBundles))]
    public void What_is_wrong_is_named_by_file_field_and_rule(string content, string field, string rule)
    {
        var path = Write(content);
        var e = Errors.Throws(DiffahErrors.SpecFileInvalid, () => SpecFiles.ReadBundle(path));
        Assert.StartsWith(
            field.Length == 0 ? $"'{path}': " : $"'{path}', {field}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(rule, e.Message, StringComparison.Ordinal);
        Assert.Equal(2, e.Error.ExitCode);
    }

    [Theory]
    [InlineData("""{"KIND":[]}""", "KIND", "must be an object")]
    [InlineData("""{"KIND":{"a":"dir:/a","a":"dir:/b"}}""", "KIND.a", "there twice")]
    [InlineData("""{"KIND":{"a":{}}}""", "KIND.a", "must be a string")]
    [InlineData("""{"KIND":{"A":"dir:/a"}}""", "KIND.A", "lower-case")]
    [InlineData("""{"KIND":{"a":"a.tar"}}""", "KIND.a", "does not begin with a transport")]
    [InlineData("""{"pairs":{"a":"dir:/a"}}""", "pairs", "known here: KIND")]
    [InlineData("""{}""", "KIND", "missing")]
    public void So_it_is_in_files_of_baselines_and_outputs(string content, string field, string rule)
    {
        Check("baselines", path => SpecFiles.ReadBaselines(path));
        Check("outputs", path => SpecFiles.ReadOutputs(path));

        void Check(string kind, Action<string> read)
        {
            var path = Write(content.Replace("KIND", kind, StringComparison.Ordinal));
            var e = Errors.Throws(DiffahErrors.SpecFileInvalid, () => read(path));
            Assert.StartsWith($"'{path}', {field.Replace("KIND", kind, StringComparison.Ordinal)}: ", e.Message,
                StringComparison.Ordinal);
            Assert.Contains(rule.Replace("KIND", kind, StringComparison.Ordinal), e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Files_are_bounded_found_and_named_whole()
    {
        Errors.Throws(DiffahErrors.FileNotFound, () => SpecFiles.ReadBundle(_folder["gone.json"]));
        Errors.Throws(DiffahErrors.FileNotFound, () => SpecFiles.ReadOutputs(_folder.Path));
        Errors.Throws(DiffahErrors.InvalidArgument, () => SpecFiles.ReadBundle("spec.json"));
        var e = Errors.Throws(
            DiffahErrors.SpecFileInvalid, () => SpecFiles.ReadBundle(Write(new string(' ', (4 << 20) + 1))));
        Assert.Contains("larger than 4.0 MiB", e.Message, StringComparison.Ordinal);
        const string largest = """{"outputs":{}}""";
        Assert.Empty(SpecFiles.ReadOutputs(Write(largest + new string(' ', (4 << 20) - largest.Length))));
        Errors.Throws(DiffahErrors.SpecFileInvalid,
            () => SpecFiles.ReadBundle(Write(string.Concat(Enumerable.Repeat("[", 100_000)))));
    }

    [Fact]
    public void Text_that_is_not_Unicode_is_refused()
    {
        File.WriteAllBytes(_folder["spec.json"], [.. "{\"pairs\":\""u8, 0xFF, .. "\"}"u8]);
        Errors.Throws(DiffahErrors.SpecFileInvalid, () => SpecFiles.ReadBundle(_folder["spec.json"]));
        Errors.Throws(
            DiffahErrors.SpecFileInvalid, () => SpecFiles.ReadBundle(Write("""{"pairs":[{"name":"\ud800"}]}""")));
    }

    private static string Bundle(string second) =>
        $$"""{"pairs":[{"name":"a","baseline":"dir:/a","target":"dir:/b"},{{second}}]}""";

    private string Write(string content)
    {
        File.WriteAllText(_folder["spec.json"], content, new UTF8Encoding(false));
        return _folder["spec.json"];
    }
}
