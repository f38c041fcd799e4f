using Diffah.Samples;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli;

/// <summary>
/// Signed or not, and verified with the right key, with another or with none: for one image and for a bundle.
/// </summary>
public sealed class VerificationMatrixTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SamplePair _pair;

    public VerificationMatrixTests() => _pair = SampleImages.WriteAll(_folder["samples"], 0.1)[SampleFormat.OciGzip];

    public static TheoryData<bool, string?, int> Matrix => new()
    {
        { true, "right.pub", 0 },
        { true, "other.pub", 4 },
        { true, null, 0 },
        { false, "right.pub", 4 },
        { false, null, 0 },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Of_one_image(bool isSigned, string? key, int exitCode)
    {
        await MakeKeysAsync();
        await SucceedsAsync(["diff", _pair.V1.Reference, _pair.V2.Reference, "app.delta.tar", .. Signing(isSigned)]);
        await EndsAsync(
            exitCode, ["apply", "app.delta.tar", _pair.V1.Reference, "oci-archive:out.tar", .. Verifying(key)]);
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Of_a_bundle(bool isSigned, string? key, int exitCode)
    {
        await MakeKeysAsync();
        await WriteAsync("bundle.json",
            $$$"""{"pairs":[{"name":"svc-a","baseline":"{{{_pair.V1.Reference}}}","target":"{{{_pair.V2.Reference}}}"}]}""");
        await WriteAsync("baselines.json", $$$"""{"baselines":{"svc-a":"{{{_pair.V1.Reference}}}"}}""");
        await WriteAsync("outputs.json", """{"outputs":{"svc-a":"oci-archive:out.tar"}}""");
        await SucceedsAsync(["bundle", "bundle.json", "app.delta.tar", .. Signing(isSigned)]);
        await EndsAsync(exitCode, ["unbundle", "app.delta.tar", "baselines.json", "outputs.json", .. Verifying(key)]);
    }

    private static string[] Signing(bool isSigned) => isSigned ? ["--sign-key", "right.key"] : [];

    private static string[] Verifying(string? key) => key is null ? [] : ["--verify", key];

    private async Task MakeKeysAsync()
    {
        await SucceedsAsync(["keygen", "right.key"]);
        await SucceedsAsync(["keygen", "other.key"]);
    }

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(_folder[name], text);

    private Task SucceedsAsync(string[] line) => EndsAsync(0, line);

    /// <summary>Runs a command; one that fails has written nothing.</summary>
    private async Task EndsAsync(int exitCode, string[] line)
    {
        var run = await CliRun.InAsync(_folder.Path, line);
        Assert.True(run.ExitCode == exitCode, $"{string.Join(' ', line)}: exit {run.ExitCode}\n{run.Error}");
        if (line[0] is "apply" or "unbundle")
            Assert.Equal(exitCode == 0, File.Exists(_folder["out.tar"]));
    }
}
