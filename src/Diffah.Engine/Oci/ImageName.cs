using System.Text.RegularExpressions;

namespace Diffah.Engine.Oci;

/// <summary>
/// The name of an image in Docker's world, in full: <c>app</c> is <c>docker.io/library/app:latest</c>. The grammar is
/// that of the distribution specification; short names are completed as Docker and skopeo complete them. Where a name
/// has a tag and a digest, the digest says which image is meant, and the tag is for people.
/// </summary>
/// <param name="Host">The registry, HOST[:PORT].</param>
/// <param name="Repository">The repository.</param>
/// <param name="Tag">The tag; null where the name has a digest alone.</param>
/// <param name="Digest">The digest; null where the name has none.</param>
internal sealed partial record ImageName(string Host, string Repository, string? Tag, Digest? Digest)
{
    /// <summary>The registry that names without a host belong to.</summary>
    public const string DockerHost = "docker.io";

    private const string OtherDockerHost = "index.docker.io";
    private const string DockerOfficial = "library/";
    private const string DefaultTag = "latest";
    private const int MaximumRepository = 255;

    /// <summary>Host and repository, as auth files name them.</summary>
    public string Name => $"{Host}/{Repository}";

    /// <summary>What the image is asked for by: the digest, or else the tag.</summary>
    public string Target => Digest?.ToString() ?? Tag!;

    /// <summary>
    /// What an image is put under: the tag, or else the digest. Under a tag it can be had by its digest too.
    /// </summary>
    public string Place => Tag ?? Digest.ToString()!;

    /// <summary>The full name.</summary>
    public override string ToString() =>
        $"{Name}{(Tag is null ? "" : $":{Tag}")}{(Digest is null ? "" : $"@{Digest}")}";

    /// <summary>Reads a name; null where the text is not one.</summary>
    /// <param name="text">The text.</param>
    public static ImageName? TryParse(string text) => Read(text, out _);

    /// <summary>Reads a name, and says what is wrong with it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fault">What is wrong; null where the answer is not.</param>
    public static ImageName? Read(string text, out ImageNameFault? fault)
    {
        var (name, tag, digest) = Split(text, out fault);
        if (fault is not null)
            return null;
        var (host, repository) = SplitHost(name);
        if (!HostForm().IsMatch(host))
            fault = new ImageNameFault(ImageNamePart.Host, host);
        else if (!RepositoryForm().IsMatch(repository) || repository.Length > MaximumRepository)
            fault = new ImageNameFault(ImageNamePart.Repository, repository);
        else if (tag is not null && !TagForm().IsMatch(tag))
            fault = new ImageNameFault(ImageNamePart.Tag, tag);
        return fault is null
            ? new ImageName(host, repository, digest is null ? tag ?? DefaultTag : tag, digest)
            : null;
    }

    /// <summary>True for what can be a tag.</summary>
    public static bool IsTag(string text) => TagForm().IsMatch(text);

    /// <summary>
    /// The full form of a name with a tag, or without one, and without a digest; null where the text is not such a
    /// name.
    /// </summary>
    /// <param name="text">The text, with or without host, <c>library/</c> and tag.</param>
    public static string? Normalize(string text) =>
        TryParse(text) is { Tag: not null } name ? (name with { Digest = null }).ToString() : null;

    /// <summary>
    /// Splits a text at the colon before its tag, and checks neither part. A colon before the last slash is a port's.
    /// </summary>
    /// <param name="text">The text, without a digest.</param>
    /// <returns>What is before the tag, and the tag; null where there is none.</returns>
    public static (string Before, string? Tag) SplitTag(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > text.LastIndexOf('/') ? (text[..colon], text[(colon + 1)..]) : (text, null);
    }

    private static (string Name, string? Tag, Digest? Digest) Split(string text, out ImageNameFault? fault)
    {
        fault = null;
        Digest? digest = null;
        if (text.IndexOf('@') is >= 0 and var at)
        {
            if (Oci.Digest.TryParse(text[(at + 1)..], out var parsed))
                digest = parsed;
            else
                fault = new ImageNameFault(ImageNamePart.Digest, text[(at + 1)..]);
            text = text[..at];
        }
        var (name, tag) = SplitTag(text);
        return (name, tag, digest);
    }

    /// <summary>
    /// What is before the first slash is a host where it has a dot, a colon or an upper-case letter, or is localhost.
    /// </summary>
    private static (string Host, string Repository) SplitHost(string name)
    {
        var slash = name.IndexOf('/');
        var first = slash < 0 ? "" : name[..slash];
        var isHost = first == "localhost" || first.AsSpan().ContainsAny('.', ':') || first.Any(char.IsAsciiLetterUpper);
        var (host, repository) = isHost ? (first, name[(slash + 1)..]) : (DockerHost, name);
        if (host == OtherDockerHost)
            host = DockerHost;
        var isOfficial = host == DockerHost && !repository.Contains('/', StringComparison.Ordinal);
        return (host, isOfficial ? DockerOfficial + repository : repository);
    }

    // A part of a host's name; a part of a repository's.
    private const string Label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
    private const string Component = @"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*";

    [GeneratedRegex($@"\A(?:{Label}(?:\.{Label})*|\[[0-9a-fA-F:]+\])(?::[0-9]{{1,5}})?\z",
        RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HostForm();

    [GeneratedRegex($@"\A{Component}(?:/{Component})*\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex RepositoryForm();

    [GeneratedRegex(@"\A[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TagForm();
}

/// <summary>A part of a name.</summary>
internal enum ImageNamePart
{
    /// <summary>The registry.</summary>
    Host,

    /// <summary>The repository.</summary>
    Repository,

    /// <summary>The tag.</summary>
    Tag,

    /// <summary>The digest.</summary>
    Digest,
}

/// <summary>What keeps a text from being a name.</summary>
/// <param name="Part">Where the fault is.</param>
/// <param name="Text">That part, as written. What is before an @ is not in it: it may be somebody's password.</param>
internal sealed record ImageNameFault(ImageNamePart Part, string Text);
