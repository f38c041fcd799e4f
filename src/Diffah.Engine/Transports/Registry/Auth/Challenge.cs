using System.Net.Http.Headers;
using System.Text;

namespace Diffah.Engine.Transports.Registry.Auth;

/// <summary>One way of authorization that a server offers (RFC 9110, section 11.6.1).</summary>
/// <param name="Scheme">Basic, Bearer, or another.</param>
/// <param name="Parameters">The parameters; names are compared without regard to case.</param>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>A parameter's value; null where it is not there.</summary>
    public string? this[string name] => Parameters.GetValueOrDefault(name);

    public bool Is(string scheme) => string.Equals(Scheme, scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads all that an answer offers; what can't be understood is left out.</summary>
    public static IReadOnlyList<Challenge> ReadAll(HttpResponseHeaders headers) =>
        headers.NonValidated.TryGetValues("WWW-Authenticate", out var values) ? [.. values.SelectMany(Parse)] : [];

    /// <summary>Reads one header, which may hold several.</summary>
    public static IReadOnlyList<Challenge> Parse(string header)
    {
        var challenges = new List<Challenge>();
        var reader = new Reader(header);
        Dictionary<string, string>? parameters = null;
        while (reader.NextToken() is { Length: > 0 } token)
        {
            if (reader.TryValue(out var value))
                parameters?.TryAdd(token, value);
            else
                challenges.Add(new Challenge(token, parameters = new(StringComparer.OrdinalIgnoreCase)));
        }
        return challenges;
    }

    private sealed class Reader(string text)
    {
        private int _at;

        public string NextToken()
        {
            while (_at < text.Length && (text[_at] is ',' or ' ' or '\t'))
                _at++;
            var start = _at;
            while (_at < text.Length && IsTokenChar(text[_at]))
                _at++;
            return text[start.._at];
        }

        /// <summary>
        /// The value after an equals sign; false where there is no equals sign, so that the token was a scheme.
        /// </summary>
        public bool TryValue(out string value)
        {
            value = "";
            var at = _at;
            while (at < text.Length && (text[at] is ' ' or '\t'))
                at++;
            if (at == text.Length || text[at] != '=')
                return false;
            for (at++; at < text.Length && (text[at] is ' ' or '\t' or '=');)
                at++;
            _at = at;
            value = _at < text.Length && text[_at] == '"' ? Quoted() : NextToken();
            return true;
        }

        private string Quoted()
        {
            var value = new StringBuilder();
            for (_at++; _at < text.Length && text[_at] != '"'; _at++)
            {
                if (text[_at] == '\\' && _at + 1 < text.Length)
                    _at++;
                value.Append(text[_at]);
            }
            _at = Math.Min(_at + 1, text.Length);
            return value.ToString();
        }

        // Wider than RFC 9110's token: some servers leave out the quotes around an address.
        private static bool IsTokenChar(char c) => c is > ' ' and < '\x7f' and not ('"' or ',' or '=');
    }
}
