using System.Text;
using System.Text.Json;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.Registry.Auth;

/// <summary>A file of credentials (containers-auth.json(5); Docker's config.json).</summary>
internal sealed class AuthFile
{
    private const int MaximumBytes = 8 << 20;
    private const int MaximumDepth = 16;

    private readonly string _path;
    private readonly JsonElement _root;

    private AuthFile(string path, JsonElement root) => (_path, _root) = (path, root);

    /// <summary>The helper that keeps the credentials of every registry; null for none.</summary>
    public string? Store => _root.TryGetProperty("credsStore", out var store) && store.ValueKind == JsonValueKind.String
        && store.GetString() is { Length: > 0 } name ? name : null;

    /// <summary>Reads a file; null where there is none.</summary>
    /// <exception cref="DiffahException">InvalidArgument: not what it should be; the message quotes nothing of
    /// it.</exception>
    public static async Task<AuthFile?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        // A container runtime makes a folder where a file that is to be mounted is not there.
        if (Directory.Exists(path))
            return null;
        if (await SmallFile.ReadAsync(path, MaximumBytes, why => Malformed(path, $"it {why}"), cancellationToken)
            is not { } bytes)
            return null;
        if (TextBytes.ToUtf8(bytes) is not { } text)
            throw Malformed(path, "it is no Unicode text");
        try
        {
            using var document = UntrustedJson.Parse(text, MaximumDepth);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new AuthFile(path, document.RootElement.Clone())
                : throw Malformed(path, "it is not a JSON object");
        }
        catch (JsonException e)
        {
            var place = e.LineNumber is { } line ? $" (line {line + 1})" : "";
            throw Malformed(path, $"it is not valid JSON{place}");
        }
    }

    /// <summary>Refuses a file with credentials that can't be used.</summary>
    /// <exception cref="DiffahException">InvalidArgument; the message quotes nothing of it but the registry's
    /// name.</exception>
    public void Validate()
    {
        if (!_root.TryGetProperty("auths", out var entries) || entries.ValueKind != JsonValueKind.Object)
            return;
        foreach (var entry in entries.EnumerateObject().Where(e => e.Value.ValueKind == JsonValueKind.Object))
            _ = Read(entry);
    }

    /// <summary>The helper that keeps the credentials of one registry; null for none.</summary>
    public string? HelperOf(string name) =>
        Longest("credHelpers", name, v => v.ValueKind == JsonValueKind.String && v.GetString() is { Length: > 0 })
            is { } helper ? helper.Value.GetString() : null;

    /// <summary>The credentials of the longest namespace that a repository is in; null where there are none.</summary>
    /// <param name="name">HOST/REPOSITORY.</param>
    public FoundCredential? Find(string name) => Longest("auths", name,
        v => v.ValueKind == JsonValueKind.Object && v.EnumerateObject().Any(p => p.Name is not "email")) is { } entry
        && Read(entry) is { IsEmpty: false } found ? found : null;

    private JsonProperty? Longest(string section, string name, Func<JsonElement, bool> counts) =>
        _root.TryGetProperty(section, out var entries) && entries.ValueKind == JsonValueKind.Object
            ? entries.EnumerateObject().Where(e => IsNamespaceOf(Namespace(e.Name), name) && counts(e.Value))
                .OrderByDescending(e => Namespace(e.Name).Length).Select(e => (JsonProperty?)e).FirstOrDefault()
            : null;

    private static bool IsNamespaceOf(string key, string name) =>
        name.StartsWith(key, StringComparison.Ordinal) && (name.Length == key.Length || name[key.Length] == '/');

    /// <summary>
    /// A key as a namespace. Docker writes addresses, of which only the host counts, and has two names more for
    /// docker.io.
    /// </summary>
    private static string Namespace(string key)
    {
        var scheme = key.IndexOf("://", StringComparison.Ordinal);
        var text = scheme < 0 ? key.TrimEnd('/') : key[(scheme + 3)..].Split('/')[0];
        var host = text.Split('/')[0];
        return host is "index.docker.io" or "registry-1.docker.io" ? ImageName.DockerHost + text[host.Length..] : text;
    }

    private FoundCredential Read(JsonProperty entry)
    {
        var (user, password) = Text(entry, "auth") is { } encoded
            ? Decode(encoded, entry.Name)
            : (Text(entry, "username") ?? "", Text(entry, "password") ?? "");
        return new FoundCredential
        {
            UserName = user,
            Password = password,
            IdentityToken = Text(
            entry, "identitytoken"),
            RegistryToken = Text(entry, "registrytoken")
        };
    }

    private static string? Text(JsonProperty entry, string name) =>
        entry.Value.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text ? text : null;

    private (string User, string Password) Decode(string encoded, string key)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var written))
            throw Malformed(_path, $"the 'auth' of '{key}' is not base64");
        var text = Encoding.UTF8.GetString(bytes, 0, written).TrimEnd('\0');
        // A log-out, or a log-in that was left empty, may leave nothing, or the colon alone: that is nobody.
        if (text.Trim().Length == 0)
            return ("", "");
        var colon = text.IndexOf(':');
        return colon >= 0
            ? (text[..colon], text[(colon + 1)..])
            : throw Malformed(_path, $"the 'auth' of '{key}' is not a user name, a colon and a password");
    }

    private static DiffahException Malformed(string path, string why) =>
        new(DiffahErrors.InvalidArgument, $"The auth file '{path}' can't be used: {why}.",
            "Correct or remove the file, log in again with skopeo login or docker login, "
                + "or name another with AuthFile (--authfile).");
}
