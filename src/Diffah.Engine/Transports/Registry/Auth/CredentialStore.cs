using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Hosts;

namespace Diffah.Engine.Transports.Registry.Auth;

/// <summary>
/// Finds a user's credentials for a registry. Options win over files. Of the files the first that knows the registry
/// counts, and in it the longest namespace; a helper that is meant for the registry wins over the file's own entries,
/// and these over a helper for every registry.
/// </summary>
/// <param name="options">May give credentials, or a file of them.</param>
/// <param name="environment">Where the files are.</param>
internal sealed class CredentialStore(RegistryOptions options, TransportEnvironment environment)
{
    private const string DockerServer = "https://index.docker.io/v1/";

    private readonly ConcurrentDictionary<string, Lazy<Task<FoundCredential?>>> _found = new(StringComparer.Ordinal);

    /// <summary>How long a helper may take; it may ask the user something.</summary>
    public TimeSpan HelperLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Refuses options that name a file that is not there.</summary>
    /// <exception cref="DiffahException">FileNotFound.</exception>
    public void RequireFiles()
    {
        if (options.AuthFile is { } given && !File.Exists(given))
            throw new DiffahException(DiffahErrors.FileNotFound, $"The auth file '{given}' {Absence(given)}.",
                "Correct AuthFile (--authfile), or log in first.");
        if (options.AuthFile is null && environment.AuthFile is { } named && !File.Exists(named))
            throw new DiffahException(DiffahErrors.FileNotFound,
                $"REGISTRY_AUTH_FILE names '{named}', which {Absence(named)}.",
                "Correct or unset REGISTRY_AUTH_FILE, or log in first.");
        if ((options.AuthFile ?? environment.AuthFile) is null && environment.ConfiguredAuthFile is { } configured
            && NeedsFiles && !File.Exists(configured))
            throw new DiffahException(DiffahErrors.FileNotFound,
                $"The configuration names the auth file '{configured}', which {Absence(configured)}.",
                "Correct authfile in the configuration file, or log in first.");
    }

    /// <summary>Reads every file there is, so that a malformed one is found before it is needed.</summary>
    /// <returns>The paths of those that are there.</returns>
    /// <exception cref="DiffahException">FileNotFound, or InvalidArgument (a malformed file), naming the
    /// file.</exception>
    public async Task<IReadOnlyList<string>> CheckFilesAsync(CancellationToken cancellationToken)
    {
        RequireFiles();
        var there = new List<string>();
        foreach (var path in Files)
        {
            if (await AuthFile.ReadAsync(path, cancellationToken) is not { } file)
                continue;
            file.Validate();
            there.Add(path);
        }
        return there;
    }

    /// <summary>Finds the credentials for a repository; null where there are none.</summary>
    /// <exception cref="DiffahException">InvalidArgument (a malformed file), RegistryAuthentication (a
    /// helper).</exception>
    public Task<FoundCredential?> FindAsync(string host, string repository, CancellationToken cancellationToken)
    {
        if (options.NoCredential)
            return Task.FromResult<FoundCredential?>(null);
        if (options.Credential is { } given)
            return Task.FromResult<FoundCredential?>(
                new FoundCredential { UserName = given.UserName, Password = given.Password });
        return _found.GetOrAdd(
            $"{host}/{repository}", name => new(() => SearchAsync(host, name, cancellationToken))).Value;
    }

    private bool NeedsFiles => options is { Credential: null, NoCredential: false, RegistryToken: null };

    /// <summary>The files that are looked into, in order, there or not.</summary>
    public ImmutableArray<string> Files =>
    [
        .. ((string?[])
        [
            options.AuthFile ?? environment.AuthFile ?? environment.ConfiguredAuthFile,
            Below(environment.RuntimeFolder, "containers", "auth.json"),
            Below(environment.ConfigFolder, "containers", "auth.json"),
            Below(environment.DockerFolder, "config.json"),
        ]).OfType<string>(),
    ];

    private async Task<FoundCredential?> SearchAsync(string host, string name, CancellationToken cancellationToken)
    {
        foreach (var path in Files)
        {
            if (await AuthFile.ReadAsync(path, cancellationToken) is { } file
                && await SearchAsync(file, host, name, cancellationToken) is { } found)
                return found;
        }
        return null;
    }

    private async Task<FoundCredential?> SearchAsync(
        AuthFile file, string host, string name, CancellationToken cancellationToken)
    {
        if (file.HelperOf(name) is { } helper)
            return await AskAsync(helper, host, cancellationToken);
        if (file.Find(name) is { } found)
            return found;
        return file.Store is { } store ? await AskAsync(store, host, cancellationToken) : null;
    }

    private async Task<FoundCredential?> AskAsync(string name, string host, CancellationToken cancellationToken)
    {
        var helper = new CredentialHelper(environment.HelperFolders, HelperLimit);
        // docker login and skopeo login save under different names.
        string[] servers = host == ImageName.DockerHost ? [DockerServer, host] : [host];
        foreach (var server in servers)
        {
            if (await helper.GetAsync(name, server, cancellationToken) is { } found)
                return found;
        }
        return null;
    }

    private static string Absence(string path) => Directory.Exists(path) ? "is a folder" : "does not exist";

    private static string? Below(string? folder, params string[] names) =>
        folder is null ? null : Path.Combine([folder, .. names]);
}

/// <summary>
/// What a user has for a registry: a name and password, an identity token, or a ready bearer token. Prints nothing of
/// it.
/// </summary>
internal sealed class FoundCredential
{
    public string UserName { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>Exchanged for bearer tokens (OAuth 2 refresh token); null for none.</summary>
    public string? IdentityToken { get; init; }

    /// <summary>Sent as it is; null for none.</summary>
    public string? RegistryToken { get; init; }

    public bool HasPassword => HasName && IdentityToken is null;

    public bool IsEmpty => !HasName && IdentityToken is null && RegistryToken is null;

    /// <summary>Everything that must not be repeated.</summary>
    public IEnumerable<string> Secrets =>
        ((string?[])[Password, IdentityToken, RegistryToken, Encoded]).OfType<string>();

    /// <summary>Basic authorization (RFC 7617).</summary>
    public AuthenticationHeaderValue Basic => new("Basic", Encoded);

    // Some registries know a secret and nobody whose it is.
    private bool HasName => UserName.Length > 0 || Password.Length > 0;

    private string Encoded => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserName}:{Password}"));
}
