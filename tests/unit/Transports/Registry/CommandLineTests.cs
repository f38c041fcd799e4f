using Diffah.Tests.Cli;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>The command line and a real registry: with a password, and with a private CA.</summary>
public sealed class CommandLineTests(PasswordRegistry withPassword, TlsRegistry withTls)
    : IClassFixture<PasswordRegistry>, IClassFixture<TlsRegistry>, IDisposable
{
    private static readonly string[] Insecure = ["--tls-verify=false", "--retry-times=0"];
    private static readonly string[] Bob =
        [.. Insecure, "--creds", $"{PasswordRegistry.User}:{PasswordRegistry.Password}"];

    private readonly TemporaryFolder _folder = new();
    private readonly string _repository = $"cli/{Guid.NewGuid():N}";

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task An_image_goes_there_and_back()
    {
        var image = await WriteAsync("in", 1);
        var pushed = await RunAsync(["copy", "dir:in", Reference(withPassword), .. Bob, "-o", "json"]);
        Assert.True(pushed.ExitCode == 0, pushed.Error);
        Assert.Equal(image.BlobDescriptors.Sum(b => b.Size) + image.Manifest.Bytes.Length,
            pushed.Data.GetProperty("copied_bytes").GetInt64());
        var shown = await RunAsync(["image", Reference(withPassword), .. Bob, "-o", "json"]);
        Assert.Equal(image.Manifest.Digest.ToString(), shown.Data.GetProperty("digest").GetString());
        var pulled = await RunAsync(["copy", Reference(withPassword), "oci:back", .. Insecure, "--username",
            PasswordRegistry.User, "--password", PasswordRegistry.Password, "-o", "json"]);
        Assert.Equal(image.Manifest.Digest.ToString(), pulled.Data.GetProperty("digest").GetString());
    }

    [SkippableFact]
    public async Task A_delta_is_made_and_applied_from_registry_to_registry()
    {
        foreach (var (name, tag, seed) in new[] { ("one", "v1", 1), ("two", "v2", 2) })
        {
            await WriteAsync(name, seed);
            Assert.Equal(0, (await RunAsync(["copy", $"dir:{name}", Reference(withPassword, tag), .. Bob])).ExitCode);
        }
        var made =
            await RunAsync(["diff", Reference(withPassword), Reference(withPassword, "v2"), "app.delta.tar", .. Bob]);
        Assert.True(made.ExitCode == 0, made.Error);
        var applied = await RunAsync(["apply", "app.delta.tar", Reference(withPassword),
            Reference(withPassword, "restored"), .. Bob, "-o", "json"]);
        Assert.Equal(SampleImage.Oci(2).Manifest.Digest.ToString(),
            applied.Data.GetProperty("images")[0].GetProperty("manifest_digest").GetString());
    }

    [SkippableFact]
    public async Task A_private_authority_is_trusted_where_it_is_named()
    {
        await WriteAsync("in", 1);
        var pushed = await RunAsync("copy", "dir:in", Reference(withTls), "--cert-dir", withTls.Folder.Path);
        Assert.True(pushed.ExitCode == 0, pushed.Error);
        var refused = await RunAsync("image", Reference(withTls), "--retry-times=0");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("--cert-dir", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("image", Reference(withTls), "--tls-verify=false")).ExitCode);
    }

    [SkippableTheory]
    [InlineData(2, "--creds", "bob:wrong-secret")]
    [InlineData(2, "--no-creds")]
    [InlineData(2, "--registry-token", "wrong-secret")]
    public async Task Who_may_not_is_told_what_helps(int exitCode, params string[] options)
    {
        var run = await RunAsync(["image", Reference(withPassword), .. Insecure, .. options, "-v"]);
        Assert.True(run.ExitCode == exitCode, run.Error);
        Assert.Contains("--creds", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", run.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_is_not_there_is_wrong_content_and_nobody_there_is_the_network()
    {
        Assert.Equal(4, (await RunAsync(["image", Reference(withPassword, "none"), .. Bob])).ExitCode);
        Assert.Equal(3, (await RunAsync("image", "docker://127.0.0.1:1/app", "--retry-times=0")).ExitCode);
    }

    [SkippableFact]
    public async Task The_doctor_asks_for_a_probe()
    {
        await WriteAsync("in", 1);
        await RunAsync(["copy", "dir:in", Reference(withPassword), .. Bob]);
        var well = await RunAsync(["doctor", "--probe", Reference(withPassword), .. Bob]);
        Assert.True(well.ExitCode == 0, well.Output);
        Assert.Contains($"network ok ({Reference(withPassword)} is {SampleImage.Oci(1).Manifest.Digest})", well.Output,
            StringComparison.Ordinal);
        var unwell = await RunAsync(["doctor", "--probe", Reference(withPassword), .. Insecure]);
        Assert.Equal(3, unwell.ExitCode);
        Assert.Matches(@"network fail \(.*\)\n  hint: .*--creds", unwell.Output);
    }

    [SkippableFact]
    public async Task Nothing_of_a_password_is_in_what_is_said()
    {
        await WriteAsync("in", 1);
        var run = await RunAsync(["copy", "dir:in", Reference(withPassword), .. Bob, "-v", "--progress=lines"]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.DoesNotContain(PasswordRegistry.Password, run.Output + run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Convert.ToBase64String("bob:secret-pass-1"u8), run.Output + run.Error, StringComparison.Ordinal);
    }

    private string Reference(RegistryFixture registry, string tag = "v1") =>
        $"docker://{registry.Process.Host}/{_repository}:{tag}";

    private async Task<SampleImage> WriteAsync(string name, int seed)
    {
        var image = SampleImage.Oci(seed);
        Directory.CreateDirectory(_folder[name]);
        await File.WriteAllBytesAsync(_folder[$"{name}/manifest.json"], image.Manifest.Bytes.ToArray());
        foreach (var (digest, bytes) in image.Blobs)
            await File.WriteAllBytesAsync(_folder[$"{name}/{digest.Hex}"], bytes);
        return image;
    }

    private Task<CliRun> RunAsync(params string[] args) => CliRun.InAsync(_folder.Path, args);
}
