using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Registry;

namespace Diffah.Tests.Cli;

public sealed class RegistryOptionTests
{
    public static TheoryData<string> Verbs => ["diff oci:a oci:b c", "apply a oci:b oci:c", "bundle a b",
        "unbundle a b c", "merge a b c", "verify a", "copy oci:a oci:b", "image oci:a", "doctor"];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Every_verb_that_reaches_images_takes_them(string line)
    {
        var options = await ReadAsync([.. line.Split(' '), "--retry-times=7", "--tls-verify=false"]);
        Assert.Equal((7, true), (options.RetryCount, options.SkipTlsVerification));
    }

    [Fact]
    public async Task Without_any_the_defaults_count()
    {
        var options = await ImageAsync();
        Assert.Equal(new RegistryOptions(), options);
    }

    [Fact]
    public async Task Paths_are_made_absolute()
    {
        var options = await ImageAsync("--authfile", "auth.json", "--cert-dir", "../certs");
        Assert.Equal(("/srv/here/auth.json", "/srv/certs"), (options.AuthFile, options.CertificateDirectory));
    }

    [Theory]
    [InlineData("--creds=bob:hun:ter2", "bob", "hun:ter2")]
    [InlineData("--creds=bob:", "bob", "")]
    [InlineData("--creds=bob", "bob", "")]
    [InlineData("--username=bob --password=hunter2", "bob", "hunter2")]
    [InlineData("--username bob --password -hunter2", "bob", "-hunter2")]
    public async Task Credentials_are_read(string line, string user, string password)
    {
        var credential = (await ImageAsync(line.Split(' '))).Credential!;
        Assert.Equal((user, password), (credential.UserName, credential.Password));
    }

    [Fact]
    public async Task A_token_and_no_credentials_are_read()
    {
        Assert.Equal("tok.en", (await ImageAsync("--registry-token", "tok.en")).RegistryToken);
        Assert.True((await ImageAsync("--no-creds")).NoCredential);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("--tls-verify", false)]
    [InlineData("--tls-verify=true", false)]
    [InlineData("--tls-verify=false", true)]
    [InlineData("--tls-verify false", true)]
    public async Task Certificates_are_verified_unless_told_otherwise(string line, bool skips) =>
        Assert.Equal(
            skips, (await ImageAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).SkipTlsVerification);

    [Fact]
    public async Task The_switch_leaves_an_argument_alone() =>
        Assert.Equal((ImageReference.Parse("oci:/srv/here/a"), Platform.Default),
            (await CliRun.OfAsync("image", "--tls-verify", "oci:a")).Operations.Request);

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("2s", 2000)]
    [InlineData("0", 0)]
    [InlineData("1.5", 1500)]
    [InlineData("0m30s", 30_000)]
    [InlineData("1s500ms", 1500)]
    public async Task A_delay_is_read(string text, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), (await ImageAsync("--retry-delay", text)).RetryDelay);

    [Theory]
    [InlineData("--retry-delay=31s",
        "--retry-delay is '31s'; it must be a duration of 30 seconds at most, such as 500ms, 2s or 1.5.")]
    [InlineData("--retry-delay=soon", "--retry-delay is 'soon'")]
    [InlineData("--retry-times=-1", "--retry-times is '-1'; it must be a whole number from 0 to 100.")]
    [InlineData("--retry-times=101", "--retry-times is '101'")]
    [InlineData("--tls-verify=perhaps", "--tls-verify is 'perhaps'; it must be true or false.")]
    [InlineData("--no-creds=1", "--no-creds is '1'; it must be true or false.")]
    [InlineData("--username=bob", "--username is given without --password.")]
    [InlineData("--password=x", "--password is given without --username.")]
    [InlineData("--creds=bob:x --no-creds", "these were given: --creds, --no-creds.")]
    [InlineData("--creds=bob:x --registry-token=y", "these were given: --creds, --registry-token.")]
    [InlineData("--creds=bob:x --username=bob --password=x", "these were given: --creds, --username.")]
    [InlineData("--no-creds --registry-token=y", "these were given: --no-creds, --registry-token.")]
    public async Task What_can_not_be_meant_is_refused(string line, string message)
    {
        var run = await CliRun.OfAsync(["image", "oci:a", .. line.Split(' ')]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Null(run.Operations.Called);
    }

    [Theory]
    [InlineData("1m30s", 90)]
    [InlineData("1h", 3600)]
    [InlineData("24h", 86400)]
    [InlineData("250us", 0.00025)]
    [InlineData("1.5m", 90)]
    public void Durations_are_read(string text, double seconds)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("-1s")]
    [InlineData("s")]
    [InlineData("1 s")]
    [InlineData("1d")]
    [InlineData("1s5")]
    [InlineData("1,5")]
    [InlineData("1e3")]
    [InlineData(".")]
    [InlineData("25h")]
    [InlineData("99999999999999999999999999999999")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(Duration.TryParse(text, out _));

    private static Task<RegistryOptions> ImageAsync(params string[] options) =>
        ReadAsync(["image", "oci:a", .. options]);

    private static async Task<RegistryOptions> ReadAsync(string[] line)
    {
        var run = await CliRun.OfAsync(line);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Operations.Registry!;
    }
}
