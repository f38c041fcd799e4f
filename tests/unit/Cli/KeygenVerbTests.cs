using Diffah.Engine.Operations;

namespace Diffah.Tests.Cli;

public sealed class KeygenVerbTests
{
    [Fact]
    public async Task A_path_alone_is_enough()
    {
        var request = await RequestAsync("", "keygen", "signing.key");
        Assert.Equal(("/srv/here/signing.key", null, null, false),
            (request.PrivateKeyPath, request.PublicKeyPath, request.Passphrase, request.Overwrite));
    }

    [Fact]
    public async Task Every_option_reaches_the_request()
    {
        var request = await RequestAsync(
            "hunter2\n", "keygen", "signing.key", "--public-key", "team.pub", "--password-stdin", "--force");
        Assert.Equal(
            ("/srv/here/team.pub", "hunter2", true), (request.PublicKeyPath, request.Passphrase, request.Overwrite));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public async Task A_pipe_without_a_passphrase_makes_no_keys(string input)
    {
        var run = await PipeAsync(input, "keygen", "signing.key", "--password-stdin");
        Assert.Equal((2, null), (run.ExitCode, run.Operations.Called));
        Assert.Contains("is empty", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_text_says_where_the_keys_are() => Assert.Equal($"""
        private key: /srv/here/signing.key (ECDSA P-256, needs its passphrase)
        public key: /srv/here/signing.pub
        fingerprint: {SampleRecords.Digest('f')}

        """, (await CliRun.OfAsync("keygen", "signing.key")).Output);

    [Fact]
    public async Task The_data_have_nothing_of_the_keys_but_the_fingerprint()
    {
        var run = await PipeAsync("hunter2", "keygen", "signing.key", "--password-stdin", "-o", "json", "-v");
        run.Data.HasFields("private_key public_key algorithm encrypted public_key_fingerprint");
        Assert.DoesNotContain("hunter2", run.Output + run.Error, StringComparison.Ordinal);
    }

    private static async Task<CreateKeyPairRequest> RequestAsync(string input, params string[] args)
    {
        var run = await PipeAsync(input, args);
        Assert.True(run.ExitCode == 0, run.Error);
        return (CreateKeyPairRequest)run.Operations.Request!;
    }

    private static Task<CliRun> PipeAsync(string input, params string[] args) =>
        CliRun.OnAsync(
            host => host with { OpenInput = () => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(input)) }, args);
}
