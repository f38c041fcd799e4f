using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Running;
using Diffah.Samples;
using Diffah.Tests.Support;

namespace Diffah.Tests.Fuzz;

/// <summary>The fuzzer's laws see what they are for: a law that never breaks would find nothing.</summary>
public sealed class LawTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_error_of_the_table_breaks_no_law()
    {
        using var trial = new Trial(_folder["trial"]);
        var outcome = await trial.ReadAsync<int>("x",
            (_, _) => throw new DiffahException(DiffahErrors.InvalidImage, "no"));
        Assert.False(outcome.Succeeded);
        Assert.Equal(["InvalidImage"], trial.Outcomes);
    }

    [Theory]
    [InlineData("another exception", Law.Typed)]
    [InlineData("internal", Law.Typed)]
    [InlineData("secret", Law.Text)]
    [InlineData("left over", Law.Clean)]
    [InlineData("left in work", Law.Clean)]
    public async Task What_may_not_happen_breaks_its_law(string what, string law)
    {
        using var trial = new Trial(_folder["trial"]) { Secrets = ["s3cret"] };
        var output = trial.NewOutput();
        var broken = await Assert.ThrowsAsync<LawBrokenException>(() => trial.WriteAsync<int>("x", output, (_, _) =>
        {
            if (what.StartsWith("left", StringComparison.Ordinal))
                File.WriteAllText(Path.Combine(what == "left over" ? output : trial.Work, "rest"), "");
            throw what switch
            {
                "another exception" => new InvalidDataException("no"),
                "internal" => new DiffahException(DiffahErrors.Internal, "no"),
                "secret" => new DiffahException(DiffahErrors.InvalidImage, "it is s3cret"),
                _ => new DiffahException(DiffahErrors.InvalidImage, "no"),
            };
        }));
        Assert.Equal(law, broken.LawName);
    }

    [Theory]
    [InlineData(Bounds.Text + 1, "")]
    [InlineData(1, "it is s3cret")]
    public async Task An_event_that_is_long_or_has_a_secret_breaks_a_law(int length, string text)
    {
        using var trial = new Trial(_folder["trial"]) { Secrets = ["s3cret"] };
        var broken = await Assert.ThrowsAsync<LawBrokenException>(() => trial.ReadAsync("x", (events, _) =>
        {
            events.Debug(text + new string('x', length));
            return Task.FromResult(1);
        }));
        Assert.Equal(Law.Text, broken.LawName);
    }

    [Theory]
    [InlineData(SampleFormat.OciLayout)]
    [InlineData(SampleFormat.Directory)]
    [InlineData(SampleFormat.OciGzip)]
    [InlineData(SampleFormat.DockerArchive)]
    public void A_walk_passes_a_whole_image_and_no_other(SampleFormat format)
    {
        var sample = SampleImages.WriteAll(_folder["samples"], 0.1)[format].V1;
        var transport = sample.Reference.Split(':')[0];
        ImageWalk.Require("x", transport, sample.Path, sample.ManifestDigest);
        Damage(sample);
        var broken = Assert.Throws<LawBrokenException>(
            () => ImageWalk.Require("x", transport, sample.Path, sample.ManifestDigest));
        Assert.Equal(Law.Exact, broken.LawName);
    }

    [Fact]
    public void A_control_character_is_saved_as_no_text()
    {
        var input = new FuzzInput("names", "x").WithFiles([new("name", Encoding.UTF8.GetBytes("a\u001b"))]);
        input.Save(_folder["input.json"]);
        Assert.DoesNotContain('\u001b', File.ReadAllText(_folder["input.json"]));
    }

    /// <summary>Changes a byte of the largest layer.</summary>
    private static void Damage(SampleFile sample)
    {
        var file = !Directory.Exists(sample.Path) ? sample.Path : Directory
            .EnumerateFiles(sample.Path, sample.LayerDigests[0]["sha256:".Length..], SearchOption.AllDirectories)
            .Single();
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 3] ^= 0x10;
        File.WriteAllBytes(file, bytes);
    }
}
