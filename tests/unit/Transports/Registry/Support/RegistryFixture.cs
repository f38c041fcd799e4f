using Diffah.Engine.Transports.Registry;
using Diffah.Tests.Support;

namespace Diffah.Tests.Transports.Registry.Support;

/// <summary>A real registry that the tests of a class share; they skip, loudly, where it is not installed.</summary>
public abstract class RegistryFixture : IAsyncLifetime
{
    private RegistryProcess? _process;

    /// <summary>The registry.</summary>
    internal RegistryProcess Process
    {
        get
        {
            Skip.If(_process is null, "docker-registry is not installed on this machine.");
            return _process!;
        }
    }

    /// <summary>Options that are right for it; tries again at once.</summary>
    internal virtual RegistryOptions Options { get; } =
        new() { SkipTlsVerification = true, RetryDelay = TimeSpan.Zero };

    internal TemporaryFolder Folder { get; } = new();

    public async Task InitializeAsync()
    {
        if (RegistryProcess.IsInstalled)
            _process = await RegistryProcess.StartAsync(Configure, Prepare);
    }

    public virtual async Task DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>What the configuration has besides; continues the section of http.</summary>
    protected virtual string Configure(string folder) => "";

    /// <summary>Puts files into the registry's folder.</summary>
    protected virtual void Prepare(string folder)
    {
    }
}

/// <summary>Plain HTTP, open to everybody.</summary>
public sealed class PlainRegistry : RegistryFixture;

/// <summary>TLS with a private CA.</summary>
public class TlsRegistry : RegistryFixture
{
    internal TestAuthority Authority { get; } = new();

    internal override RegistryOptions Options =>
        new() { CertificateDirectory = Folder.Path, RetryDelay = TimeSpan.Zero };

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Authority.Dispose();
    }

    protected override string Configure(string folder) =>
        $"  tls:\n    certificate: {folder}/server.pem\n    key: {folder}/server.key";

    protected override void Prepare(string folder)
    {
        Authority.WriteServer(Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
        File.WriteAllText(Folder["ca.crt"], Authority.Pem);
    }
}

/// <summary>The same once more, where a test needs two registries.</summary>
public sealed class NearRegistry : TlsRegistry;

/// <summary>TLS that asks for a certificate of the client.</summary>
public sealed class ClientCertificateRegistry : TlsRegistry
{
    protected override string Configure(string folder) =>
        $"{base.Configure(folder)}\n    clientcas:\n      - {folder}/ca.pem";

    protected override void Prepare(string folder)
    {
        base.Prepare(folder);
        File.WriteAllText(Path.Combine(folder, "ca.pem"), Authority.Pem);
        Authority.WriteClient(Folder["client.cert"], Folder["client.key"]);
    }
}

/// <summary>A name and a password (htpasswd).</summary>
public sealed class PasswordRegistry : RegistryFixture
{
    internal const string User = "bob";
    internal const string Password = "secret-pass-1";

    // bcrypt of the password, by crypt(3).
    private const string Hash = "$2y$05$abcdefghijklmnopqrstuu1K978SymWM00THOcZfdPcYIQ6YnmCAe";

    internal override RegistryOptions Options =>
        base.Options with { Credential = new RegistryCredential(User, Password) };

    /// <summary>Options without the credentials.</summary>
    internal RegistryOptions Anonymous => base.Options;

    protected override string Configure(string folder) =>
        $"auth:\n  htpasswd:\n    realm: test\n    path: {folder}/htpasswd";

    protected override void Prepare(string folder) =>
        File.WriteAllText(Path.Combine(folder, "htpasswd"), $"{User}:{Hash}\n");
}

/// <summary>Bearer tokens, of a token service of the fixture's own.</summary>
public sealed class TokenRegistry : RegistryFixture
{
    internal TokenServer Tokens { get; } = new();

    internal override RegistryOptions Options =>
        base.Options with { Credential = new RegistryCredential(TokenServer.User, TokenServer.Password) };

    /// <summary>Options without the credentials.</summary>
    internal RegistryOptions Anonymous => base.Options;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Tokens.DisposeAsync();
    }

    protected override string Configure(string folder) =>
        $"auth:\n  token:\n    realm: {Tokens.Realm}\n    service: {TokenServer.Service}\n    issuer: "
            + $"{TokenServer.Issuer}\n    rootcertbundle: {folder}/token.pem";

    protected override void Prepare(string folder) =>
        File.WriteAllText(Path.Combine(folder, "token.pem"), Tokens.CertificatePem);
}
