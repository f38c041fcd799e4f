using System.Security.Cryptography;
using Diffah.Cli.Hosting;
using Diffah.Engine.Configuration;
using Diffah.Engine.Transports;
using Diffah.Engine.Transports.Hosts;
using Diffah.Samples;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli;

/// <summary>
/// No verb writes over what it reads, however it is told to overwrite, and by whatever name the file is given.
/// </summary>
public sealed class InputSafetyTests : IClassFixture<InputSafetyTests.Scene>
{
    private const string Diff = "diff docker-archive:v1.tar docker-archive:v2.tar";
    private const string Apply = "apply delta.tar docker-archive:v1.tar";
    private const string Unbundle = "unbundle delta.tar baselines.json";

    private readonly Scene _scene;

    public InputSafetyTests(Scene scene) => _scene = scene;

    /// <summary>Lines, and the input that each would destroy.</summary>
    public static TheoryData<string, string> Lines { get; } = new()
    {
        { $"{Diff} v1.tar", "v1.tar" },
        { $"{Diff} v2.tar", "v2.tar" },
        { $"{Diff} ./sub/../v1.tar", "v1.tar" },
        { $"{Diff} v1-link.tar", "v1.tar" },
        { $"{Diff} v1-hard.tar", "v1.tar" },
        { $"{Diff} folder-link/v1.tar", "v1.tar" },
        { "diff docker-archive:v1-hard.tar docker-archive:v2.tar v1.tar", "v1-hard.tar" },
        { "diff docker-archive:both.tar:example.com/app:v1 docker-archive:both.tar:example.com/app:v2 both.tar",
            "both.tar" },
        { $"{Diff} my.key --sign-key my.key", "my.key" },
        { $"{Diff} my-hard.key --sign-key my.key", "my.key" },
        { $"{Diff} x.tar --sign-key x.tar.sig", "x.tar.sig" },
        { $"{Diff} auth.json --authfile auth.json", "auth.json" },
        { $"{Diff} certs/ca.crt --cert-dir certs", "ca.crt" },
        { $"{Diff} config.yaml", "config.yaml" },
        { $"{Diff} env-auth.json", "env-auth.json" },
        { $"{Diff} stdin.txt", "stdin.txt" },
        { "diff --baseline-manifest manifest.json docker-archive:v2.tar manifest.json", "manifest.json" },
        { $"{Diff} --dry-run v1.tar", "v1.tar" },
        { "diff oci:layout:v1 oci:layout:v2 layout/index.json", "layout" },
        { "diff oci:layout:v1 oci:layout:v2 layout-link/oci-layout", "layout" },
        { "diff dir:dir1 dir:dir2 dir1/manifest.json", "dir1" },
        { "bundle spec.json spec.json", "spec.json" },
        { "bundle spec.json v1.tar", "v1.tar" },
        { "bundle spec.json my.key --sign-key my.key", "my.key" },
        { $"{Apply} docker-archive:v1.tar", "v1.tar" },
        { $"{Apply} docker-archive:v1.tar:app:v1", "v1.tar" },
        { $"{Apply} oci-archive:v1-hard.tar --allow-convert", "v1.tar" },
        { $"{Apply} docker-archive:delta.tar", "delta.tar" },
        { $"{Apply} docker-archive:delta-link.tar", "delta.tar" },
        { $"{Apply} docker-archive:delta.tar.sig", "delta.tar.sig" },
        { $"{Apply} docker-archive:my.pub --verify my.pub", "my.pub" },
        { $"{Apply} --dry-run docker-archive:delta.tar", "delta.tar" },
        { "apply delta.tar docker-archive:v1.tar dir:dir1 --additional-baseline dir:dir1", "dir1" },
        { "apply dir.delta.tar dir:dir1 dir:dir1", "dir1" },
        { "apply dir.delta.tar dir:dir1 dir:dir1-link", "dir1" },
        { "apply dir.delta.tar dir:dir1 oci:dir1", "dir1" },
        { "apply layout.delta.tar oci:layout:v1 oci:layout:v1", "layout" },
        { "apply layout.delta.tar oci:layout:v1 oci:layout-link:v1", "layout" },
        { "apply layout.delta.tar oci:single oci:single:v1", "single" },
        { $"{Unbundle} outputs-v1.json", "v1.tar" },
        { $"{Unbundle} outputs-self.json", "outputs-self.json" },
        { "copy docker-archive:v1.tar docker-archive:v1.tar", "v1.tar" },
        { "copy docker-archive:v1.tar oci-archive:v1-link.tar --allow-convert", "v1.tar" },
        { "copy dir:dir1 dir:dir1", "dir1" },
        { "copy oci:layout:v1 oci:layout:v1", "layout" },
        { "keygen config.yaml", "config.yaml" },
        { "keygen new.key --public-key config.yaml", "config.yaml" },
    };

