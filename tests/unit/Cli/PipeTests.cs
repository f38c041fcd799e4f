using System.Text.Json.Nodes;
using Diffah.Cli.Hosting;
using Diffah.Engine.Transports;
using Diffah.Samples;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli;

/// <summary>Archives that come through standard input and go to standard output, over the engine itself.</summary>
public sealed class PipeTests : IDisposable
{
    private static readonly DateTimeOffset Date = DateTimeOffset.UnixEpoch.AddYears(50);

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _samples = new();
    private readonly SampleSet _set;
    private readonly SampleFile _v1;
    private readonly SampleFile _v2;

    public PipeTests()
    {
        _set = SampleImages.WriteAll(_samples.Path, 0.1);
        (_v1, _v2) = (_set[SampleFormat.DockerArchive].V1, _set[SampleFormat.DockerArchive].V2);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _samples.Dispose();
    }

    [Fact]
    public async Task An_image_from_a_pipe_gives_the_same_delta_as_its_file()
    {
        await SucceedAsync(null, "diff", _v1.Reference, _v2.Reference, "file.delta");
        await SucceedAsync(_v2.Path, "diff", _v1.Reference, "docker-archive:-", "pipe.delta");
        await SucceedAsync(_v1.Path, "diff", "docker-archive:-", _v2.Reference, "other.delta");
        var named = await SucceedAsync(
            _set.BothPath, "diff", _v1.Reference, "docker-archive:-:example.com/app:v2", "named.delta");
        Assert.Empty(named.Sent);
        foreach (var delta in (string[])["file.delta", "pipe.delta", "other.delta", "named.delta"])
        {
            await SucceedAsync(null, "apply", delta, _v1.Reference, "docker-archive:out.tar:x:y", "--force");
            Assert.Contains(_v2.ManifestDigest, (await SucceedAsync(null, "image", "docker-archive:out.tar")).Output,
                StringComparison.Ordinal);
        }
        Assert.Equal(
            ["file.delta", "named.delta", "other.delta", "out.tar", "pipe.delta"], _folder.Entries);
    }

