using System.Buffers;

namespace Diffah.Engine.Transports.Registry.Http;

/// <summary>
/// Addresses that a server gives. Their paths and queries go back to it byte for byte: they may be signed, or hold the
/// state of an upload, and a percent sign that was written in another way is another address to some.
/// </summary>
internal static class HttpAddress
{
    private static readonly UriCreationOptions AsWritten =
        new() { DangerousDisablePathAndQueryCanonicalization = true };

    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    /// <summary>An absolute address; null where the text is none.</summary>
    public static Uri? Parse(string? text) => text is not null && IsAbsolute(text) ? Create(text) : null;

    /// <summary>
    /// An address that may be relative to the one it came from (RFC 3986, section 5.2); null where the text is none.
    /// </summary>
    public static Uri? Resolve(Uri from, string? text) => text?.Trim() switch
    {
        null or "" => null,
        var absolute when IsAbsolute(absolute) => Create(absolute),
        ['/', '/', ..] and var authority => Create($"{from.Scheme}:{authority}"),
        ['/', ..] and var path => Create(Root(from) + path),
        ['?', ..] and var query => Create(Root(from) + PathOf(from) + query),
        var relative => Create(Root(from) + Merge(PathOf(from), relative)),
    };

    /// <summary>The same address with something more in its query.</summary>
    public static Uri With(Uri address, string query)
    {
        var text = address.OriginalString.Split('#')[0];
        var separator = !text.Contains('?', StringComparison.Ordinal) ? "?" : text[^1] is '?' or '&' ? "" : "&";
        return Create(text + separator + query)!;
    }

    private static string Root(Uri address) => $"{address.Scheme}://{address.Authority}";

    private static string PathOf(Uri address) =>
        address.AbsolutePath.Split('?')[0] is { Length: > 0 } path ? path : "/";

    private static bool IsAbsolute(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        return scheme > 0 && text.AsSpan(0, scheme).IndexOfAnyExcept(SchemeCharacters) < 0;
    }

    private static string Merge(string path, string relative)
    {
        var end = relative.AsSpan().IndexOfAny('?', '#');
        var (steps, rest) = end < 0 ? (relative, "") : (relative[..end], relative[end..]);
        var merged = new List<string>(path.Split('/')[1..^1]);
        var parts = steps.Split('/');
        foreach (var part in parts)
        {
            if (part == ".." && merged.Count > 0)
                merged.RemoveAt(merged.Count - 1);
            else if (part is not ("." or ".."))
                merged.Add(part);
        }
        if (parts[^1] is "." or "..")
            merged.Add("");
        return "/" + string.Join('/', merged) + rest;
    }

    private static Uri? Create(string text)
    {
        text = text.Split('#')[0];
        // As it is only where it can stand in a request so; the base library escapes the rest.
        var isAddress = text.All(c => c is > ' ' and < '\x7f')
            ? Uri.TryCreate(text, AsWritten, out var address)
            : Uri.TryCreate(text, UriKind.Absolute, out address);
        return isAddress && address is { IsAbsoluteUri: true, Host.Length: > 0 } ? address : null;
    }
}
