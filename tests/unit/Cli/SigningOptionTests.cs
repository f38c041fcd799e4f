using System.Text;
using Diffah.Cli.Hosting;
using Diffah.Engine.Operations;

namespace Diffah.Tests.Cli;

/// <summary>Keys and passphrases on the command line.</summary>
public sealed class SigningOptionTests
{
    private const string Secret = "hunter2 with blanks ";
    private static readonly string[] Diff = ["diff", "oci:a", "oci:b", "c", "--sign-key", "k.key"];

    public static TheoryData<string> Producers => ["diff oci:a oci:b c", "bundle a b", "merge a b c"];

    public static TheoryData<string> Consumers => ["apply a oci:b oci:c", "unbundle a b c", "verify a"];

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\nanother line")]
    public async Task The_passphrase_is_one_line_of_standard_input(string after)
    {
        var request = await SignedAsync(Encoding.UTF8.GetBytes(Secret + after));
        Assert.Equal(Secret, request.SigningKey!.Passphrase);
    }

    [Fact]
    public async Task Standard_input_is_read_in_pieces_and_no_further_than_the_line()
    {
        await using var input = new Trickle("añb\nrest"u8.ToArray());
        var run = await CliRun.OnAsync(
            host => host with { OpenInput = () => input }, [.. Diff, "--sign-key-password-stdin"]);
        Assert.Equal("añb", ((CreateDeltaRequest)run.Operations.Request!).SigningKey!.Passphrase);
        Assert.Equal(5, input.Taken);
    }

    [Fact]
    public async Task Without_the_option_standard_input_is_left_alone()
    {
        var run = await CliRun.OnAsync(
            host => host with { OpenInput = () => throw new InvalidOperationException("opened") }, Diff);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Null(((CreateDeltaRequest)run.Operations.Request!).SigningKey!.Passphrase);
    }

    [Theory]
    [InlineData(Passphrase.MaximumBytes, "", 0)]
    [InlineData(Passphrase.MaximumBytes, "\r\n", 0)]
    [InlineData(Passphrase.MaximumBytes + 1, "", 2)]
    [InlineData(Passphrase.MaximumBytes + 1, "\n", 2)]
    [InlineData(10 * Passphrase.MaximumBytes, "", 2)]
    public async Task The_passphrase_is_bounded(int length, string after, int exitCode)
    {
        var run = await PipeAsync([.. Enumerable.Repeat((byte)'x', length), .. Encoding.ASCII.GetBytes(after)],
            [.. Diff, "--sign-key-password-stdin"]);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.DoesNotContain("xxx", run.Error + run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_passphrase_that_is_no_text_is_refused() =>
        Assert.Equal(2, (await PipeAsync([0xC3, 0x28], [.. Diff, "--sign-key-password-stdin"])).ExitCode);

    [Fact]
    public async Task A_person_is_asked_and_sees_no_echo()
    {
        var asked = "";
        var run = await CliRun.OnAsync(
            host => host with
            {
                AskSecret = (prompt, _) => Task.FromResult((asked = prompt) is "Passphrase: " ? Secret : "")
            }, [.. Diff, "--sign-key-password-stdin", "-v"]);
        Assert.Equal("Passphrase: ", asked);
        Assert.Equal(Secret, ((CreateDeltaRequest)run.Operations.Request!).SigningKey!.Passphrase);
        Assert.DoesNotContain(Secret, run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_passphrase_without_a_key_is_refused()
    {
        var run = await PipeAsync("x"u8.ToArray(), ["diff", "oci:a", "oci:b", "c", "--sign-key-password-stdin"]);
        Assert.Equal((2, null), (run.ExitCode, run.Operations.Called));
        Assert.Contains("without --sign-key", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Producers))]
    public async Task What_producers_reserve_is_refused(string line)
    {
        foreach (var option in new[] { "--keyless", "--sign-cert=c.pem", "--sign-inline",
            "--rekor-url=https://rekor.example" })
            await RefusedAsync([.. line.Split(' '), option], option.Split('=')[0]);
    }

    [Theory]
    [MemberData(nameof(Consumers))]
    public async Task What_consumers_reserve_is_refused(string line)
    {
        foreach (var option in new[] { "--keyless", "--rekor-url=https://rekor.example" })
            await RefusedAsync([.. line.Split(' '), option], option.Split('=')[0]);
    }

    [Theory]
    [InlineData("cosign://key")]
    [InlineData("awskms:///alias/key")]
    public async Task A_reserved_key_is_no_path(string key)
    {
        var made = (CreateDeltaRequest)(await CliRun.OfAsync(
            "diff", "oci:a", "oci:b", "c", "--sign-key", key, "--sign-key-password-stdin")).Operations.Request!;
        var applied = (RestoreImageRequest)(await CliRun.OfAsync(
            "apply", "a", "oci:b", "oci:c", "--verify", key)).Operations.Request!;
        Assert.Equal((key, key), (made.SigningKey!.Path, applied.VerificationKeyPath));
    }

    [Fact]
    public async Task What_is_reserved_is_not_in_the_help_nor_suggested()
    {
        Assert.DoesNotContain("--keyless", (await CliRun.OfAsync("diff", "--help")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "--keyless", (await CliRun.OfAsync("diff", "--keyles", "a", "b", "c")).Error, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(string[] line, string option)
    {
        var run = await CliRun.OfAsync([.. line, "-o", "json"]);
        Assert.Equal((2, null), (run.ExitCode, run.Operations.Called));
        Assert.Equal(
            $"{option} is reserved and not yet implemented.", run.ErrorBody.GetProperty("message").GetString());
    }

    private static async Task<CreateDeltaRequest> SignedAsync(byte[] input)
    {
        var run = await PipeAsync(input, [.. Diff, "--sign-key-password-stdin"]);
        Assert.True(run.ExitCode == 0, run.Error);
        return (CreateDeltaRequest)run.Operations.Request!;
    }

    private static Task<CliRun> PipeAsync(byte[] input, string[] args) =>
        CliRun.OnAsync(host => host with { OpenInput = () => new MemoryStream(input) }, args);

    /// <summary>A pipe that gives a byte at a time.</summary>
    private sealed class Trickle(byte[] content) : MemoryStream(content)
    {
        public int Taken { get; private set; }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer[..1], cancellationToken);
            Taken += read;
            return read;
        }
    }
}