    [Fact]
    public async Task An_archive_from_a_pipe_may_be_compressed_as_a_whole()
    {
        await ExternalTool.RunAsync("sh", "-c", $"gzip -c '{_v2.Path}' > '{_folder["v2.tar.gz"]}'");
        var shown = await SucceedAsync(_folder["v2.tar.gz"], "image", "docker-archive:-");
        Assert.Contains(_v2.ConfigDigest, shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_goes_through_a_pipe_is_what_the_file_would_be()
    {
        await SucceedAsync(null, "diff", _v1.Reference, _v2.Reference, "file.delta");
        var delta = await SucceedAsync(null, "diff", _v1.Reference, _v2.Reference, "-");
        Assert.Equal(await File.ReadAllBytesAsync(_folder["file.delta"]), delta.Sent);
        Assert.Empty(delta.Output);
        Assert.Contains("wrote -: ", delta.Error, StringComparison.Ordinal);

        await SucceedAsync(null, "apply", "file.delta", _v1.Reference, "docker-archive:out.tar");
        var image = await SucceedAsync(_folder["file.delta"], "apply", "-", _v1.Reference, "docker-archive:-");
        Assert.Equal(await File.ReadAllBytesAsync(_folder["out.tar"]), image.Sent);

        var oci = _set[SampleFormat.OciGzip].V2;
        await SucceedAsync(null, "copy", oci.Reference, "oci-archive:copy.tar");
        var copied = await SucceedAsync(oci.Path, "copy", "oci-archive:-", "oci-archive:-");
        Assert.Equal(await File.ReadAllBytesAsync(_folder["copy.tar"]), copied.Sent);
        Assert.Equal(["copy.tar", "file.delta", "out.tar"], _folder.Entries);
    }

    [Fact]
    public async Task Nothing_goes_out_of_an_archive_that_is_too_large()
    {
        var refused = await RunAsync(null, "diff", _v1.Reference, _v2.Reference, "-", "--max-size", "1KiB");
        Assert.Equal(4, refused.ExitCode);
        Assert.Empty(refused.Sent);
        Assert.Contains("more than the 1.0 KiB (1024 bytes) that it may take", refused.Error, StringComparison.Ordinal);
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public async Task A_bundle_goes_out_and_comes_in()
    {
        await File.WriteAllTextAsync(_folder["pairs.json"],
            $$"""{"pairs": [{"name": "web", "baseline": "{{_v1.Reference}}", "target": "{{_v2.Reference}}"}]}""");
        await File.WriteAllTextAsync(_folder["from.json"], $$"""{"baselines": {"web": "{{_v1.Reference}}" } }""");
        await File.WriteAllTextAsync(_folder["to.json"], """{"outputs": {"web": "docker-archive:web.tar"}}""");
        var bundle = await SucceedAsync(null, "bundle", "pairs.json", "-");
        await File.WriteAllBytesAsync(_folder["bundle.tar"], bundle.Sent);
        var back = await SucceedAsync(_folder["bundle.tar"], "unbundle", "-", "from.json", "to.json");
        Assert.Contains("restored", back.Output, StringComparison.Ordinal);
        Assert.Contains(_v2.ManifestDigest, (await SucceedAsync(null, "image", "docker-archive:web.tar")).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delta_comes_in_to_be_merged_and_goes_out()
    {
        await SucceedAsync(null, "diff", _v1.Reference, _v2.Reference, "up.delta");
        await SucceedAsync(null, "diff", _v2.Reference, _v1.Reference, "back.delta");
        var merged = await SucceedAsync(_folder["up.delta"], "merge", "-", "back.delta", "-");
        await File.WriteAllBytesAsync(_folder["merged.delta"], merged.Sent);
        await SucceedAsync(
            null, "verify", "merged.delta", "--baseline", _v1.Reference, "--require-baseline");
    }

    [Fact]
    public async Task A_list_of_images_names_no_stream()
    {
        await File.WriteAllTextAsync(_folder["pairs.json"],
            $$"""{"pairs": [{"name": "web", "baseline": "{{_v1.Reference}}", "target": "docker-archive:-"}]}""");
        var refused = await RunAsync(_v2.Path, "bundle", "pairs.json", "out.tar");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("pairs[0].target: 'docker-archive:-' means a standard stream", refused.Error,
            StringComparison.Ordinal);
        Assert.Contains("docker-archive:./-", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delta_from_a_pipe_is_looked_at_and_checked()
    {
        await SucceedAsync(null, "diff", _v1.Reference, _v2.Reference, "app.delta");
        var delta = _folder["app.delta"];
        Assert.Contains("archive: -\n", (await SucceedAsync(delta, "inspect", "-")).Output, StringComparison.Ordinal);
        var checkedWhole = await SucceedAsync(
            delta, "verify", "-", "--baseline", _v1.Reference, "--require-baseline");
        Assert.Contains("-: valid", checkedWhole.Output, StringComparison.Ordinal);
        var withBaseline = await SucceedAsync(_v1.Path, "verify", delta, "--baseline", "docker-archive:-");
        Assert.Contains("rebuild", withBaseline.Output, StringComparison.Ordinal);
        var plan = await SucceedAsync(delta, "apply", "-n", "-", _v1.Reference, "docker-archive:-");
        Assert.NotEmpty(plan.Output);
        Assert.Empty(plan.Sent);
    }

    [Fact]
    public async Task Results_leave_standard_output_to_the_archive()
    {
        string[] line = ["diff", _v1.Reference, _v2.Reference, "-"];
        var json = await SucceedAsync(null, [.. line, "-o", "json"]);
        Assert.Equal((1, "-"), (json.ErrorLines.Length, Archive(json.Error)));
        Assert.Empty((await SucceedAsync(null, [.. line, "-q"])).Error);
        var plan = await SucceedAsync(null, [.. line, "-o", "json", "--dry-run"]);
        Assert.Equal(1, plan.Run.Data.GetProperty("total_images").GetInt32());
        Assert.Empty(plan.Sent);

        static string? Archive(string text) => JsonNode.Parse(text)!["data"]!["archive"]!.ToString();
    }

    [Theory]
    [InlineData("BASELINE", "TARGET", "diff", "docker-archive:-", "docker-archive:-:app:v2", "x.tar")]
    [InlineData("TARGET", "--sign-key-password-stdin", "diff", "oci:v1", "oci-archive:-", "x.tar", "--sign-key", "k",
        "--sign-key-password-stdin")]
    [InlineData("TARGET", "--sign-key", "diff", "oci:v1", "oci-archive:-", "x.tar", "--sign-key", "/dev/stdin")]
    [InlineData("DELTA", "BASELINE", "apply", "-", "docker-archive:-", "oci:out")]
    [InlineData("DELTA", "--verify", "apply", "-", "docker-archive:v1.tar", "oci:out", "--verify", "/dev/stdin")]
    [InlineData("DELTA", "--additional-baseline", "apply", "-", "oci:a", "oci:out", "--additional-baseline",
        "oci-archive:-")]
    [InlineData("DELTA", "OUTPUT-SPEC", "unbundle", "-", "from.json", "/dev/stdin")]
    [InlineData("SOURCE", "--baseline", "report", "-", "a.html", "--baseline", "oci-archive:-")]
    [InlineData("REFERENCE", "DIFFERENCE", "compare", "docker-archive:-", "oci-archive:-")]
    [InlineData("ARCHIVE", "--baseline", "verify", "-", "--baseline", "docker-archive:-")]
    public async Task Standard_input_is_read_by_one_thing(string one, string other, params string[] line)
    {
        var refused = await RunAsync(_v1.Path, line);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains($"both {one} and {other} are to be read from it", refused.Error, StringComparison.Ordinal);
        Assert.False(refused.InputOpened);
        Assert.Empty(_folder.Entries);
    }

    [Theory]
    [InlineData(true, "TARGET", "diff", "oci:v1", "docker-archive:-", "x.tar")]
    [InlineData(true, "ARCHIVE", "inspect", "-")]
    [InlineData(true, "SOURCE", "report", "-", "a.html")]
    [InlineData(false, "REPORT-OUT", "report", "app.delta.tar", "-", "--format", "html")]
    [InlineData(true, "DIFFERENCE", "compare", "oci:v1", "docker-archive:-")]
    [InlineData(false, "DELTA-OUT", "diff", "oci:v1", "oci:v2", "-")]
    [InlineData(false, "OUT", "bundle", "spec.json", "-")]
    [InlineData(false, "DESTINATION", "copy", "oci:v1", "oci-archive:-:v1")]
    [InlineData(false, "TARGET", "apply", "x.tar", "oci:v1", "docker-archive:-")]
    public async Task A_terminal_is_refused(bool isInput, string name, params string[] line)
    {
        var refused = await RunAsync(
            "", host => host with { InputIsTerminal = isInput, OutputIsTerminal = !isInput }, line);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains($"{name} is to ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("that is a terminal", refused.Error, StringComparison.Ordinal);
        Assert.Contains("  next: Pipe ", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_does_not_come_through_a_pipe_nor_go_through_one()
    {
        await SucceedAsync(null, "keygen", "k");
        await SucceedAsync(null, "diff", _v1.Reference, _v2.Reference, "app.delta", "--sign-key", "k");
        // Beside the current folder's "-" there could be one, of another archive.
        File.Copy(_folder["app.delta.sig"], _folder["-.sig"]);
        var applied = await RunAsync(
            _folder["app.delta"], "apply", "-", _v1.Reference, "docker-archive:x.tar", "--verify", "k.pub");
        Assert.Equal(4, applied.ExitCode);
        Assert.Contains("its signature does not come with it", applied.Error, StringComparison.Ordinal);
        Assert.Contains("next: Save the archive to a file", applied.Error, StringComparison.Ordinal);
        var verified = await RunAsync(_folder["app.delta"], "verify", "-", "--verify", "k.pub");
        Assert.Equal(4, verified.ExitCode);
        Assert.Contains("its signature does not come with it", verified.Output, StringComparison.Ordinal);
        var signed = await RunAsync(null, "diff", _v1.Reference, _v2.Reference, "-", "--sign-key", "k");
        Assert.Equal((2, 0), (signed.ExitCode, signed.Sent.Length));
        Assert.Contains("can't be signed: its signature is a file beside it", signed.Error, StringComparison.Ordinal);
        Assert.Equal(["-.sig", "app.delta", "app.delta.sig", "k", "k.pub"], _folder.Entries);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(20_000)]
    public async Task Input_that_is_cut_short_is_told_and_leaves_nothing(int length)
    {
        await SucceedAsync(null, "diff", _v1.Reference, _v2.Reference, "app.delta");
        await CutAsync(_v2.Path, length);
        var image = await RunAsync(_folder["cut"], "diff", _v1.Reference, "docker-archive:-", "x.delta");
        Assert.Equal(4, image.ExitCode);
        await CutAsync(_folder["app.delta"], Math.Min(length, 2000));
        var delta = await RunAsync(_folder["cut"], "apply", "-", _v1.Reference, "docker-archive:-");
        Assert.Equal((4, 0), (delta.ExitCode, delta.Sent.Length));
        Assert.Equal(["app.delta", "cut"], _folder.Entries);
    }

    [Fact]
    public async Task A_reader_that_goes_away_is_an_error_and_nothing_is_left()
    {
        await SucceedAsync(null, "diff", _v1.Reference, _v2.Reference, "app.delta");
        var gone = await RunAsync("", host => host with { OpenOutput = () => new GoneReader() },
            "apply", "app.delta", _v1.Reference, "docker-archive:-");
        Assert.Equal(3, gone.ExitCode);
        Assert.Contains("went away before it had all of", gone.Error, StringComparison.Ordinal);
        var delta = await RunAsync("", host => host with { OpenOutput = () => new GoneReader() },
            "diff", _v1.Reference, _v2.Reference, "-");
        Assert.Equal(3, delta.ExitCode);
        Assert.Equal(["app.delta"], _folder.Entries);
    }

    [Fact]
    public async Task Standard_output_is_opened_for_what_is_whole_only()
    {
        await SucceedAsync(null, "diff", _v1.Reference, _v2.Reference, "app.delta");
        var bytes = await File.ReadAllBytesAsync(_folder["app.delta"]);
        bytes[^3000] ^= 1;
        await File.WriteAllBytesAsync(_folder["app.delta"], bytes);
        var opened = false;
        var failed = await RunAsync("", host => host with
        {
            OpenOutput = () =>
            {
                opened = true;
                return Stream.Null;
            }
        }, "apply", "app.delta", _v1.Reference, "docker-archive:-");
        Assert.Equal((4, false), (failed.ExitCode, opened));
    }

    [Fact]
    public async Task Standard_output_that_goes_into_a_file_that_is_read_is_refused()
    {
        var refused = await RunAsync("", host => host with { OutputFile = _v1.Path },
            "diff", _v1.Reference, _v2.Reference, "-");
        Assert.Equal((2, 0), (refused.ExitCode, refused.Sent.Length));
        Assert.Contains($"'standard output' is the same as the baseline '{_v1.Reference}'", refused.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_that_name_is_meant_with_its_folder()
    {
        await SucceedAsync(null, "diff", _v1.Reference, _v2.Reference, "./-");
        var inspected = await SucceedAsync(null, "inspect", "./-");
        Assert.Contains("archive: ./-\n", inspected.Output, StringComparison.Ordinal);
        await SucceedAsync(null, "apply", "./-", _v1.Reference, "docker-archive:x/../out/-");
        Assert.Contains(_v2.ManifestDigest, (await SucceedAsync(null, "image", "docker-archive:out/-")).Output,
            StringComparison.Ordinal);
    }

    private async Task CutAsync(string path, int length) =>
        await File.WriteAllBytesAsync(_folder["cut"], (await File.ReadAllBytesAsync(path))[..length]);

    private async Task<Piped> SucceedAsync(string? input, params string[] args)
    {
        var piped = await RunAsync(input, args);
        Assert.True(piped.ExitCode == 0, piped.Error);
        Assert.Equal(input is not null, piped.InputOpened);
        return piped;
    }

    private Task<Piped> RunAsync(string? input, params string[] args) => RunAsync(input ?? "", host => host, args);

    private async Task<Piped> RunAsync(
        string input, Func<CommandLineHost, CommandLineHost> change, params string[] args)
    {
        var opened = false;
        using var sent = new MemoryStream();
        var run = await CliRun.OnAsync(
            host => change(host with
            {
                CurrentDirectory = _folder.Path,
                OpenTransports = TransportCatalog.Create,
                Runner = new OperationRunner(),
                SourceDate = () => Date,
                ReadVariable = name => name == "DIFFAH_WORKDIR" ? _folder["work"] : null,
                OpenOutput = () => sent,
                OpenInput = () =>
                {
                    opened = true;
                    return File.OpenRead(input);
                },
            }), args);
        if (Directory.Exists(_folder["work"]))
            Directory.Delete(_folder["work"]); // fails where something is left in it
        return new Piped(run, sent.ToArray(), opened);
    }

    private sealed record Piped(CliRun Run, byte[] Sent, bool InputOpened)
    {
        public int ExitCode => Run.ExitCode;

        public string Output => Run.Output;

        public string Error => Run.Error;

        public string[] ErrorLines => Run.ErrorLines;
    }

    /// <summary>A pipe as the system has it once nobody reads it any more: EPIPE.</summary>
    private sealed class GoneReader : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("Broken pipe", 32);
    }
}
