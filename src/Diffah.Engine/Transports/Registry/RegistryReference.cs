using System.Text.RegularExpressions;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.Registry;

/// <summary>
/// A repository of a registry and what is meant in it: <c>//HOST/REPOSITORY[:TAG|@DIGEST]</c>, with short names read as
/// <c>docker.io</c>'s (containers-transports(5); the grammar is that of the distribution spec).
/// </summary>
/// <param name="Host">The registry, HOST[:PORT], as the user says it.</param>
/// <param name="Repository">The repository.</param>
/// <param name="Tag">The tag; null where a digest is given.</param>
/// <param name="Digest">The digest; null where a tag is given or implied.</param>
internal sealed partial record RegistryReference(string Host, string Repository, string? Tag, Digest? Digest)
{
    /// <summary>The registry that names without a host are of.</summary>
    public const string DockerHost = "docker.io";

    private const string DockerApiHost = "registry-1.docker.io";
    private const string DockerOfficial = "library/";
    private const int MaximumNameLength = 255;

    /// <summary>The host that speaks the registry's API.</summary>
    public string ApiHost => Host == DockerHost ? DockerApiHost : Host;

    /// <summary>Host and repository, as auth files name them.</summary>
    public string Name => $"{Host}/{Repository}";

    /// <summary>The tag or digest.</summary>
    public string Target => Digest?.ToString() ?? Tag!;

    /// <summary>Reads the location of a <c>docker:</c> reference.</summary>
    /// <param name="reference">The reference.</param>
    /// <exception cref="DiffahException">InvalidReference.</exception>
    public static RegistryReference Parse(ImageReference reference)
    {
        var (name, tag, digest) = Split(reference.Location.AsSpan(2).ToString(), reference);
        var (host, repository) = SplitHost(name);
        if (!HostPattern().IsMatch(host))
            throw Invalid(reference, $"'{Shown(host)}' is no host name.");
        if (!RepositoryPattern().IsMatch(repository) || repository.Length > MaximumNameLength)
            throw Invalid(reference, $"'{Shown(repository)}' is no name of a repository (lower-case letters, digits, and . _ - between them).");
        if (tag is not null && !TagPattern().IsMatch(tag))
            throw Invalid(reference, $"'{Shown(tag)}' is no tag.");
        return new RegistryReference(host, repository, digest is null ? tag ?? "latest" : null, digest);
    }

    /// <summary>Reads a location; null where it is none.</summary>
    /// <param name="reference">The reference.</param>
    public static RegistryReference? TryParse(ImageReference reference)
    {
        try
        {
            return Parse(reference);
        }
        catch (DiffahException)
        {
            return null;
        }
    }

    private static (string Name, string? Tag, Digest? Digest) Split(string text, ImageReference reference)
    {
        Digest? digest = null;
        if (text.IndexOf('@') is >= 0 and var at)
        {
            digest = Oci.Digest.TryParse(text[(at + 1)..], out var parsed) ? parsed : throw NoDigest(text[(at + 1)..]);
            text = text[..at];
        }
        var colon = text.LastIndexOf(':');
        // A colon before the last slash is a port's.
        var tag = colon > text.LastIndexOf('/') ? text[(colon + 1)..] : null;
        if (tag is not null && digest is not null)
            throw Invalid(reference, "it has both a tag and a digest.", "Leave the tag or the digest out.");
        return (tag is null ? text : text[..colon], tag, digest);
    }

    /// <summary>What is before the first slash is a host where it has a dot, a colon or an upper-case letter, or is localhost.</summary>
    private static (string Host, string Repository) SplitHost(string name)
    {
        var slash = name.IndexOf('/');
        var first = slash < 0 ? "" : name[..slash];
        var isHost = first == "localhost" || first.AsSpan().ContainsAny('.', ':') || first.Any(char.IsAsciiLetterUpper);
        var (host, repository) = isHost ? (first, name[(slash + 1)..]) : (DockerHost, name);
        if (host == "index.docker.io")
            host = DockerHost;
        return host == DockerHost && !repository.Contains('/', StringComparison.Ordinal) ? (host, DockerOfficial + repository) : (host, repository);
    }

    // What is before the @ may be somebody's user name and password, so it is not repeated.
    private static DiffahException NoDigest(string text) =>
        new(DiffahErrors.InvalidReference, $"A registry reference has '@{Shown(text)}', which is not the @ and the digest that were expected.",
            "Write docker://HOST/REPOSITORY@sha256:…; a user name and a password are given with Credential (--creds), not in the reference.");

    private static string Shown(string text) => ShortText.Cut(text, 100);

    private static DiffahException Invalid(ImageReference reference, string why, string? nextAction = null) =>
        new(DiffahErrors.InvalidReference, $"'{Shown(reference.ToString())}' is not a registry reference: {why}", nextAction ?? "Write docker://HOST/REPOSITORY:TAG or docker://HOST/REPOSITORY@DIGEST.");

    [GeneratedRegex(@"\A(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HostPattern();

    [GeneratedRegex(@"\A[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex RepositoryPattern();

    [GeneratedRegex(@"\A[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TagPattern();
}
