using System.Security.Cryptography;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Signing;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Signing.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations;

public sealed class CreateKeyPairTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Keys_without_passphrase_are_plain_pem()
    {
        var made = await RunAsync(Request());
        Assert.Equal((_folder["a.key"], _folder["a.pub"], "ECDSA P-256", false),
            (made.PrivateKeyPath, made.PublicKeyPath, made.Algorithm, made.IsEncrypted));
        Assert.StartsWith(
            "-----BEGIN PRIVATE KEY-----\n", await File.ReadAllTextAsync(_folder["a.key"]), StringComparison.Ordinal);
        Assert.EndsWith(
            "-----END PUBLIC KEY-----\n", await File.ReadAllTextAsync(_folder["a.pub"]), StringComparison.Ordinal);
        await AssertPairAsync(made, null);
        Assert.Equal(["a.key", "a.pub"], _folder.Entries);
    }

    [Fact]
    public async Task Keys_with_passphrase_are_boxed()
    {
        var made = await RunAsync(Request(KeyBench.Passphrase));
        Assert.True(made.IsEncrypted);
        var text = await File.ReadAllTextAsync(_folder["a.key"]);
        Assert.StartsWith("-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain(KeyBench.Passphrase, made.ToString(), StringComparison.Ordinal);
        await AssertPairAsync(made, KeyBench.Passphrase);
        await Errors.ThrowsAsync(
            DiffahErrors.KeyInvalid, () => ArchiveSigner.LoadAsync(new SigningKeySource(_folder["a.key"]), default));
    }

    [SkippableFact]
    public async Task Openssl_reads_both_keys()
    {
        await RunAsync(Request());
        await ExternalTool.RunAsync("openssl", "pkey", "-in", _folder["a.key"], "-check", "-noout");
        Assert.Equal(await File.ReadAllTextAsync(_folder["a.pub"]),
            await ExternalTool.RunAsync("openssl", "pkey", "-in", _folder["a.key"], "-pubout"));
    }

    [SkippableFact]
    public async Task Only_the_owner_reads_the_private_key()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no file modes.");
        await RunAsync(Request());
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder["a.key"]));
        // What the umask leaves of 0644, and nothing more.
        var mode = File.GetUnixFileMode(_folder["a.pub"]);
        Assert.Equal(OwnerOnly, mode & OwnerOnly);
        Assert.Equal((UnixFileMode)0, mode & ~(OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead));
    }

    [Theory]
    [InlineData("a.key")]
    [InlineData("a.pub")]
    public async Task Neither_file_is_replaced_without_leave(string there)
    {
        await File.WriteAllTextAsync(_folder[there], "old");
        await Errors.ThrowsAsync(DiffahErrors.DestinationExists, () => RunAsync(Request()));
        Assert.Equal([there], _folder.Entries);
        Assert.Equal("old", await File.ReadAllTextAsync(_folder[there]));
        await AssertPairAsync(await RunAsync(Request(overwrite: true)), null);
        Assert.Equal(["a.key", "a.pub"], _folder.Entries);
    }

    [Fact]
    public async Task A_replaced_private_key_is_the_owners_alone()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no file modes.");
        await File.WriteAllTextAsync(_folder["a.key"], "old");
        await RunAsync(Request(overwrite: true));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder["a.key"]));
    }

    [Fact]
    public async Task A_request_that_can_not_work_leaves_nothing()
    {
        await File.WriteAllTextAsync(_folder["file"], "");
        await Errors.ThrowsAsync(DiffahErrors.FileNotFound,
            () =>
                RunAsync(
                    new CreateKeyPairRequest
                    {
                        PrivateKeyPath = _folder["new/a.key"],
                        PublicKeyPath = _folder["file/a.pub"]
                    }));
        File.Delete(_folder["file"]);
        await Errors.ThrowsAsync(DiffahErrors.InvalidArgument,
            () => RunAsync(new CreateKeyPairRequest { PrivateKeyPath = _folder["a.pub"] }));
        await Errors.ThrowsAsync(
            DiffahErrors.InvalidArgument, () => RunAsync(new CreateKeyPairRequest { PrivateKeyPath = "a.key" }));
        await Errors.ThrowsAsync(DiffahErrors.InvalidArgument, () => RunAsync(Request("")));
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public async Task Each_pair_is_new()
    {
        var first = await RunAsync(Request());
        Assert.NotEqual(first.PublicKeyFingerprint, (await RunAsync(Request(overwrite: true))).PublicKeyFingerprint);
    }

    private CreateKeyPairRequest Request(string? passphrase = null, bool overwrite = false) =>
        new() { PrivateKeyPath = _folder["a.key"], Passphrase = passphrase, Overwrite = overwrite };

    private static Task<CreatedKeyPair> RunAsync(CreateKeyPairRequest request) =>
        CreateKeyPair.RunAsync(request, EventSink.None, default);

    private static async Task AssertPairAsync(CreatedKeyPair made, string? passphrase)
    {
        using var key = await PrivateKeyReader.ReadAsync(
            new SigningKeySource(made.PrivateKeyPath, passphrase), default);
        using var publicKey = await PublicKeyReader.ReadAsync(made.PublicKeyPath, default);
        Assert.True(
            publicKey.VerifyData("x"u8, key.SignData("x"u8, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256));
        Assert.Equal($"sha256:{Convert.ToHexStringLower(SHA256.HashData(publicKey.ExportSubjectPublicKeyInfo()))}",
            made.PublicKeyFingerprint);
    }
}
