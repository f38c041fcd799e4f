using Diffah.Cli;
using Diffah.Cli.Hosting;
using Diffah.Engine.Transports.Hosts;
using Diffah.Engine.Transports.Registry;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli;

/// <summary>What is secret on a command line is not repeated, however wrong the line is.</summary>
public sealed class SecretTests
{
    private const string Secret = "hunter2";

    [Theory]
    [InlineData("image oci:a --creds=:hunter2")]
    [InlineData("image oci:a --creds=bob:hunter2 --no-creds")]
    [InlineData("image oci:a --creds=bob:hunter2 --creds=bob:hunter2")]
    [InlineData("image oci:a --creds bob hunter2")]
    [InlineData("image oci:a --password hunter2")]
    [InlineData("image oci:a --username hunter2")]
    [InlineData("image oci:a --username bob --password hunter2 --registry-token hunter2")]
    [InlineData("image oci:a --pasword=hunter2")]
    [InlineData("image oci:a --registry_token=hunter2")]
    [InlineData("image --creds=bob:hunter2")]
    [InlineData("image nonsense --creds=bob:hunter2")]
    [InlineData("image oci:a --creds=bob:hunter2 --retry-times=many")]
    [InlineData("keygen a --creds=bob:hunter2")]
    [InlineData("--creds=bob:hunter2 image oci:a")]
    public async Task An_error_does_not_repeat_it(string line)
    {
        foreach (var format in new[] { "text", "json" })
        {
            var run = await CliRun.OfAsync([.. line.Split(' '), "-v", "-o", format]);
            Assert.True(run.ExitCode == 2, $"{run.ExitCode}: {run.Error}");
            Assert.DoesNotContain(Secret, run.Output + run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_token_with_characters_no_token_has_is_not_repeated()
    {
        var run = await CliRun.OfAsync("image", "oci:a", "--registry-token", "hunter2 hunter2");
        Assert.Equal(2, run.ExitCode);
        Assert.DoesNotContain(Secret, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--creds", "bob:hunter2")]
    [InlineData("--registry-token", "hunter2")]
    public async Task Debug_messages_and_help_do_not_repeat_it(string option, string value)
    {
        using var folder = new TemporaryFolder();
        foreach (var last in new[] { "-v", "--help" })
        {
            var (output, error) = (new StringWriter(), new StringWriter());
            var host = new CommandLineHost
            {
                Output = output,
                Error = TextWriter.Synchronized(error),
                CurrentDirectory = folder.Path,
                ReadVariable = _ => null,
                Registry = TransportEnvironment.None
            };
            using var interruption = new Interruption();
            // Nobody listens on port 1.
            await DiffahCommandLine.RunAsync(
                ["image", "docker://127.0.0.1:1/app", option, value, "--retry-times=1", "--retry-delay=1ms", last],
                host, interruption);
            Assert.DoesNotContain(Secret, output.ToString() + error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_credential_prints_nothing() =>
        Assert.DoesNotContain(
            Secret, new RegistryOptions { Credential = new RegistryCredential("bob", Secret) }.ToString(),
            StringComparison.Ordinal);
}
