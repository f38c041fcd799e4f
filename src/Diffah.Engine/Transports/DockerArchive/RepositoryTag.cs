using System.Text.RegularExpressions;

namespace Diffah.Engine.Transports.DockerArchive;

/// <summary>Names of images as Docker means them: <c>app</c> is <c>docker.io/library/app:latest</c> (distribution/reference, normalize.go).</summary>
internal static partial class RepositoryTag
{
    /// <summary>The full form of a name; null where it is none.</summary>
    /// <param name="name">The name, with or without domain, <c>library/</c> and tag.</param>
    public static string? Normalize(string name)
    {
        var slash = name.LastIndexOf('/');
        var colon = name.LastIndexOf(':');
        var (repository, tag) = colon > slash ? (name[..colon], name[(colon + 1)..]) : (name, "latest");
        var (domain, path) = SplitDomain(repository);
        if (domain == "docker.io" && !path.Contains('/', StringComparison.Ordinal))
            path = $"library/{path}";
        return DomainForm().IsMatch(domain) && PathForm().IsMatch(path) && path.Length <= 255 && TagForm().IsMatch(tag) ? $"{domain}/{path}:{tag}" : null;
    }

    private static (string Domain, string Path) SplitDomain(string repository)
    {
        var slash = repository.IndexOf('/');
        var first = slash < 0 ? "" : repository[..slash];
        if (!first.AsSpan().ContainsAny('.', ':') && first != "localhost" && !first.Any(char.IsAsciiLetterUpper))
            return ("docker.io", repository);
        return (first == "index.docker.io" ? "docker.io" : first, repository[(slash + 1)..]);
    }

    [GeneratedRegex(@"^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex DomainForm();

    [GeneratedRegex(@"^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PathForm();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TagForm();
}