    [SkippableTheory]
    [MemberData(nameof(Lines))]
    public async Task An_input_is_never_an_output(string line, string input)
    {
        await _scene.PrepareAsync();
        var before = _scene.Hashes();
        var run = await _scene.RunAsync([.. line.Split(' '), "--force", "-o", "json", "--log-level", "error"]);
        Assert.True(run.ExitCode == 2, $"exit {run.ExitCode}: {run.Output}{run.Error}");
        var message = run.ErrorBody.GetProperty("message").GetString()!;
        Assert.StartsWith("The output '", message, StringComparison.Ordinal);
        Assert.Contains(input, message, StringComparison.Ordinal);
        Assert.Contains("another path", run.ErrorBody.GetProperty("next_action").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, _scene.Hashes());
    }

    [SkippableFact]
    public async Task Two_outputs_of_a_bundle_are_never_one_file()
    {
        await _scene.PrepareAsync();
        foreach (var outputs in new[] { "outputs-twice.json", "outputs-linked.json", "outputs-hard.json" })
        {
            var run = await _scene.RunAsync(
                "unbundle", "two.tar", "baselines-two.json", outputs, "--force", "-o", "json", "--log-level", "error");
            Assert.True(run.ExitCode == 2, $"{outputs}: {run.Error}");
            Assert.Contains(
                "same destination", run.ErrorBody.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [SkippableTheory]
    [InlineData("copy oci:layout:v1 oci:layout:v3")]
    [InlineData("apply layout.delta.tar oci:layout:v1 oci:layout:v4")]
    [InlineData("diff oci:layout:v1 oci:layout:v2 layout/notes.tar")]
    [InlineData("copy docker-archive:v1.tar docker-archive:copy.tar")]
    [InlineData("keygen old.key --public-key old.pub")]
    public async Task What_is_not_read_may_be_written_beside_it(string line)
    {
        await _scene.PrepareAsync();
        for (var i = 0; i < 2; i++) // the second time over what is there
        {
            var run = await _scene.RunAsync([.. line.Split(' '), "--force", "--log-level", "error"]);
            Assert.True(run.ExitCode == 0, run.Error);
        }
        Assert.Equal(0, (await _scene.RunAsync("image", "oci:layout:v1")).ExitCode);
    }

    public sealed class Scene : IDisposable
    {
        private static readonly EnumerationOptions WithoutLinks =
            new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

        private readonly TemporaryFolder _folder = new();
        private readonly SemaphoreSlim _once = new(1);
        private bool _isReady;

        /// <summary>Makes the files, the first time.</summary>
        public async Task PrepareAsync()
        {
            await _once.WaitAsync();
            try
            {
                if (!_isReady)
                    await MakeAsync();
                _isReady = true;
            }
            finally
            {
                _once.Release();
            }
        }

        internal Task<CliRun> RunAsync(params string[] args) => CliRun.OnAsync(
            host => host with
            {
                CurrentDirectory = _folder.Path,
                OpenTransports = TransportCatalog.Create,
                Runner = new OperationRunner(),
                Registry = new TransportEnvironment { AuthFile = "env-auth.json" },
                ConfigurationFile = new ConfigurationFile("config.yaml", IsNamed: true),
                InputFile = _folder["stdin-link"],
            },
            args);

        /// <summary>Every file and its content.</summary>
        internal string[] Hashes() =>
            [.. Directory.EnumerateFiles(_folder.Path, "*", WithoutLinks).Order(StringComparer.Ordinal)
                .Select(f => $"{f} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f)))}")];

        public void Dispose()
        {
            _folder.Dispose();
            _once.Dispose();
        }

        private async Task MakeAsync()
        {
            var samples = SampleImages.WriteAll(_folder["samples"], 0.1);
            var (docker, dir, layout) = (samples[SampleFormat.DockerArchive], samples[SampleFormat.Directory],
                samples[SampleFormat.OciLayout]);
            File.Copy(docker.V1.Path, _folder["v1.tar"]);
            File.Copy(docker.V2.Path, _folder["v2.tar"]);
            File.Copy(samples.BothPath, _folder["both.tar"]);
            await ShellAsync(
                $"cp -r '{dir.V1.Path}' dir1; cp -r '{dir.V2.Path}' dir2; cp -r '{layout.V1.Path}' layout; "
                    + "rm -r samples");
            await ShellAsync(
                "mkdir sub certs; ln -s v1.tar v1-link.tar; ln v1.tar v1-hard.tar; ln -s . folder-link; "
                    + "ln -s layout layout-link; ln -s dir1 dir1-link");
            foreach (var name in new[] { "auth.json", "env-auth.json" })
                await File.WriteAllTextAsync(_folder[name], """{"auths":{}}""");
            await File.WriteAllTextAsync(_folder["config.yaml"], "zstd-level: 3\n");
            await File.WriteAllTextAsync(_folder["certs/ca.crt"], "");
            await File.WriteAllTextAsync(_folder["stdin.txt"], "secret");
            await ShellAsync("ln -s stdin.txt stdin-link; cp dir1/manifest.json manifest.json");
            await SpecAsync("spec.json",
                """{"pairs":[{"name":"default","baseline":"docker-archive:v1.tar","target":"docker-archive:v2.tar"}]}""");
            await SpecAsync("spec-two.json",
                """{"pairs":[{"name":"a","baseline":"docker-archive:v1.tar","target":"docker-archive:v2.tar"},{"name":"b","baseline":"docker-archive:v1.tar","target":"docker-archive:v2.tar"}]}""");
            await SpecAsync("baselines.json", """{"baselines":{"default":"docker-archive:v1.tar"}}""");
            await SpecAsync(
                "baselines-two.json", """{"baselines":{"a":"docker-archive:v1.tar","b":"docker-archive:v1.tar"}}""");
            await SpecAsync("outputs-v1.json", """{"outputs":{"default":"docker-archive:v1-hard.tar"}}""");
            await SpecAsync("outputs-self.json", """{"outputs":{"default":"docker-archive:outputs-self.json"}}""");
            await SpecAsync("outputs-twice.json",
                """{"outputs":{"a":"docker-archive:one.tar","b":"docker-archive:sub/../one.tar:app:v2"}}""");
            await SpecAsync("outputs-linked.json",
                """{"outputs":{"a":"docker-archive:one.tar","b":"docker-archive:folder-link/one.tar"}}""");
            await SpecAsync(
                "outputs-hard.json", """{"outputs":{"a":"docker-archive:old-a.tar","b":"docker-archive:old-b.tar"}}""");
            await ShellAsync("echo old > old-a.tar; ln old-a.tar old-b.tar");
            await MakeAsync("keygen my.key", $"{Diff} delta.tar --sign-key my.key",
                "diff dir:dir1 dir:dir2 dir.delta.tar", "diff oci:layout:v1 oci:layout:v2 layout.delta.tar",
                "bundle spec-two.json two.tar", "copy oci:layout:v1 oci:single:v1");
            await ShellAsync("ln my.key my-hard.key; cp my.key x.tar.sig; ln -s delta.tar delta-link.tar");
        }

        private async Task MakeAsync(params string[] lines)
        {
            foreach (var line in lines)
            {
                var run = await RunAsync(line.Split(' '));
                Assert.True(run.ExitCode == 0, $"{line}: {run.Error}");
            }
        }

        private Task SpecAsync(string name, string json) => File.WriteAllTextAsync(_folder[name], json);

        private Task<string> ShellAsync(string script) =>
            ExternalTool.RunAsync("sh", "-ec", $"cd '{_folder.Path}'; {script}");
    }
}
