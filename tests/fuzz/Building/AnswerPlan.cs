using System.Globalization;
using System.Text;
using Diffah.Fuzz.Mutation;

namespace Diffah.Fuzz.Building;

/// <summary>
/// What is wrong with which answers of a registry: lines <c>NUMBER WHAT VALUE</c>, one a fault. All that they name
/// is on this machine.
/// </summary>
internal sealed class AnswerPlan(string text)
{
    private readonly ILookup<int, string[]> _faults = text.Split('\n')
        .Select(line => line.Split(' ', 3)).Where(parts => parts.Length == 3)
        .ToLookup(parts => int.Parse(parts[0], CultureInfo.InvariantCulture), parts => parts);

    public bool IsEmpty => _faults.Count == 0;

    public static string Throw(Dice dice)
    {
        var lines = new StringBuilder();
        for (var faults = dice.Below(4); faults > 0; faults--)
            lines.Append(CultureInfo.InvariantCulture, $"{dice.Below(12)} {Fault(dice)}\n");
        return lines.ToString();
    }

    /// <summary>The answer's bytes with its faults; none closes the connection.</summary>
    public byte[] Apply(int number, RawAnswer answer, bool isHead)
    {
        var bytes = answer.ToBytes(isHead);
        foreach (var fault in _faults[number])
            (answer, bytes) = Apply(fault[1], fault[2], answer, bytes, isHead);
        return bytes;
    }

    private static (RawAnswer, byte[]) Apply(
        string what, string value, RawAnswer answer, byte[] bytes, bool isHead)
    {
        var changed = what switch
        {
            "status" => answer with { Status = int.Parse(value, CultureInfo.InvariantCulture) },
            "header" => answer.With(value.Split(':')[0], Text(value[(value.IndexOf(':') + 1)..])),
            "body" => answer with { Body = Convert.FromBase64String(value) },
            "damage" => answer with
            {
                Body = ByteMutator.Mutate(answer.Body, new Dice(ulong.Parse(value, CultureInfo.InvariantCulture))),
            },
            "json" => answer with
            {
                Body = JsonMutator.Mutate(answer.Body, new Dice(ulong.Parse(value, CultureInfo.InvariantCulture))),
            },
            _ => answer,
        };
        return what switch
        {
            "cut" => (answer, bytes[..(bytes.Length * int.Parse(value, CultureInfo.InvariantCulture) / 100)]),
            "raw" => (answer, Convert.FromBase64String(value)),
            "close" => (answer, []),
            _ => (changed, changed.ToBytes(isHead)),
        };
    }

    private static string Fault(Dice dice) => dice.Below(12) switch
    {
        0 or 1 => $"status {dice.Of(100, 200, 201, 202, 204, 206, 301, 302, 304, 307, 308, 400, 401, 403, 404, 405, 409,
            413, 416, 429, 500, 503, 504, 599, 999)}",
        2 => $"header Location:{Encoded(Location(dice))}",
        3 or 4 => $"header {HeaderName(dice)}:{Encoded(Header(dice))}",
        5 => $"body {Convert.ToBase64String(Encoding.UTF8.GetBytes(ErrorBody(dice)))}",
        6 => $"cut {dice.Below(101)}",
        7 => $"raw {Convert.ToBase64String(Raw(dice))}",
        8 => "close -",
        9 => $"json {dice.Below(1_000_000)}",
        _ => $"damage {dice.Below(1_000_000)}",
    };

    private static string HeaderName(Dice dice) => dice.Of("Content-Type", "Docker-Content-Digest", "Content-Length",
        "WWW-Authenticate", "Link", "Retry-After", "Content-Range", "Range", "Transfer-Encoding", "Content-Encoding",
        "Docker-Upload-UUID", "OCI-Chunk-Min-Length", "Warning", "X-Long", "Set-Cookie", "Connection");

    private static string Location(Dice dice) => dice.Of(
        "", "/", "/v2/", "//", "?a", "/v2/x/blobs/uploads/1?_state=%00",
        "http://127.0.0.1:1/", "ftp://127.0.0.1/", "file:///etc/hostname", "http://[::1", "\\",
        "/" + new string('a', 9000));

    private static string Header(Dice dice) => dice.Of("", "0", "-1", "1", "99999999999999999999", "identity", "gzip",
        "chunked", "close", "bytes 0-0/1", "bytes=0-", "0-", "0-5", "5-0", "Basic realm=\"a\"", "Basic", "Bearer",
        "Bearer realm=\"http://127.0.0.1:1/token\",service=\"a\",scope=\"b\"", "Bearer realm=\"", "Negotiate",
        "</v2/x/tags/list?last=a>; rel=\"next\"", "<>; rel=next", "<", "Thu, 01 Jan 1970 00:00:00 GMT",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "sha256:zz", "299 - \"x\u001b[2J\"",
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json", "text/html; charset=x",
        "application/json; charset=utf-8", new string('h', 20_000), "\u00ff\u0080");

    private static string ErrorBody(Dice dice) => dice.Below(5) switch
    {
        0 => "{\"errors\":[{\"code\":\"X\",\"message\":\"" + new string('m', dice.Of(1, 100_000)) + "\"}]}",
        1 => "{\"errors\":[{\"code\":\"\\u001b[2J\",\"message\":\"\\u0000\\r\\n\"}]}",
        2 => "<html>" + HostileText.Of(dice),
        3 => new string('[', dice.Of(10, 100_000)),
        _ => dice.Of("", "{}", "null", "{\"errors\":null}", "{\"errors\":[null]}", "{\"errors\":[{\"code\":1}]}",
            "{\"token\":\"a\\nb\"}", "{\"token\":null}", "{\"name\":\"x\",\"tags\":[null,1,\"\\u001b\"]}"),
    };

    private static byte[] Raw(Dice dice) => dice.Below(4) switch
    {
        0 => dice.Bytes(dice.Length(2000)),
        1 => Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nx"),
        2 => Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\n" + string.Concat(
            Enumerable.Range(0, 2000).Select(i => $"H{i}: {new string('v', 100)}\r\n"))),
        _ => Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx"),
    };

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>A header's value on one line, however it was written: what splits an answer is in raw ones.</summary>
    private static string Text(string encoded) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(encoded)).ReplaceLineEndings(" ");
}
