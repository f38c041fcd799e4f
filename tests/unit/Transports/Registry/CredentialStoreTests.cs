using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Hosts;
using Diffah.Engine.Transports.Registry;
using Diffah.Engine.Transports.Registry.Auth;
using Diffah.Tests.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>Where credentials are found, and which of them count.</summary>
public sealed class CredentialStoreTests : IDisposable
{
    private const string Host = "registry.example";

    private readonly TemporaryFolder _folder = new();

    private TransportEnvironment Environment => new()
    {
        AuthFile = File.Exists(_folder["env.json"]) ? _folder["env.json"] : null,
        RuntimeFolder = _folder["run"],
        ConfigFolder = _folder["config"],
        DockerFolder = _folder["docker"],
        HelperFolders = [_folder["nobin"], _folder["bin"]],
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_files_are_asked_in_order()
    {
        string[] files =
            ["own.json", "env.json", "run/containers/auth.json", "config/containers/auth.json", "docker/config.json"];
        foreach (var file in files)
            Write(file, (Host, file));
        for (var i = 0; i < files.Length; i++)
        {
            Assert.Equal(
                files[i], (await FindAsync("a", i == 0 ? new() { AuthFile = _folder["own.json"] } : new()))?.UserName);
            File.Delete(_folder[files[i]]);
        }
        Assert.Null(await FindAsync("a"));
    }

    [Fact]
    public async Task A_file_that_does_not_know_the_registry_is_passed_over()
    {
        Write("run/containers/auth.json", ("other.example", "other"));
        Write("docker/config.json", (Host, "right"));
        Assert.Equal("right", (await FindAsync("a"))!.UserName);
    }

    // RFC 8259, section 8.2: half of a surrogate pair may be written, and no text can be made of it.
    [Theory]
    [InlineData("""{"auths":{"\ud800":{"auth":"YTpi"}}}""")]
    [InlineData("""{"auths":{"registry.example":{"auth":"\ud800"}}}""")]
    [InlineData("""{"credsStore":"\udc00"}""")]
    public async Task A_file_with_text_that_is_no_Unicode_is_refused(string json)
    {
        File.WriteAllText(_folder["own.json"], json);
        var e = await Assert.ThrowsAsync<DiffahException>(
            () => FindAsync("a", new() { AuthFile = _folder["own.json"] }));
        Assert.Equal(DiffahErrors.InvalidArgument, e.Error);
    }

    [Theory]
    [InlineData("team/app", "app")]
    [InlineData("team/app/part", "app")]
    [InlineData("team/application", "team")]
    [InlineData("team/other", "team")]
    [InlineData("teams/app", "host")]
    [InlineData("else", "host")]
    public async Task The_longest_namespace_counts(string repository, string user)
    {
        Write("docker/config.json", (Host, "host"), ($"{Host}/team", "team"), ($"{Host}/team/app", "app"),
            ("registry.example.org", "no"));
        Assert.Equal(user, (await FindAsync(repository))!.UserName);
    }

    [Theory]
    [InlineData("https://index.docker.io/v1/", "docker.io")]
    [InlineData("index.docker.io", "docker.io")]
    [InlineData("docker.io/library", "docker.io")]
    [InlineData("https://registry.example/v2/", Host)]
    [InlineData("http://registry.example", Host)]
    [InlineData("registry.example/", Host)]
    public async Task A_key_may_be_an_address(string key, string host)
    {
        Write("docker/config.json", (key, "found"));
        Assert.Equal("found", (await FindAsync("library/app", host: host))?.UserName);
    }

    [Fact]
    public async Task An_empty_entry_is_none()
    {
        Write("run/containers/auth.json", "{\"auths\":{\"registry.example\":{}}}");
        Write("docker/config.json", (Host, "right"));
        Assert.Equal("right", (await FindAsync("a"))!.UserName);
    }

    [Theory]
    [InlineData("{\"auth\":\"\"}")]
    [InlineData("{\"auth\":\"Og==\"}")] // the colon alone
    [InlineData("{\"auth\":null}")]
    [InlineData("{\"auth\":\"Og==\",\"email\":\"a@b\"}")]
    [InlineData("{\"username\":\"\",\"password\":\"\"}")]
    public async Task An_entry_of_nobody_is_none(string entry)
    {
        Write("run/containers/auth.json", $"{{\"auths\":{{\"registry.example\":{entry}}}}}");
        Assert.Null(await FindAsync("a"));
    }

    [Fact]
    public async Task A_secret_may_have_no_name()
    {
        Write("docker/config.json",
            $"{{\"auths\":{{\"registry.example\":{{\"auth\":\"{Base64(":token")}\"}}}}}}");
        Assert.Equal(("", "token"), await FindAsync("a") is { } found ? (found.UserName, found.Password) : default);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public async Task A_file_may_be_of_a_shell_of_Windows(string encoding)
    {
        Write("docker/config.json", (Host, "found"));
        var text = File.ReadAllText(_folder["docker/config.json"]).Replace("{", "{\r\n", StringComparison.Ordinal);
        File.WriteAllText(_folder["docker/config.json"], text, Encoding.GetEncoding(encoding));
        Assert.Equal("found", (await FindAsync("a"))!.UserName);
    }

    [Theory]
    [InlineData("7B226175746873223A7B22E9223A7B7D7D7D")] // Latin-1
    [InlineData("7B226175746873223A7B225C7564383030223A7B7D7D7D")] // half a pair, escaped
    public async Task A_file_that_is_no_Unicode_is_refused(string hex)
    {
        Write("docker/config.json", "");
        File.WriteAllBytes(_folder["docker/config.json"], Convert.FromHexString(hex));
        Assert.Equal(DiffahErrors.InvalidArgument,
            (await Assert.ThrowsAsync<DiffahException>(() => FindAsync("a"))).Error);
    }

    [SkippableFact]
    public async Task What_is_no_file_is_refused_at_once_and_read_no_further_than_the_bound()
    {
        Skip.IfNot(File.Exists("/dev/zero"), "/dev/zero is not on this machine.");
        File.WriteAllBytes(_folder["large"], new byte[(8 << 20) + 1]);
        foreach (var path in (string[])["/dev/zero", _folder["large"]])
            Assert.Equal(DiffahErrors.InvalidArgument, (await Assert.ThrowsAsync<DiffahException>(
                () => FindAsync("a", new() { AuthFile = path }).WaitAsync(TimeSpan.FromSeconds(20)))).Error);
        var store = new CredentialStore(new() { AuthFile = _folder.Path }, Environment);
        var error = Assert.Throws<DiffahException>(store.RequireFiles);
        Assert.Equal(DiffahErrors.FileNotFound, error.Error);
        Assert.Contains("is a folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_much_as_the_bound_is_read_and_nested_as_deep()
    {
        var entry = $$"""{"auths":{"{{Host}}":{"auth":"{{Base64("bob:pass")}}"} },"x":""";
        var options = new RegistryOptions { AuthFile = _folder["own.json"] };
        // The object around it is the first of sixteen.
        var deepest = entry + new string('[', 15) + new string(']', 15) + "}";
        Write("own.json", deepest + new string(' ', (8 << 20) - deepest.Length));
        Assert.Equal("bob", (await FindAsync("a", options))!.UserName);
        Write("own.json", entry + new string('[', 16) + new string(']', 16) + "}");
        var error = await Assert.ThrowsAsync<DiffahException>(() => FindAsync("a", options));
        Assert.Equal(DiffahErrors.InvalidArgument, error.Error);
    }

    [Fact]
    public async Task Options_win_over_files()
    {
        Write("docker/config.json", (Host, "file"));
        Assert.Equal("option", (await FindAsync("a", new() { Credential = new("option", "x") }))!.UserName);
        Assert.Null(await FindAsync("a", new() { NoCredential = true }));
    }

    [Theory]
    [InlineData("{\"auths\":{\"registry.example\":{\"auth\":\"c2VjcmV0LXRoaW5n\"}}}")]
    [InlineData("{\"auths\":{\"registry.example\":{\"auth\":\"%%secret%%\"}}}")]
    [InlineData("{\"auths\": secret-thing")]
    [InlineData("[]")]
    public async Task A_malformed_file_is_named_and_not_quoted(string text)
    {
        Write("docker/config.json", text);
        var error = await Assert.ThrowsAsync<DiffahException>(() => FindAsync("a"));
        Assert.Equal(DiffahErrors.InvalidArgument, error.Error);
        Assert.Contains("docker/config.json", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "--authfile")]
    [InlineData(false, "REGISTRY_AUTH_FILE")]
    public void A_file_that_is_named_must_be_there(bool option, string name)
    {
        var store = new CredentialStore(
            new() { AuthFile = option ? "/nowhere/auth.json" : null }, new() { AuthFile = "/nowhere/env.json" });
        var error = Assert.Throws<DiffahException>(store.RequireFiles);
        Assert.Equal(DiffahErrors.FileNotFound, error.Error);
        Assert.Contains(name, error.Message + error.NextAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_helper_of_the_registry_is_run()
    {
        Helper("x",
            """read server; echo "{\"ServerURL\":\"$server\",\"Username\":\"helped\",\"Secret\":\"for $server\"}" """);
        Write("docker/config.json", "{\"credHelpers\":{\"registry.example\":\"x\"}}");
        var found = await FindAsync("a");
        Assert.Equal(("helped", "for registry.example"), (found!.UserName, found.Password));
        Assert.Null(await FindAsync("a", host: "other.example"));
    }

    [Fact]
    public async Task A_helper_for_all_is_run_where_the_file_has_nothing()
    {
        Helper("store", """echo '{"Username":"<token>","Secret":"identity"}'""");
        Write("docker/config.json",
            $$$"""{"auths":{"registry.example":{},"own.example":{"auth":"{{{Base64("file:x")}}}"}},"credsStore":"store"}""");
        Assert.Equal("identity", (await FindAsync("a"))!.IdentityToken);
        Assert.Equal("file", (await FindAsync("a", host: "own.example"))!.UserName);
    }

    [Fact]
    public async Task A_helper_knows_Docker_by_its_old_name()
    {
        Helper(
            "store",
            """read server; if [ "$server" = https://index.docker.io/v1/ ]; then echo '{"Username":"docker","Secret":"x"}'; else echo "credentials not found in native keychain"; exit 1; fi""");
        Write("docker/config.json", "{\"credsStore\":\"store\"}");
        Assert.Equal("docker", (await FindAsync("library/app", host: "docker.io"))!.UserName);
        Assert.Null(await FindAsync("a"));
    }

    [Theory]
    [InlineData("echo secret-thing; exit 3", "exit code 3")]
    [InlineData("echo secret-thing", "no credential")]
    [InlineData("echo '{\"Username\":7,\"Secret\":\"secret-thing\"}'", "no credential")]
    [InlineData("sleep 100", "did not answer")]
    [InlineData("yes secret-thing", "more than a credential")]
    public async Task A_helper_that_fails_is_named_and_not_quoted(string script, string why)
    {
        Helper("bad", script);
        Write("docker/config.json", "{\"credHelpers\":{\"registry.example\":\"bad\"}}");
        var error = await Assert.ThrowsAsync<DiffahException>(() => FindAsync("a"));
        Assert.Equal(DiffahErrors.RegistryAuthentication, error.Error);
        Assert.Contains("docker-credential-bad", error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-thing", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("../../bin/sh")]
    [InlineData("a b")]
    public async Task A_helper_that_is_none_is_refused(string name)
    {
        Write("docker/config.json", $$$"""{"credHelpers":{"registry.example":"{{{name}}}"}}""");
        Assert.Equal(DiffahErrors.RegistryAuthentication,
            (await Assert.ThrowsAsync<DiffahException>(() => FindAsync("a"))).Error);
    }

    [Fact]
    public async Task A_helper_is_asked_once()
    {
        Helper("x", $"echo run >> {_folder["runs"]}; echo '{{\"Username\":\"u\",\"Secret\":\"s\"}}'");
        Write("docker/config.json", "{\"credHelpers\":{\"registry.example\":\"x\"}}");
        var store = new CredentialStore(new(), Environment);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => store.FindAsync(Host, "a", default)));
        Assert.Single(await File.ReadAllLinesAsync(_folder["runs"]));
    }

    private Task<FoundCredential?> FindAsync(string repository, RegistryOptions? options = null, string host = Host) =>
        new CredentialStore(options ?? new(), Environment) { HelperLimit = TimeSpan.FromSeconds(2) }.FindAsync(
            host, repository, default);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private void Write(string name, params (string Key, string User)[] entries) =>
        Write(name, "{\"auths\":{"
            + string.Join(',', entries.Select(e => $"\"{e.Key}\":{{\"auth\":\"{Base64($"{e.User}:pass")}\"}}")) + "}}");

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], text);
    }

    private void Helper(string name, string script)
    {
        var path = _folder[$"bin/docker-credential-{name}"];
        Write($"bin/docker-credential-{name}", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
