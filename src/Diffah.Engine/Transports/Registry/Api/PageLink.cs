using System.Text.RegularExpressions;

namespace Diffah.Engine.Transports.Registry.Api;

/// <summary>Where the next page of a list is (distribution spec, the header <c>Link</c>; RFC 8288).</summary>
internal static partial class PageLink
{
    /// <summary>The next page; null where this is the last.</summary>
    public static Uri? Next(RegistryRepository repository, HttpResponseMessage response) =>
        response.Headers.TryGetValues("Link", out var links)
            && links.Select(link => NextLink().Match(link)).FirstOrDefault(m => m.Success) is { } match
            ? repository.Client.Resolve(response, match.Groups["to"].Value)
            : null;

    [GeneratedRegex("""<(?<to>[^<>]+)>\s*;\s*rel="?next"?""",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex NextLink();
}
